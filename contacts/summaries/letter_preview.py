"""Whom a batch of letters would be for, with every copy in full, and who is left out and why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from contacts.merging import STAGES, merged
from contacts.models import Channel, LetterCopy, LetterRule, LetterTemplate, Purpose
from contacts.reading import purpose_of
from contacts.summaries.carers import Carer, carers_of
from contacts.summaries.emailing import why_no_email
from contacts.summaries.letter_before import Before, excepted, written_before
from contacts.summaries.letter_facts import Addressed, facts_of, measure_of, sender_facts
from contacts.summaries.letter_figures import (
    OF_KIND,
    Figure,
    Figures,
    Span,
    Sums,
    counted,
    figures_of,
    span_of,
    sums_of,
)
from contacts.summaries.letter_previewed import Asked, CopyPreview, LeftOut, LetterPreview, Preview
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.querysets import StudentQuerySet
from students.summaries import RollEntry, SchoolCalendar, roll_of

Kind = LetterTemplate.Kind


def preview_of(asked: Asked, calendar: SchoolCalendar, *, is_trial: bool = False) -> Preview:
    """Return the batch as it would be made now, in about ten queries whatever its size.

    is_trial: nobody is left out for a letter they had already.
    """
    kind = asked.template.kind
    span = span_of(asked.rule, kind, today=asked.today, calendar=calendar)
    if span is None:
        return Preview(asked, None)
    if asked.rule is None:
        span = Span(span.first, span.last, picked_period(asked, span))
    everybody = _roll(asked)
    people = [
        person for person in everybody if asked.year in (None, person.year) and asked.group in ("", person.tutor_group)
    ]
    measure = measure_of(asked.rule) if asked.rule else OF_KIND.get(Kind(kind), LetterRule.Measure.MISSED)
    held = _measured(people, measure, span)
    qualified = [
        person for person in people if asked.rule is None or held[person.student_id][0].value >= asked.rule.at_least
    ]
    keys = [person.student_id for person in qualified]
    before = Before() if is_trial else written_before(keys, kind, asked.rule, span, today=asked.today)
    preview = _previewed(asked, span, measure, qualified, held, before)
    return replace(preview, groups=tuple(dict.fromkeys(person.tutor_group for person in everybody)))


Held = Mapping[int, tuple[Figure, Figures, Sums]]


def picked_period(asked: Asked, span: Span) -> str:
    """Return what letters to students picked by hand are about: the span's, or, where they may be many, the day."""
    kind = asked.template.kind
    if kind in STAGES or kind == Kind.MINUTES_LATE:
        return span.period
    return f"{asked.today.isoformat()} {asked.template.pk}"


def students_for(user: User, kind: str) -> StudentQuerySet:
    """Return the students about whom the person may write letters of the kind: those on behaviour take its right."""
    students = Student.objects.with_right(user, Right.SEND_LETTERS)
    if purpose_of(kind) == Purpose.UNIFORM:
        students = students.filter(pk__in=Student.objects.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE).values("pk"))
    return students


def _roll(asked: Asked) -> tuple[RollEntry, ...]:
    rows = Enrolment.objects.filter(student__in=students_for(asked.by, asked.template.kind))
    if asked.picked:
        rows = rows.filter(student__in=asked.picked)
    return roll_of(rows, asked.today)


def _measured(people: Collection[RollEntry], measure: str, span: Span) -> Held:
    keys = [person.student_id for person in people]
    figures = figures_of(keys, span)
    sums = sums_of(measure, keys, span) if measure in OF_KIND.values() and measure != LetterRule.Measure.LATE else {}
    none = Sums()
    return {
        key: (counted(measure, figures[key], sums.get(key, none)), figures[key], sums.get(key, none)) for key in keys
    }


def _previewed(
    asked: Asked, span: Span, measure: str, people: Collection[RollEntry], held: Held, before: Before
) -> Preview:
    keys = [person.student_id for person in people]
    carers, excused = carers_of(keys), excepted(keys, asked.template.kind, asked.rule, span)
    common = sender_facts(asked.by, asked.today)
    letters, left_out = [], []
    for person in people:
        figure, figures, sums = held[person.student_id]
        why = (
            before.stops.get(person.student_id)
            or excused.get(person.student_id)
            or _unreachable(carers[person.student_id])
        )
        if why:
            left_out.append(LeftOut(person, figure, why))
            continue
        facts = common | facts_of(asked.template, addressed(person), span, figures, sums, measure=measure)
        letter = _letter(asked, person, figure, figures, facts, carers[person.student_id])
        letters.append(letter.unticked(before.lately.get(person.student_id, "")))
    letters.sort(key=lambda letter: -letter.figure.value)
    return Preview(asked, span, tuple(letters), tuple(left_out))


def addressed(person: RollEntry) -> Addressed:
    """Return the student as letters call them."""
    name = f"{person.forename} {person.surname}"
    return Addressed(person.student_id, person.forename, name, person.year, person.tutor_group)


def _letter(
    asked: Asked, person: RollEntry, figure: Figure, figures: Figures, facts: dict[str, str], carers: Iterable[Carer]
) -> LetterPreview:
    held = tuple(carers)
    ticked = set() if figure.caution and asked.rule else _ticked(held, asked.reach)
    free = [carer for carer in held if not carer.is_barred and (carer.email or carer.address)]
    return LetterPreview(
        who=person,
        figure=figure,
        figures=figures,
        facts=facts,
        copies=tuple(
            _copy_of(asked.template, carer, facts, why_no_email(carer, held), is_ticked=carer.parent_carer_id in ticked)
            for carer in free
        ),
        barred=tuple(carer for carer in held if carer.is_barred),
    )


def _copy_of(
    template: LetterTemplate, carer: Carer, facts: Mapping[str, str], no_email: str, *, is_ticked: bool
) -> CopyPreview:
    """Return one person's copy: their name in it, and the way that they want it, or that their record allows."""
    values = {**facts, "carer.name": carer.salutation}
    wants_paper = carer.channel == Channel.LETTER and carer.address
    by_email = carer.email and not wants_paper and not no_email
    channel = LetterCopy.Channel.EMAIL if by_email else LetterCopy.Channel.PRINT
    subject = " ".join(merged(template.subject, values).split())[:160]
    return CopyPreview(
        carer, channel, subject, merged(template.body, values), is_ticked, "" if wants_paper else no_email
    )


def _ticked(carers: Iterable[Carer], reach: str) -> set[int]:
    """Return who has a copy unless somebody says otherwise: with responsibility, and at home with the student."""
    free = [carer for carer in carers if not carer.is_barred and (carer.email or carer.address)]
    responsible = [carer for carer in free if carer.has_parental_responsibility]
    home = [carer for carer in responsible if carer.lives_with]
    chosen = responsible if reach == "all" else home
    return {carer.parent_carer_id for carer in chosen}


def _unreachable(carers: Collection[Carer]) -> str:
    free = [carer for carer in carers if not carer.is_barred]
    if not carers:
        return "No parent or carer is on record: add one in the MIS."
    if not free:
        return "A court order bars everyone on record: nobody may be written to."
    if not any(carer.email or carer.address for carer in free):
        return "No address and no e-mail on record: add one in the MIS."
    return ""
