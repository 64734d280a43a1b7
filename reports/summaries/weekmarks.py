"""The marks of one week and of the day it is compared with: a row a student, opened only where they are looked at."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from attendance.figures import NOTHING, Counts, counts_of
from reports.summaries.reasons import Mark

SESSIONS = ("AM", "PM")

# A row a student, not a row a mark: a school has 15,000 marks a week, of which a page counts most and shows few.
_MARKS = """
    SELECT student_id, array_agg(slot), array_agg(code_id), array_agg(minutes_late)
      FROM (SELECT student_id, 2 * (date - %(monday)s) + (session = 'PM')::int AS slot, code_id, minutes_late
              FROM attendance_sessionmark
             WHERE student_id = ANY(%(students)s) AND date = ANY(%(days)s)
             ORDER BY student_id, slot) marks
     GROUP BY student_id
"""


def slot_of(day: date, monday: date) -> int:
    """Return the place of the day's morning among the half days from Monday's on; below 0 for a day before."""
    return 2 * (day - monday).days


@dataclass(frozen=True, slots=True)
class WeekMarks:
    """One student's marks side by side, in the order of their slots: the slot, the key of the code, minutes late.

    slots: half days from the Monday of the week: 0 is its morning, 1 its afternoon; days of weeks before lie below 0.
    """

    monday: date
    slots: Sequence[int] = ()
    keys: Sequence[int] = ()
    minutes: Sequence[int | None] = ()

    def counts_on(self, day: date | None) -> Counts:
        """Count the marks of one day."""
        if day is None:
            return NOTHING
        morning = slot_of(day, self.monday)
        first, end = bisect_left(self.slots, morning), bisect_left(self.slots, morning + 2)
        return counts_of(zip(self.keys[first:end], self.minutes[first:end], strict=True))

    @property
    def of_week(self) -> tuple[Mark, ...]:
        """The marks of the week itself, oldest first."""
        every = zip(self.slots, self.keys, self.minutes, strict=True)
        return tuple(
            Mark(self.monday + timedelta(days=slot // 2), SESSIONS[slot % 2], key, minutes)
            for slot, key, minutes in every
            if slot >= 0
        )


def week_marks(students: Sequence[int], monday: date, days: Sequence[date]) -> dict[int, WeekMarks]:
    """Return the marks that the students have on the days, in one query; monday: of the week the slots count from."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, {"students": list(students), "monday": monday, "days": list(days)})
        return {student: WeekMarks(monday, *marks) for student, *marks in cursor.fetchall()}
