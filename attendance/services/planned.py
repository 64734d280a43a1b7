"""Writes to what is known beforehand, of any kind: planned, moved, withdrawn, and the marks that follow.

Nothing is deleted: a plan is withdrawn with a reason, and what it was stays in its history with who changed it and why.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from attendance.models import PlannedMark, SessionMark
from attendance.services.marks import MarkRow, Written, because, marks_write
from attendance.services.part_time import alone, of_compulsory_age
from attendance.services.plan_rules import (
    AlreadyDecided,
    PlanFault,
    decided,
    plan_is_new,
    plan_made,
    review_fits,
    span_fits,
    student_locked,
)
from attendance.summaries.plan_marks import expected_key
from attendance.summaries.planned import Span, covers
from pastoral.core.models import User
from students.models import Student


class MarksMoved(Exception):
    """A mark is no longer what the person saw when they ticked it; the message is fit for the form."""


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
        of_compulsory_age(held.student, span)
        alone(held.student, span, besides=held.pk)
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
        decided(held, PlannedMark.Status.WITHDRAWN, reason, by, at)
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
