"""Attendance week by week: a group's line for this year and last, and single students' lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from attendance.figures import Counts
from attendance.summaries import same_week_last_year
from students.calendar import academic_year_of, friday_of
from students.summaries import SchoolCalendar

SPARK_WEEKS = 12

_SUMS = """sum(present), sum(approved_activity), sum(authorised), sum(unauthorised), sum(not_counted),
           sum(late_before_close), sum(late_after_close), sum(minutes_late)"""

_WEEKS = f"""
    SELECT 0 AS student_id, academic_year, monday, {_SUMS}
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%s) AND academic_year IN (%s, %s)
     GROUP BY academic_year, monday
    UNION ALL
    SELECT student_id, academic_year, monday, {_SUMS}
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%s) AND monday = ANY(%s)
     GROUP BY student_id, academic_year, monday
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True)
class WeekPoint:
    """One week of the line: this year's counts and the same students' counts 52 weeks before."""

    monday: date
    counts: Counts
    last_year: Counts

    @property
    def percent(self) -> Decimal | None:
        """This year's attendance in the week."""
        return self.counts.percent

    @property
    def percent_last_year(self) -> Decimal | None:
        """The same students' attendance 52 weeks before."""
        return self.last_year.percent


@dataclass(frozen=True)
class Trend:
    """A group's weeks of one academic year, and the lines of the students asked for."""

    points: tuple[WeekPoint, ...]
    lines: dict[int, tuple[Decimal | None, ...]]

    def counts_of(self, monday: date | None) -> Counts:
        """Return the group's counts in one week."""
        return next((point.counts for point in self.points if point.monday == monday), Counts())

    @property
    def has_last_year(self) -> bool:
        """Test whether any marks of last year are held."""
        return any(point.last_year.possible for point in self.points)

    @classmethod
    def load(
        cls, students: Sequence[int], as_at: date, calendar: SchoolCalendar, *, lines_of: Sequence[int] = ()
    ) -> "Trend":
        """Read the students' weeks of this year up to the date, and of all last year, in one query.

        lines_of: the students whose own last 12 school weeks are wanted.
        """
        year = academic_year_of(as_at)
        recent = list(calendar.school_weeks(as_at, SPARK_WEEKS))
        with connection.cursor() as cursor:
            cursor.execute(_WEEKS, [list(students), year, year - 1, list(lines_of), recent])
            rows = cursor.fetchall()
        group: dict[tuple[int, date], Counts] = {}
        own: dict[int, dict[date, Counts]] = defaultdict(dict)
        for student, academic_year, monday, *counts in rows:
            found = Counts(*map(int, counts))
            if student:
                own[student][monday] = own[student].get(monday, Counts()) + found
            else:
                group[academic_year, monday] = found
        return cls(
            _points(group, year, as_at, calendar),
            {student: tuple(_percent(own[student], monday) for monday in recent) for student in lines_of},
        )


def _percent(weeks: dict[date, Counts], monday: date) -> Decimal | None:
    return weeks[monday].percent if monday in weeks else None


def _points(
    group: dict[tuple[int, date], Counts], year: int, as_at: date, calendar: SchoolCalendar
) -> tuple[WeekPoint, ...]:
    """Return every school week of the year that has marks on either side."""
    nothing = Counts()
    found = []
    for monday in sorted({*_weeks_of(year, calendar), *(_a_year_on(week) for held, week in group if held == year - 1)}):
        counts = group.get((year, monday), nothing) if monday <= as_at else nothing
        last_year = group.get((year - 1, same_week_last_year(monday)), nothing)
        if counts.possible or last_year.possible:
            found.append(WeekPoint(monday, counts, last_year))
    return tuple(found)


def _weeks_of(year: int, calendar: SchoolCalendar) -> set[date]:
    return {monday for monday in calendar.mondays if academic_year_of(friday_of(monday)) == year}


def _a_year_on(monday: date) -> date:
    return monday + (monday - same_week_last_year(monday))
