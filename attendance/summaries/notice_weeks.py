"""The school weeks that the penalty-notice watch looks at, and the marks in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from datetime import date

from attendance.figures.notices import (
    UNAUTHORISED_KEYS,
    Missed,
)
from attendance.models import SessionMark
from students.calendar import academic_year_of, academic_year_start, monday_of
from students.summaries import SchoolCalendar


def first_day_looked_at(on: date) -> date:
    """Return where looking back ends: 1 September of last academic year."""
    return academic_year_start(academic_year_of(on) - 1)


def weeks_looked_at(calendar: SchoolCalendar, on: date) -> tuple[date, ...]:
    """Return the school weeks looked at, up to the date's own."""
    mondays = calendar.mondays[: bisect_right(calendar.mondays, monday_of(on))]
    return mondays[bisect_left(mondays, monday_of(first_day_looked_at(on))) :]


Marks = Mapping[tuple[date, str], int]


def marks_of(student_id: int, first: date, last: date) -> dict[tuple[date, str], int]:
    """Return the student's marks of the span: the key of the code by day and session, in order."""
    rows = SessionMark.objects.filter(student=student_id).between(first, last).order_by("date", "session")
    return {(day, session): key for day, session, key in rows.values_list("date", "session", "code_id")}


def unauthorised_in(marks: Marks) -> list[Missed]:
    """Return the unauthorised ones among the marks."""
    return [Missed(*place, key) for place, key in marks.items() if key in UNAUTHORISED_KEYS]
