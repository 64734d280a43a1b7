"""Changing many marks in one action, exactly as it was previewed, and putting back what stood."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from attendance.models import BulkChange, PlannedMark, SessionMark
from attendance.services.marks import MarkRow, ReasonMissing, Written, because, marks_write
from attendance.summaries.bulk import (
    MOST_CELLS,
    BulkAsk,
    BulkPreview,
    BulkRow,
    Cell,
)
from attendance.summaries.bulk_preview import bulk_preview
from attendance.summaries.bulk_since import Replaced, replaced_by
from attendance.summaries.reach import Reached, reached
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.scopes import job_of
from students.summaries import SchoolCalendar


class PreviewStale(Exception):
    """Marks changed after the preview was shown; nothing is written. `preview` is what it would do now."""

    def __init__(self, preview: BulkPreview) -> None:
        super().__init__("Marks changed after you looked. Nothing is saved yet: look again, then confirm.")
        self.preview = preview


class TooMany(Exception):
    """More marks than one action may change; the message is fit for the form."""


@dataclass(frozen=True)
class Confirmed:
    """What a person confirmed: the preview they saw, who was left out of it, and why it is done.

    token: made with the preview; the same one again is the same action. picked: the students ticked one by one.
    """

    token: UUID
    digest: str
    whom: str
    left_out: frozenset[int]
    reason: str
    picked: tuple[int, ...] = ()


def size_fits(students: int, sessions: int) -> None:
    """Refuse what is too large for one action with TooMany."""
    if students * sessions > MOST_CELLS:
        raise TooMany(f"That is {students} students over {sessions} sessions: take fewer days or a year at a time.")


_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('attendance_bulk:' || %s, 0))"


@transaction.atomic
def bulk_change(
    *,
    students: dict[int, Reached],
    ask: BulkAsk,
    confirmed: Confirmed,
    calendar: SchoolCalendar,
    by: User,
    now: datetime,
) -> BulkChange:
    """Make the change that was previewed: marks for sessions that have begun, plans for those to come.

    Sent twice it is made once. Raises PreviewStale when anything it rests on changed, ReasonMissing, TooMany.
    """
    if not confirmed.reason.strip():
        raise ReasonMissing("Say why the marks are changed: the reason stays with them.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [str(confirmed.token)])
    if done := BulkChange.objects.filter(pk=confirmed.token).first():
        return done
    size_fits(len(students), len(ask.sessions(calendar)))
    preview = bulk_preview(students, ask, calendar=calendar, now=now, locks=True)
    if preview.digest != confirmed.digest:
        raise PreviewStale(preview)
    return _made(preview, confirmed, by, now)


def _made(preview: BulkPreview, confirmed: Confirmed, by: User, now: datetime) -> BulkChange:
    ask = preview.ask
    rows = [row for row in preview.rows if row.who.student_id not in confirmed.left_out]
    marks = [_mark(row, cell, ask, confirmed.reason) for row in rows for cell in row.cells]
    written = marks_write(rows=marks, by=by, reason=confirmed.reason)
    replaced = sum(not mark.is_new for mark in written)
    if replaced != sum(row.replaces for row in rows):  # a mark came between our look and our write
        raise PreviewStale(preview)
    planned = _planned(rows, ask, confirmed, by, now)
    return BulkChange.objects.create(
        id=confirmed.token,
        whom=confirmed.whom,
        picked=[key for key in confirmed.picked if key not in confirmed.left_out],
        letters=ask.letters,
        starts_on=ask.first.day,
        starts_session=ask.first.session,
        ends_on=ask.last.day,
        ends_session=ask.last.session,
        reason=confirmed.reason,
        new=len(written) - replaced,
        replaced=replaced,
        planned=planned,
        context=_context(written),
        made_by=by,
        position=job_of(by),
        made_at=now,
    )


def _mark(row: BulkRow, cell: Cell, ask: BulkAsk, reason: str) -> MarkRow:
    """Return the mark to write. One where none stood has no history to keep its reason: that is its comment then."""
    comment = ask.comment or ("" if cell.was else reason)
    return MarkRow(row.who.student_id, cell.at.day, cell.at.session, cell.key, None, comment)


_CONTEXT = """
    SELECT pgh_context_id FROM attendance_sessionmarkevent
     WHERE student_id = %s AND date = %s AND session = %s ORDER BY pgh_id DESC LIMIT 1
