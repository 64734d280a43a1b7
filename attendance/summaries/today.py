"""What everything that needs somebody now goes by: the calendar, the day of the latest marks, the times of the day."""

from dataclasses import dataclass
from datetime import date

from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.times_kept import TimesKept
from pastoral.core.needs import Look
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class Today:
    """The running day. as_at: what figures are up to; times: with lessons."""

    day: date
    calendar: SchoolCalendar
    as_at: date
    times: TimesKept

    @property
    def is_school_day(self) -> bool:
        """Test whether school meets today."""
        return self.calendar.is_school_day(self.day)


def today_of(look: Look) -> Today:
    """Read the running day in two queries; use it through `look.once`."""
    calendar, as_at = calendar_as_at(look.day)
    return Today(look.day, calendar, as_at, TimesKept.load(with_lessons=True))
