"""What everything that needs somebody now goes by: the calendar, the day of the latest marks, the times of the day."""

from dataclasses import dataclass
from datetime import date

from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.board_rolls import Roll, rolls_of
from attendance.summaries.times_kept import TimesKept
from pastoral.core.needs import Look
from pastoral.core.rights import Right
from students.scopes import scope_of
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


def rolls_chased(look: Look) -> list[Roll]:
    """Return the groups of the years that the person chases and those they are tutor of, in one query.

    None on a day on which no register is taken here; use it through `look.once`.
    """
    scope = scope_of(look.user)
    years = scope.years_with(Right.CHASE_REGISTERS)
    is_any = years is None or years or scope.tutor_groups
    if not is_any or not _are_due(look.once(today_of)):
        return []
    return rolls_of(look.day, years, scope.tutor_groups)


def _are_due(today: Today) -> bool:
    """Test for a school day on which registers are taken here, and not in the MIS."""
    return today.is_school_day and today.times.is_taken_here_on(today.day)
