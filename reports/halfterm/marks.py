"""The marks of many students over a window and over the year to its end, added up by what they count as."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from attendance.codes import CODES_BY_KEY
from attendance.figures import NOTHING, Counts, counts_of_tallies
from attendance.summaries import year_to_date_window

Tally = tuple[int, int, int]

# One row for each student and code, in the window and in the year to its end: a year group has some 8,000 marks in it.
_TALLIES = """
    SELECT student_id, code_id, count(*) FILTER (WHERE date >= %(first)s),
           coalesce(sum(minutes_late) FILTER (WHERE date >= %(first)s), 0),
           count(*) FILTER (WHERE date >= %(year)s)
      FROM attendance_sessionmark
     WHERE student_id = ANY(%(students)s) AND date BETWEEN %(since)s AND %(last)s
     GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Attended:
    """What each member's marks add up to: in the window, in the year to its end, and by code in the window."""

    window: dict[int, Counts]
    year: dict[int, Counts]
    codes: dict[int, dict[str, int]]

    def of(self, student: int) -> Counts:
        """Return one member's counts in the window."""
        return self.window.get(student, NOTHING)


def attended(students: list[int], first: date, last: date) -> Attended:
    """Read the students' marks in one query, added up by student and code."""
    year_start = year_to_date_window(last)[0]
    since = min(first, year_start)
    known: dict[str, Any] = {"students": students, "first": first, "last": last, "since": since, "year": year_start}
    window: dict[int, list[Tally]] = defaultdict(list)
    year: dict[int, list[Tally]] = defaultdict(list)
    codes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES, known)
        for student, code, marks, minutes, in_year in cursor.fetchall():
            window[student].append((code, marks, minutes))
            year[student].append((code, in_year, 0))
            if marks:
                codes[student][CODES_BY_KEY[code].letters] += marks
    return Attended(
        {student: counts_of_tallies(found) for student, found in window.items()},
        {student: counts_of_tallies(found) for student, found in year.items()},
        codes,
    )
