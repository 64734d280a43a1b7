"""Who the student is, who has parental responsibility, where everybody lives, and brothers and sisters."""

from collections.abc import Iterable

from django.conf import settings

from attendance.summaries.reach import Reached, reached_of
from attendance.summaries.weeks import counts_between
from contacts.summaries.carers import Carer, carers_of
from interventions.figures.evidence import BY_KEY, OF_BEHAVIOUR
from interventions.models import CaseFinding
from pastoral.core.rights import Right
from reports.packs.content import Exhibit, Facts, Plain, Row, Table, Words, day_words
from reports.packs.source import Source
from students.families import siblings_of
from students.models import StudentFact
from students.summaries import flags_on

FACTS = {
    StudentFact.Kind.SEN: "SEN",
    StudentFact.Kind.EAL: "English as an additional language",
    StudentFact.Kind.LOOKED_AFTER: "Looked after",
    StudentFact.Kind.YOUNG_CARER: "Young carer",
}
STATUS = {"E": "education, health and care plan", "K": "SEN support", "N": "none"}
ASKED = ("needs", "dsl", "bullying_asked", "bullying_dealt")


def family(source: Source) -> tuple[Exhibit, ...]:
    """Return the student, the parents and carers, and brothers and sisters at the school."""
    carers = carers_of([source.student.pk])[source.student.pk]
    return (
        Exhibit(
            title="Student and family",
            day=None,
            blocks=(_student(source), _carers(carers), *_siblings(source)),
        ),
    )


def _student(source: Source) -> Facts:
    student, who = source.student, source.who
    known = [
        ("Name", Plain(f"{student.legal_forename} {student.legal_surname}")),
        ("Known as", Plain(student.preferred_forename)),
        ("Born", Plain(day_words(student.born_on))),
        ("UPN", Plain(student.upn)),
        ("Admission number", Plain(student.admission_number)),
        ("School", Plain(settings.SCHOOL_NAME)),
        ("Year and tutor group", Plain(f"Year {who.year}, {who.tutor_group}" if who.year else "")),
        ("On roll", Plain(f"from {day_words(student.admitted_on)}{_left(student.left_on)}")),
    ]
    return Facts(tuple((label, words) for label, words in known if words))


def _left(day: object) -> str:
    return f" to {day_words(day)}" if day else ""  # type: ignore[arg-type]


def _carers(carers: Iterable[Carer]) -> Table:
    rows = tuple(Row((Plain(f"{each.name} ({each.relationship})"), Plain(_standing(each)))) for each in carers)
    return Table("Parents and carers", ("Name", "Responsibility"), (80, 100), rows)


def addresses(source: Source) -> tuple[Exhibit, ...]:
    """Return where the parents and carers live and how they are reached; nothing of one whom a court order restricts.

    A section of its own: what goes to one parent must not lead to another.
    """
    rows = tuple(
        Row((Plain(each.name), Plain(each.address or "–"), Plain("\n".join(filter(None, [*each.numbers, each.email])))))
        for each in carers_of([source.student.pk])[source.student.pk]
        if not each.is_barred
    )
    table = Table("", ("Name", "Address", "Reached by"), (50, 70, 60), rows)
    return (Exhibit("Addresses and telephone numbers", None, (table,)),) if rows else ()


def _standing(carer: Carer) -> str:
    told = [
        "parental responsibility" if carer.has_parental_responsibility else "no parental responsibility",
        "lives with the student" if carer.lives_with else "",
        "a court order restricts contact" if carer.is_barred else "",
    ]
    return "; ".join(each for each in told if each)


def siblings_read(source: Source) -> tuple[list[Reached], int]:
    """Return the brothers and sisters at the school whom the builder may see, and how many there are beside."""
    found = siblings_of(source.student).on_roll(source.today)
    seen = list(reached_of(source.user, found).values())
    return seen, found.count() - len(seen)


def _siblings(source: Source) -> Iterable[Table | Words]:
    seen, hidden = siblings_read(source)
    if seen:
        rows = tuple(Row((each.name, Plain(f"Year {each.year}, {each.tutor_group}"))) for each in seen)
        yield Table("Brothers and sisters at the school", ("Name", "Year and tutor group"), (90, 90), rows)
    if hidden or not seen:
        more = f"{hidden} more at the school." if hidden else "None at the school."
        yield Words("" if seen else "Brothers and sisters", (Plain(more),))


def siblings(source: Source) -> tuple[Exhibit, ...]:
    """Return how brothers and sisters attended over the same days."""
    seen, hidden = siblings_read(source)
    rows = []
    for each in seen:
        counts = counts_between(each.student_id, source.first, source.last)
        rate = f"{counts.percent} %" if counts.percent is not None else "–"
        told = (str(counts.possible), str(counts.missed), str(counts.unauthorised), rate)
        rows.append(Row((each.name, Plain(f"Year {each.year}"), *map(Plain, told))))
    span = f"Sessions from {day_words(source.first)} to {day_words(source.last)}."
    if not rows:
        span = "No brother or sister is on roll at the school." if not hidden else ""
    more = f"{hidden} more at the school." if hidden else ""
    blocks: list[Table | Words] = [Words("", (Plain(f"{span} {more}".strip()),))]
    if rows:
        headings = ("Brother or sister", "Year", "Possible sessions", "Missed", "Unauthorised", "Attendance")
        blocks.append(Table("", headings, (50, 22, 30, 24, 28, 26), tuple(rows)))
    return (Exhibit("Attendance of brothers and sisters", source.last, tuple(blocks)),)


def needs(source: Source) -> tuple[Exhibit, ...]:
    """Return what the record says of SEN, disability and circumstances, with what was found fit for disclosure."""
    held = flags_on(source.today, [source.student.pk]).get(source.student.pk, ())
    pairs = tuple((words, Plain(STATUS.get(flag.value, "yes"))) for flag in held if (words := FACTS.get(flag.kind)))  # type: ignore[call-overload]
    found = _found(source)
    if not pairs and not found:
        return ()
    blocks = (Facts(pairs) if pairs else Words("", (Plain("No SEN, disability or care status is on record."),)),)
    return (Exhibit("SEN, disability and circumstances", None, (*blocks, *found)),)


def _found(source: Source) -> tuple[Table, ...]:
    """Return what was answered on the case about needs, bullying and what the DSL lets out."""
    case = source.case
    if case is None or not source.may(Right.SEE_PA_CASES) or not source.reads(case):
        return ()
    parts = ASKED if source.may(Right.SEE_BEHAVIOUR_NARRATIVE) else tuple(set(ASKED) - OF_BEHAVIOUR)
    held = CaseFinding.objects.filter(case=case, withdrawn_at=None, part__in=parts, found_on__range=source.span)
    rows = list(held.order_by("found_on", "pk"))
    if rows:
        source.taken.add(Right.SEE_PA_CASES)
    if any(each.part in OF_BEHAVIOUR for each in rows):
        source.taken.add(Right.SEE_BEHAVIOUR_NARRATIVE)
    told = tuple(Row((Plain(day_words(each.found_on)), Plain(BY_KEY[each.part].words), each.words)) for each in rows)
    return (Table("What was asked and found", ("Day", "About", "Found"), (34, 66, 80), told),) if told else ()
