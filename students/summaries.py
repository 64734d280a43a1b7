"""Read-only answers about the school's calendar."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from students.calendar import academic_year_of, monday_of
from students.models import SchoolDay


@dataclass(frozen=True)
class SchoolCalendar:
    """The school days held, in order; every count of days, sessions or weeks ahead or behind comes from here."""

    days: tuple[date, ...]

    @classmethod
    def load(cls) -> Self:
        """Read every school day held (some 190 an academic year) in one query."""
        return cls(tuple(SchoolDay.objects.order_by("day").values_list("day", flat=True)))

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        """The Mondays of the school weeks: Monday-to-Sunday weeks with at least one school day."""
        return tuple(dict.fromkeys(monday_of(day) for day in self.days))

    @cached_property
    def day_set(self) -> frozenset[date]:
        """The school days, for membership."""
        return frozenset(self.days)

    def is_school_day(self, day: date) -> bool:
        """Test whether school meets on the day."""
        return day in self.day_set

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the school days from first to last, both in."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def remaining_sessions(self, on: date, until: date | None = None) -> int:
        """Return the sessions (half days) after the date to the end of its academic year, or to an earlier last day."""
        year = academic_year_of(on)
        ahead = self.days[bisect_right(self.days, on) :]
        return 2 * sum(1 for day in ahead if academic_year_of(day) == year and (until is None or day <= until))

    def school_weeks(self, on: date, count: int) -> tuple[date, ...]:
        """Return the Mondays of the last `count` school weeks up to the date's own, across terms and years."""
        return self.mondays[: bisect_right(self.mondays, monday_of(on))][-count:]

    def school_week_before(self, monday: date) -> date | None:
        """Return the Monday of the last school week before the one that begins on `monday`; None when none is held."""
        before = self.mondays[: bisect_left(self.mondays, monday)]
        return before[-1] if before else None

    def day_reached(self, on: date, sessions: int) -> date | None:
        """Return the school day on which that many sessions after the date are over; None when the year ends first."""
        year = academic_year_of(on)
        ahead = [day for day in self.days[bisect_right(self.days, on) :] if academic_year_of(day) == year]
        needed = (sessions + 1) // 2
        return ahead[needed - 1] if 0 < needed <= len(ahead) else None

    def next_school_day(self, day: date) -> date | None:
        """Return the first school day after the day; None when none is held."""
        at = bisect_right(self.days, day)
        return self.days[at] if at < len(self.days) else None