"""


def _context(written: Iterable[Written]) -> UUID | None:
    """Return the context of the history's entries just written: that of the newest one of any mark replaced."""
    mark = next((mark for mark in written if not mark.is_new), None)
    if mark is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_CONTEXT, [mark.student_id, mark.date, mark.session])
        context: UUID = cursor.fetchone()[0]
        return context


def _planned(rows: Iterable[BulkRow], ask: BulkAsk, confirmed: Confirmed, by: User, now: datetime) -> int:
    """Lay down one plan for each student with sessions to come; return how many sessions that is."""
    ahead = [row for row in rows if row.planned]
    PlannedMark.objects.bulk_create(
        PlannedMark(
            student_id=row.who.student_id,
            kind=PlannedMark.Kind.PLANNED,
            code_id=row.planned[0].key,
            starts_on=row.planned[0].at.day,
            starts_session=row.planned[0].at.session,
            ends_on=row.planned[-1].at.day,
            ends_session=row.planned[-1].at.session,
            note=ask.comment or confirmed.reason,
            batch=confirmed.token,
            created_by=by,
            created_at=now,
        )
        for row in ahead
    )
    return sum(len(row.planned) for row in ahead)


@dataclass(frozen=True)
class Undoing:
    """What an undoing would do. back: marks put back; since: changed again since and left; beyond: out of reach."""

    back: tuple[Replaced, ...]
    since: int
    beyond: int
    plans: int


def undoing_of(*, change: BulkChange, by: User) -> Undoing:
    """Return what undoing the change would do, as things stand."""
    held = replaced_by(change.context)
    students = reached(by, {mark.student_id for mark in held})
    may = {key for key, who in students.items() if Right.BULK_MARKS in who.rights}
    back = tuple(mark for mark in held if not mark.is_changed_since and mark.student_id in may)
    since = sum(mark.is_changed_since for mark in held)
    plans = PlannedMark.objects.standing().filter(batch=change.pk, student__in=_reach_of_plans(change, by)).count()
    return Undoing(back, since, len(held) - since - len(back), plans)


def _reach_of_plans(change: BulkChange, by: User) -> Collection[int]:
    keys = PlannedMark.objects.filter(batch=change.pk).values_list("student_id", flat=True)
    return [key for key, who in reached(by, keys).items() if Right.BULK_MARKS in who.rights]


def _lock(change: BulkChange) -> None:
    """Hold the marks that the change replaced, so that what is put back is what was looked at."""
    held = replaced_by(change.context)
    marks = SessionMark.objects.filter(
        student__in={mark.student_id for mark in held}, date__range=(change.starts_on, change.ends_on)
    )
    list(marks.select_for_update().order_by("student", "date", "session").values_list("pk"))


@transaction.atomic
def bulk_undo(*, change: BulkChange, by: User, reason: str, now: datetime) -> BulkChange:
    """Put back what stood before the change, and withdraw its plans; marks changed since are left as they are.

    A mark that the change entered where there was none stays: no mark is ever deleted. Undone twice it is undone once.
    """
    if not reason.strip():
        raise ReasonMissing("Say why it is undone: the reason stays with the marks.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [str(change.pk)])
    if done := BulkChange.objects.filter(undoes=change).first():
        return done
    _lock(change)
    undoing = undoing_of(change=change, by=by)
    rows = [MarkRow(mark.student_id, mark.day, mark.session, *mark.was) for mark in undoing.back]
    written = marks_write(rows=rows, by=by, reason=reason)
    with because(by=by, reason=reason):
        plans = PlannedMark.objects.standing().filter(batch=change.pk, student__in=_reach_of_plans(change, by))
        planned = plans.update(
            status=PlannedMark.Status.WITHDRAWN, decided_by=by, decided_at=now, decision_reason=reason
        )
    return BulkChange.objects.create(
        id=uuid4(),
        whom=change.whom,
        starts_on=change.starts_on,
        starts_session=change.starts_session,
        ends_on=change.ends_on,
        ends_session=change.ends_session,
        reason=reason,
        new=0,
        replaced=len(written),
        planned=planned,
        context=_context(written),
        undoes=change,
        made_by=by,
        position=job_of(by),
        made_at=now,
    )
