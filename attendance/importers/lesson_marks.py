"""Lesson marks: never statutory, so the marks of morning and afternoon are good in any period."""

import re
from collections.abc import Sequence

from attendance.importers.mark_parse import mark_parse
from attendance.importers.marks import MarkImporter
from pastoral.core.imports.cells import text
from pastoral.core.imports.columns import Column, Field, field, optional
from pastoral.core.imports.refusal import Refusal
from students.importers.lookups import ADNO, DayLookup, StudentLookup

_PERIOD = re.compile(r"(?:P|PERIOD ?)?([1-9])", re.ASCII)


class LessonMarkImporter(MarkImporter):
    """One mark in one lesson a line."""

    name = "lesson_marks"
    title = "Lesson marks"
    after = ("calendar", "students")
    tables = ("attendance_lessonmark",)
    columns = (
        ADNO,
        Column("Date"),
        Column("Period"),
        Column("Subject"),
        Column("Class", ("Class Name", "Group")),
        optional("Teacher"),
        Column("Mark", ("Code", "Attendance Code")),
        optional("Minutes Late", "Mins Late", "Late Minutes"),
    )
    table = "attendance_lessonmark"
    key = "period"
    other_words = ("subject", "class_name", "teacher")

    def fields(self) -> Sequence[Field]:
        """Return the student, the mark on its day and the lesson."""
        students = StudentLookup()
        self.days = DayLookup()
        return (
            field("Adno", "student_id bigint", students.required),
            Field(
                ("Date", "Period", "Mark", "Minutes Late"),
                ("date date", "period text", "code_id bigint", "minutes_late smallint"),
                self._mark,
            ),
            field("Subject", "subject text", text(60, name="Subject")),
            field("Class", "class_name text", text(30, name="Class")),
            field("Teacher", "teacher text", text(60, name="Teacher")),
        )

    def _mark(self, raw_day: str, raw_period: str, raw_mark: str, raw_minutes: str) -> tuple[object, ...]:
        day = self.days.required(raw_day)
        period = _PERIOD.fullmatch(raw_period.strip().upper())
        if period is None:
            raise Refusal(f'A period is P1 to P9, not "{raw_period.strip()}"', "Period")
        mark = mark_parse(self.days, day, raw_mark, raw_minutes)
        return day, f"P{period[1]}", mark.code.key if mark.code else None, mark.minutes
