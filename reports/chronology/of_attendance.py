"""Absence in spells, lateness by week, what was planned, first-day steps, lessons missed in school, penalty notices."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from attendance.codes import CODES_BY_KEY
from attendance.models import NoticeDecision, PenaltyNotice, PlannedMark, SessionMark, TruancyFollowUp
from attendance.rules.spells import runs
from attendance.summaries.absences import PlanReader, PlanRow, span_words
from attendance.summaries.minutes_late import LateSession
from attendance.summaries.notices import SEEING
from attendance.summaries.planned import Span
from attendance.summaries.punctuality import LATE_KEYS
from attendance.summaries.shown import is_missed, mark_shown
from contacts.models import CallEscalation, CallingStep
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment, paragraphs
from students.calendar import monday_of

_MISSED = [key for key in CODES_BY_KEY if is_missed(key) and key not in LATE_KEYS]


class _Missed(NamedTuple):
    """One session missed; key: of its code."""

    day: date
    session: str
    key: int


def _marks(ask: Ask) -> Sequence[Any]:
    held = SessionMark.objects.filter(student=ask.student, code__in=[*_MISSED, *LATE_KEYS])
    return [held.between(ask.first, ask.last).order_by("date", "session")]


def _of_marks(ask: Ask, marks: Sequence[SessionMark]) -> Iterator[Entry]:
    places = {day: place for place, day in enumerate(ask.calendar.days)}
    missed = [_Missed(mark.date, mark.session, mark.code_id) for mark in marks if mark.code_id not in LATE_KEYS]
    for spell in runs(missed, places):
        yield _spell(ask, spell)
    weeks: dict[date, list[LateSession]] = defaultdict(list)
    for mark in marks:
        if mark.code_id in LATE_KEYS:
            letters = CODES_BY_KEY[mark.code_id].letters
            weeks[monday_of(mark.date)].append(LateSession(mark.date, mark.session, letters, mark.minutes_late))
    for lates in weeks.values():
        yield _lates(ask, lates)


def _spell(ask: Ask, spell: Sequence[_Missed]) -> Entry:
    """Return sessions missed with none attended between them as one entry, by what their marks count as."""
    first, last = spell[0], spell[-1]
    signs = Counter(mark_shown(mark.key, sees_sensitive=ask.who.sees_sensitive) for mark in spell)
    why = "; ".join(
        f"{sign.sign} {sign.words} × {n}" if n > 1 else f"{sign.sign} {sign.words}" for sign, n in signs.items()
    )
    sessions = f"{len(spell)} session{'s' * (len(spell) != 1)}"
    span = Span(first.day, first.session, last.day, last.session, [])
    url = f"{reverse('reports:student_detail', args=[ask.student])}?marks=missed"
    key = f"absence:{first.day}-{first.session}"
    return Entry(key, first.day, Kind.ABSENCE, f"Absent, {sessions}: {span_words(span)}", why, url=url)


def _lates(ask: Ask, lates: Sequence[LateSession]) -> Entry:
    """Return the late arrivals of one week, at the day of the last."""
    minutes, times = sum(late.minutes or 0 for late in lates), len(lates)
    title = f"Late {times} times in the week, {minutes} min" if times > 1 else f"Late, {minutes} min"
    url = reverse("attendance:minutes_late_student", args=[ask.student])
    words = "; ".join(late.words for late in lates)
    return Entry(f"late:{lates[-1].day}", lates[-1].day, Kind.LATE, title, words, url=url)


def _plans(ask: Ask) -> Sequence[Any]:
    held = PlannedMark.objects.visible_to(ask.user).filter(student=ask.student)
    held = held.exclude(status=PlannedMark.Status.WITHDRAWN).select_related("created_by", "decided_by")
    return [held.filter(ask.days("starts_on", "asked_on")).order_by("starts_on", "pk")]


def _of_plans(ask: Ask, plans: Sequence[PlannedMark]) -> Iterator[Entry]:
    if not plans:
        return
    for plan, row in zip(plans, PlanReader({ask.student: ask.who}, ask.calendar).rows(plans), strict=True):
        yield _plan(plan, row)


def _plan(plan: PlannedMark, row: PlanRow) -> Entry:
    on = plan.asked_on or plan.starts_on
    decided = plan.decision_reason if row.sees_whole else ""
    return Entry(
        f"planned:{plan.pk}",
        on,
        Kind.PLANNED,
        f"{row.words}: {span_words(plan)}{f', {row.week}' if row.week else ''}",
        paragraphs(row.note, row.provider, decided),
        who=(plan.decided_by or plan.created_by).formal_name,
        url=reverse("attendance:planned_detail", args=[plan.pk]),
        logged_at=logged(on, plan.created_at),
    )


def _steps(ask: Ask) -> Sequence[Any]:
    steps = CallEscalation.objects.visible_to(ask.user).filter(ask.days("day"), student=ask.student)
    return [steps.select_related("by", "step").order_by("at", "pk")]


def _of_steps(ask: Ask, steps: Sequence[CallEscalation]) -> Iterator[Entry]:
    for step in steps:
        # What the DSL was told is the DSL's, and the writer's: as on the list of first-day calls.
        is_for_dsl = step.step.kind == CallingStep.Kind.DSL
        reads = not is_for_dsl or Right.READ_DSL_CONCERNS in ask.rights or step.by_id == ask.user.pk
        yield Entry(
            f"call:{step.pk}",
            kind=Kind.CALL,
            title=f"No reason for the absence of {in_words(step.day)}: {step.label}",
            who=step.by.formal_name,
            **moment(step.at),
            **ask.said(step.note, is_for_dsl=is_for_dsl, reads=reads or not step.note),
        )


def _missing(ask: Ask) -> Sequence[Any]:
    found = TruancyFollowUp.objects.visible_to(ask.user).filter(ask.days("date"), student=ask.student)
    return [found.exclude(outcome="").select_related("owner", "ended_by").order_by("date", "pk")]


def _of_missing(ask: Ask, found: Sequence[TruancyFollowUp]) -> Iterator[Entry]:
    for each in found:
        who = each.ended_by or each.owner
        title = f"Not in {each.period}, followed up: {each.get_outcome_display().lower()}"
        yield Entry(f"missing:{each.pk}", each.date, Kind.CALL, title, each.note, who=who.formal_name)


def _notices(ask: Ask) -> Sequence[Any]:
    decisions = NoticeDecision.objects.visible_to(ask.user).filter(ask.moments("decided_at"), student=ask.student)
    notices = PenaltyNotice.objects.visible_to(ask.user).filter(ask.days("issued_on"), student=ask.student)
    return [
        decisions.select_related("decided_by").order_by("decided_at", "pk"),
        notices.select_related("parent_carer", "recorded_by").order_by("issued_on", "pk"),
    ]


def _of_notices(ask: Ask, decisions: Sequence[NoticeDecision], notices: Sequence[PenaltyNotice]) -> Iterator[Entry]:
    url = reverse("attendance:notice_detail", args=[ask.student])
    for each in decisions:
        title = f"Penalty notice: {each.get_decision_display().lower()}, on {len(each.sessions)} sessions"
        who, when = each.decided_by.formal_name, moment(each.decided_at)
        yield Entry(f"decision:{each.pk}", kind=Kind.NOTICE, title=title, words=each.reason, who=who, url=url, **when)
    for notice in notices:
        yield Entry(
            f"notice:{notice.pk}",
            notice.issued_on,
            Kind.NOTICE,
            f"Penalty notice to {notice.parent_carer}: {notice.get_status_display().lower()}",
            who=notice.recorded_by.formal_name,
            url=url,
            logged_at=logged(notice.issued_on, notice.recorded_at),
        )


SOURCES = (
    Source(frozenset({Kind.ABSENCE, Kind.LATE}), _marks, _of_marks),
    Source(frozenset({Kind.PLANNED}), _plans, _of_plans),
    Source(frozenset({Kind.CALL}), _steps, _of_steps, frozenset({Right.MAKE_FIRST_CALLS})),
    Source(frozenset({Kind.CALL}), _missing, _of_missing, frozenset({Right.WORK_TRUANCY})),
    Source(frozenset({Kind.NOTICE}), _notices, _of_notices, SEEING),
)
