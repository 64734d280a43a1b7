"""Writes to what is known beforehand: planned absences, leave asked for and decided, part-time timetables.

Nothing is deleted: a plan is withdrawn with a reason, and what it was stays in its history with who changed it and why.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from attendance.codes import CODES_BY_KEY, code_on
from attendance.models import PlannedMark, SessionMark
from attendance.services.marks import MarkRow, Written, because, marks_write
from attendance.summaries.absences import ASKED_IN_ADVANCE, expected_key, span_words
from attendance.summaries.planned import Span, covers, overlap, sessions_of
from pastoral.core.models import User
from students.calendar import end_of_compulsory_age
from students.models import Student
from students.summaries import SchoolCalendar

LONGEST_SPAN = timedelta(days=366)


class PlanFault(Exception):
    """A plan cannot stand as it was put in. field: where in the form; the message is fit for it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyDecided(Exception):
    """Somebody else was there first; the message says who, what and when."""


class MarksMoved(Exception):
    """A mark is no longer what the person saw when they ticked it; the message is fit for the form."""


class Decision(StrEnum):
    """What becomes of a request for leave."""

    GRANT = "grant"
    PART = "part"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark that the person chose to change, as they saw it. key: the code that stood."""

    day: date
    session: str
    key: int


@transaction.atomic
def planned_add(
    *,
    student: Student,
    code: int,
    span: Span,
    note: str,
    asked_by: str,
    by: User,
    at: datetime,
    ticks: Collection[Tick] = (),
    why: str = "",
) -> PlannedMark:
    """Plan an absence or an activity, and change the marks of its sessions that the person ticked.

    code: its key. why: the reason that stays with each mark changed.
    Raises PlanFault when it cannot stand, MarksMoved when a ticked mark is another one by now.
    """
    student_locked(student)
    span_fits(student, span, code)
    plan_is_new(student, PlannedMark.Kind.PLANNED, code, span)
    planned = plan_made(
        student, span, by, at, kind=PlannedMark.Kind.PLANNED, code_id=code, note=note, asked_by=asked_by
    )
    marks_change(planned=planned, ticks=ticks, why=why, by=by)
    return planned


@transaction.atomic
def leave_ask(
    *, student: Student, code: int, span: Span, note: str, asked_by: str, asked_on: date, by: User, at: datetime
) -> PlannedMark:
    """Take down a parent's request for leave; nobody is expected away until somebody who may grants it.

    Source: domain.md 1.1 (reg 11(1)): only a person whom the proprietor authorised may grant leave.
    """
    student_locked(student)
    span_fits(student, span, code)
    plan_is_new(student, PlannedMark.Kind.LEAVE, code, span)
    facts = {"kind": PlannedMark.Kind.LEAVE, "status": PlannedMark.Status.ASKED, "code_id": code, "note": note}
    return plan_made(student, span, by, at, **facts, asked_by=asked_by, asked_on=asked_on)


@transaction.atomic
def leave_decide(
    *, planned: PlannedMark, decision: Decision, code: int, span: Span, reason: str, by: User, at: datetime
) -> PlannedMark:
    """Grant leave, refuse it, or grant part of its dates and refuse the rest; return the request as it then stands.

    code, span: what is granted and when; neither matters to a refusal. reason: wanted unless all is granted.
    Raises AlreadyDecided when somebody decided before, PlanFault when the decision cannot stand.
    """
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    _undecided(held)
    if decision is not Decision.GRANT and not reason.strip():
        raise PlanFault("reason", "Say why: the parent is told, and the reason stays with the decision.")
    asked = Span.of(held)
    with because(by=by, reason=reason or "Leave granted"):
        _decided(held, PlannedMark.Status.REFUSED, reason, by, at)
        if decision is not Decision.REFUSE:
            _grants(held, code)
            held.status, held.code_id = PlannedMark.Status.AGREED, code
        if decision is Decision.PART:
            _part(held, asked, span, reason, by, at)
        held.save()
    return held


def _undecided(held: PlannedMark) -> None:
    if held.status == PlannedMark.Status.ASKED:
        return
    done = {"agreed": "granted", "refused": "refused", "withdrawn": "withdrawn"}[held.status]
    when = f" on {held.decided_at:%a %-d %b}" if held.decided_at else ""
    raise AlreadyDecided(f"This leave was {done} by {held.decided_by}{when}. That decision stands.")


def _grants(held: PlannedMark, code: int) -> None:
    letters = CODES_BY_KEY[code].letters
    if letters in ASKED_IN_ADVANCE and held.asked_on is not None and held.asked_on > held.starts_on:
        raise PlanFault("code", f"{letters} can only be granted when it was asked for in advance; this was not.")


def _part(held: PlannedMark, asked: Span, granted: Span, reason: str, by: User, at: datetime) -> None:
    """Narrow the request to what is granted, and lay down what is left of it as refused."""
    _in_order(granted)
    begins, ends = (granted.starts_on, granted.starts_session), (granted.ends_on, granted.ends_session)
    if begins < (asked.starts_on, asked.starts_session) or ends > (asked.ends_on, asked.ends_session):
        raise PlanFault("starts_on", f"Leave was asked for {span_words(asked)}: grant a part of that.")
    rest = _rest(asked, granted)
    if not rest:
        raise PlanFault("starts_on", "That is all of it: choose to grant the leave, or fewer sessions.")
    held.batch = uuid.uuid4()
    held.starts_on, held.starts_session = begins
    held.ends_on, held.ends_session = ends
    for span in rest:
        PlannedMark.objects.create(
            student_id=held.student_id, kind=held.kind, status=PlannedMark.Status.REFUSED, code_id=held.code_id,
            starts_on=span.starts_on, starts_session=span.starts_session, ends_on=span.ends_on,
            ends_session=span.ends_session, note=held.note, asked_by=held.asked_by, asked_on=held.asked_on,
            decided_by=by, decided_at=at, decision_reason=reason, batch=held.batch,
            created_by_id=held.created_by_id, created_at=held.created_at,
        )  # fmt: skip


def _rest(asked: Span, granted: Span) -> list[Span]:
    """Return what was asked for and not granted: before it, after it."""
    rest = []
    if (asked.starts_on, asked.starts_session) < (granted.starts_on, granted.starts_session):
        day, session = _before(granted.starts_on, granted.starts_session)
        rest.append(replace(asked, ends_on=day, ends_session=session))
    if (granted.ends_on, granted.ends_session) < (asked.ends_on, asked.ends_session):
        day, session = _after(granted.ends_on, granted.ends_session)
        rest.append(replace(asked, starts_on=day, starts_session=session))
    return rest


def _before(day: date, session: str) -> tuple[date, str]:
    return (day, "AM") if session == "PM" else (day - timedelta(days=1), "PM")


def _after(day: date, session: str) -> tuple[date, str]:
    return (day, "PM") if session == "AM" else (day + timedelta(days=1), "AM")


@transaction.atomic
def part_time_agree(
    *,
    student: Student,
    span: Span,
    review_on: date,
    agreed_with: str,
    agreed_on: date,
    note: str,
    by: User,
    at: datetime,
) -> PlannedMark:
    """Lay down a part-time timetable: the sessions of the week that the student is away (C2), and until when.

    Raises PlanFault: of compulsory age alone, one at a time, with a review before it ends and some sessions in school.
    Source: domain.md 1.1 (reg 11(6)), 1.6: agreed with a parent the student lives with, temporary, reviewed.
    """
    student_locked(student)
    code = code_on("C2", span.starts_on)
    if code is None:
        raise PlanFault("starts_on", "C2 came into force on 19 August 2024.")
    _some_sessions(span)
    span_fits(student, span, code.key)
    _of_compulsory_age(student, span)
    _alone(student, span)
    review_fits(span, review_on)
    facts = {"kind": PlannedMark.Kind.PART_TIME, "code_id": code.key, "note": note, "review_on": review_on}
    return plan_made(student, span, by, at, **facts, agreed_with=agreed_with, agreed_on=agreed_on)


@transaction.atomic
def plan_move(
    *, planned: PlannedMark, seen: str, ends_on: date, review_on: date | None, reason: str, by: User, at: datetime
) -> PlannedMark:
    """Extend a part-time timetable or placement, end it early, or set its next review; what it was stays in history.

    seen: the dates as the person saw them (`dates_seen`). Raises AlreadyDecided when somebody moved them meanwhile.
    """
    student_locked(planned.student)
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    if dates_seen(held) != seen:
        raise AlreadyDecided("Somebody changed these dates a moment ago. The page shows how they stand now.")
    if not reason.strip():
        raise PlanFault("reason", "Say what the review decided, or why the dates change.")
    if review_on is not None and ends_on < held.ends_on:
        review_on = min(review_on, ends_on)  # what ends before its review is reviewed as it ends
    held.ends_on, held.ends_session, held.review_on = ends_on, "PM", review_on
    span = Span.of(held)
    span_fits(held.student, span, held.code_id)
    if held.kind == PlannedMark.Kind.PART_TIME:
        _of_compulsory_age(held.student, span)
        _alone(held.student, span, besides=held.pk)
    review_fits(span, review_on)
    with because(by=by, reason=reason):
        held.save()
    return held


def dates_seen(planned: PlannedMark) -> str:
    """Return the dates of a plan as a form hands them back."""
    return f"{planned.status}|{planned.ends_on}|{planned.review_on or ''}"


@transaction.atomic
def planned_withdraw(*, planned: PlannedMark, reason: str, by: User, at: datetime) -> PlannedMark:
    """Take a plan back, with a reason; it stays to be read.

    Raises AlreadyDecided when it is withdrawn already, PlanFault without a reason.
    """
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    if held.status == PlannedMark.Status.WITHDRAWN:
        raise AlreadyDecided(f"It was withdrawn already, by {held.decided_by}: {held.decision_reason}")
    if not reason.strip():
        raise PlanFault("reason", "Say why it is withdrawn: the reason stays with it.")
    with because(by=by, reason=reason):
        _decided(held, PlannedMark.Status.WITHDRAWN, reason, by, at)
        held.save()
    return held


@transaction.atomic
def marks_change(*, planned: PlannedMark, ticks: Collection[Tick], why: str, by: User) -> tuple[Written, ...]:
    """Give the ticked marks of the plan's sessions the code that the plan expects.

    Only what was ticked is touched, and only while it still is what the person saw: raises MarksMoved otherwise.
    """
    if not ticks:
        return ()
    wanted = {(tick.day, tick.session): tick.key for tick in ticks if covers(planned, tick.day, tick.session)}
    days = {day for day, _ in wanted}
    rows = SessionMark.objects.select_for_update().filter(student=planned.student_id, date__in=days).order_by("date")
    held = {(mark.date, mark.session): mark.code_id for mark in rows}
    moved = [place for place, key in wanted.items() if held.get(place) != key]
    if moved or len(wanted) != len({(tick.day, tick.session) for tick in ticks}):
        raise MarksMoved("A mark was changed while you looked. The marks are shown as they stand now: choose again.")
    key = expected_key(planned)
    return marks_write(
        rows=[MarkRow(planned.student_id, day, session, key) for day, session in wanted],
        by=by,
        reason=why.strip() or "Told afterwards: planned absence",
    )


# --- what every plan must be -------------------------------------------------------------------------


def student_locked(student: Student) -> None:
    """Let one person at a time plan for a student: two tabs make one plan."""
    Student.objects.select_for_update().get(pk=student.pk)


def _in_order(span: Span) -> None:
    if not span.is_in_order:
        raise PlanFault("ends_on", "It has to end after it begins.")


def span_fits(student: Student, span: Span, code: int) -> None:
    """Refuse a span that school never meets in, outside the student's time here, or beyond the code's."""
    _in_order(span)
    if span.ends_on - span.starts_on > LONGEST_SPAN:
        raise PlanFault("ends_on", "That is more than a year. Plan up to a year, and go on from there.")
    if student.left_on and student.left_on < span.starts_on:
        raise PlanFault("starts_on", f"{student.forename} left on {student.left_on:%a %-d %b %Y}.")
    if student.admitted_on > span.ends_on:
        raise PlanFault("ends_on", f"{student.forename} starts here on {student.admitted_on:%a %-d %b %Y}.")
    meaning = CODES_BY_KEY[code]
    if not (meaning.is_valid_on(span.starts_on) and meaning.is_valid_on(span.ends_on)):
        raise PlanFault("code", f"{meaning.letters} is not valid on all of those days.")
    _meets_school(span)


def _meets_school(span: Span) -> None:
    calendar = SchoolCalendar.load()
    if sessions_of(span, calendar):
        return
    following = calendar.next_school_day(span.ends_on)
    hint = f" The next school day is {following:%a %-d %b}." if following else " The calendar holds no later day."
    raise PlanFault("starts_on", f"School does not meet in {span_words(span)}.{hint}")


def plan_is_new(student: Student, kind: str, code: int, span: Span) -> None:
    """Refuse what is planned already in just these sessions."""
    standing = PlannedMark.objects.filter(student=student, kind=kind, code_id=code).exclude(status="withdrawn")
    if any(Span.of(each) == span for each in standing.filter(starts_on=span.starts_on, ends_on=span.ends_on)):
        raise PlanFault("starts_on", "This is planned already, in just these sessions: nothing was added.")


def _some_sessions(span: Span) -> None:
    if not span.sessions:
        raise PlanFault("sessions", "Tick the sessions that the student is away.")
    if len(span.sessions) == 10:
        raise PlanFault("sessions", "Some sessions have to be in school: that is what makes it a timetable.")


def _of_compulsory_age(student: Student, span: Span) -> None:
    last = end_of_compulsory_age(student.born_on)
    if span.ends_on > last:
        raise PlanFault(
            "ends_on",
            f"{student.forename} is of compulsory school age up to {last:%a %-d %b %Y}; C2 can be planned until then.",
        )


def _alone(student: Student, span: Span, besides: int | None = None) -> None:
    others = PlannedMark.objects.filter(student=student, kind=PlannedMark.Kind.PART_TIME)
    for other in others.exclude(status=PlannedMark.Status.WITHDRAWN):
        if other.pk != besides and overlap(replace(span, sessions=[]), other):
            raise PlanFault(
                "starts_on",
                f"{student.forename} already has a part-time timetable {span_words(other)}. "
                "End or extend that one, or begin after it.",
            )


def review_fits(span: Span, review_on: date | None) -> None:
    """Want a review within the span."""
    if review_on is None or not span.starts_on <= review_on <= span.ends_on:
        raise PlanFault("review_on", f"The review has to be in {span_words(span)}, not after it has ended.")


def plan_made(student: Student, span: Span, by: User, at: datetime, **facts: object) -> PlannedMark:
    """Write a plan down."""
    return PlannedMark.objects.create(
        student=student,
        starts_on=span.starts_on,
        starts_session=span.starts_session,
        ends_on=span.ends_on,
        ends_session=span.ends_session,
        sessions=span.sessions,
        created_by=by,
        created_at=at,
        **facts,
    )


def _decided(held: PlannedMark, status: str, reason: str, by: User, at: datetime) -> None:
    held.status, held.decision_reason, held.decided_by, held.decided_at = status, reason, by, at
