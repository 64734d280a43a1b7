"""When a plan is looked at: its review points, laid out at the start."""

from datetime import date, timedelta
from typing import Protocol

LONGEST_TIMETABLE = timedelta(weeks=6)


class SchoolDays(Protocol):
    """The school's calendar, as far as this needs it."""

    def is_school_day(self, day: date) -> bool:
        """Test whether school meets on the day."""
        ...

    def next_school_day(self, day: date) -> date | None:
        """Return the first school day after the day; None when none is held."""
        ...

    def last_school_day(self, day: date) -> date | None:
        """Return the last school day up to the day; None when none is held."""
        ...


def ends_after(starts_on: date, weeks: int, days: SchoolDays) -> date:
    """Return the last day of so many weeks: a school day where the calendar holds one."""
    last = starts_on + timedelta(weeks=weeks)
    held = days.last_school_day(last)
    return held if held and held > starts_on else last


def review_days(starts_on: date, ends_on: date, every: int, days: SchoolDays) -> list[date]:
    """Return a day every so many weeks, and the end itself: two in one holiday are one, on the day school is back."""
    step, due = timedelta(weeks=every), starts_on + timedelta(weeks=every)
    found = []
    while due < ends_on:
        day = due if days.is_school_day(due) else days.next_school_day(due)
        found.append(day if day and day < ends_on else due)
        due += step
    return sorted({*(day for day in found if day < ends_on), ends_on})
