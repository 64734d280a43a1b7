"""What happened to the marks of a change of many: written since its preview, replaced by it, changed again since."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from attendance.models import SessionMark
from attendance.summaries.bulk import BulkAsk, Held, SessionOf
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown


class ChangedMark(NamedTuple):
    """A mark that somebody wrote after the preview was looked at."""

    who: Reached
    at: SessionOf
    shown: MarkShown
    by: str


def changed_after(students: dict[int, Reached], ask: BulkAsk, looked_at: datetime) -> tuple[ChangedMark, ...]:
    """Return the marks of the students written since the preview was looked at, with who wrote them; one query."""
    marks = SessionMark.objects.filter(
        student__in=list(students), date__range=(ask.first.day, ask.last.day), recorded_at__gte=looked_at
    )
    rows = marks.select_related("recorded_by").order_by("recorded_at", "pk")[:20]
    return tuple(
        ChangedMark(
            students[mark.student_id],
            SessionOf(mark.date, mark.session),
            mark_shown(mark.code_id, sees_sensitive=students[mark.student_id].sees_sensitive),
            str(mark.recorded_by or "an import"),
        )
        for mark in rows
    )


class Replaced(NamedTuple):
    """A mark that a bulk change replaced: what it said before, and whether it was changed again since."""

    student_id: int
    day: date
    session: str
    was: Held
    is_changed_since: bool


_REPLACED = """
    SELECT e.student_id, e.date, e.session, e.code_id, e.minutes_late, e.comment,
           EXISTS (SELECT 1 FROM attendance_sessionmarkevent n
                    WHERE n.pgh_obj_id = e.pgh_obj_id AND n.pgh_id > e.pgh_id)
      FROM attendance_sessionmarkevent e
     WHERE e.pgh_context_id = %s
     ORDER BY e.student_id, e.date, e.session
"""


def replaced_by(context: UUID | None) -> tuple[Replaced, ...]:
    """Return the marks that a bulk change replaced, from the history; one query."""
    if context is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [context])
        rows = cursor.fetchall()
    return tuple(
        Replaced(student, day, session, Held(*held), is_changed_since)
        for student, day, session, *held, is_changed_since in rows
    )
