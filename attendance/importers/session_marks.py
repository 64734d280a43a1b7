"""Statutory session marks."""

from collections.abc import Sequence

from attendance.importers.mark_parse import mark_parse
from attendance.importers.marks import MarkImporter
from pastoral.core.imports.cells import text
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.refusal import Refusal
from students.importers.lookups import ADNO, DayLookup, StudentLookup


class SessionMarkImporter(MarkImporter):
    """One statutory mark a line: a student's code for one session of one day."""

    name = "session_marks"
    title = "Session marks"
    after = ("calendar", "students")
    tables = ("attendance_sessionmark", "attendance_attendanceweek")
    columns = (
        ADNO,
        Column("Date"),
        Column("Session", ("AM/PM",)),
        Column("Mark", ("Code", "Attendance Code")),
        optional("Minutes Late", "Mins Late", "Late Minutes"),
        optional("Comment", "Comments"),
    )
    table = "attendance_sessionmark"
    key = "session"
    own_words = ("comment",)
    history = "attendance_sessionmarkevent"
    on_change = "recorded_at = now(), recorded_by_id = NULL"

    def fields(self) -> Sequence[Field]:
        """Return the student, the mark on its day and the comment."""
        students = StudentLookup()
        self.days = DayLookup()
        return (
            field("Adno", "student_id bigint", students.required),
            Field(
                ("Date", "Session", "Mark", "Minutes Late"),
                ("date date", "session text", "code_id bigint", "minutes_late smallint"),
                self._mark,
            ),
            field("Comment", "comment text", text(10_000, name="The comment")),
        )

    def _mark(self, raw_day: str, raw_session: str, raw_mark: str, raw_minutes: str) -> tuple[object, ...]:
        day = self.days.required(raw_day)
        session = raw_session.strip().upper()
        if session not in {"AM", "PM"}:
            raise Refusal(f'A session is AM or PM, not "{raw_session.strip()}"', "Session")
        mark = mark_parse(self.days, day, raw_mark, raw_minutes)
        if mark.code is None:
            return day, session, None, None
        if mark.code.session not in {"", session}:
            raise Refusal("/ is a morning mark; \\ is the afternoon one", "Mark")
        return day, session, mark.code.key, mark.minutes
