"""Where absence leads if it goes on as it is: who becomes persistently absent when, and the end of the year.

The recent rate is the missed share of a student's last 30 possible sessions (figures.md, "on track to be PA").
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from attendance.figures import RECENT_SESSIONS, StudentWeek, percentage
from students.calendar import academic_year_of, monday_of
from students.summaries import SchoolCalendar

WEEKS_AHEAD = 4
# Official statistics count ages 5 to 15 at 31 August: Year 11 is in, Year 12 is not (domain.md 2.1).
LAST_YEAR_COUNTED = 11
STATUTORY = f"Years 7 to {LAST_YEAR_COUNTED}"


@dataclass(frozen=True)
class Ahead:
    """The school days still to come in the academic year, after the as-at date."""

    calendar: SchoolCalendar
    as_at: date

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The coming school days of the academic year, in order."""
        year = academic_year_of(self.as_at)
        later = self.calendar.days[bisect_right(self.calendar.days, self.as_at) :]
        return tuple(day for day in later if academic_year_of(day) == year)

    @property
    def end(self) -> date:
        """The last school day of the academic year; the as-at date once that is over."""
        return self.days[-1] if self.days else self.as_at

    @cached_property
    def horizon(self) -> date:
        """The Friday that ends the fourth school week after the as-at date's own."""
        weeks = tuple(dict.fromkeys(monday_of(day) for day in self.days))
        later = [monday for monday in weeks if monday > self.as_at][:WEEKS_AHEAD]
        return (later[-1] if later else monday_of(self.as_at)) + timedelta(days=4)

    def day(self, sessions: int) -> date | None:
        """Return the school day on which that many coming sessions are over; None when the year ends first."""
        needed = (sessions + 1) // 2
        return self.days[needed - 1] if 0 < needed <= len(self.days) else None


def recovers_on(figures: StudentWeek, ahead: Ahead) -> date | None:
    """Return the day on which a persistently absent student who attends everything no longer is.

    None when the student is not, or when the year or the student's time here ends first.
    """
    needed = figures.sessions_to_recover
    return ahead.day(needed) if 0 < needed <= figures.remaining else None


def best_possible(figures: StudentWeek) -> Decimal | None:
    """Return the highest attendance that the year can still end with, in per cent to one decimal."""
    return percentage(figures.ytd.attended + figures.remaining, figures.ytd.possible + figures.remaining)


@dataclass(frozen=True, slots=True)
class PACrossing:
    """When a student becomes persistently absent at the recent rate.

    sessions, days: from the as-at date until then. left_then: sessions that can still be missed by then with the year
    ending below persistent absence.
    """

    on: date
    sessions: int
    days: int
    left_then: int


def sessions_to_crossing(figures: StudentWeek) -> int | None:
    """Return after how many more sessions at the recent rate the year to date is persistent absence; None for never.

    missed + k × rate against possible + k, in integers. None while persistently absent, with no recent absence, and
    when the year or the student's time here ends first: just those with a number are on track to be PA.
    """
    ytd, missed, possible = figures.ytd, figures.recent_missed, figures.recent_possible
    gain = 10 * missed - possible
    if not ytd.possible or ytd.is_persistently_absent or gain <= 0:
        return None
    needed = -(-possible * (ytd.possible - 10 * ytd.missed) // gain)
    return needed if needed <= figures.remaining else None


def crossing_of(figures: StudentWeek, ahead: Ahead) -> PACrossing | None:
    """Return when the student becomes persistently absent at the recent rate; None when that never comes."""
    sessions = sessions_to_crossing(figures)
    day = ahead.day(sessions) if sessions else None
    if sessions is None or day is None:
        return None
    missed_by_then = sessions * figures.recent_missed // figures.recent_possible
    left = max(0, figures.sessions_left_to_miss - missed_by_then)
    return PACrossing(day, sessions, (sessions + 1) // 2, left)


def ends_persistently_absent(figures: StudentWeek) -> bool:
    """Test for a year that ends in persistent absence at the recent rate, whether or not it is that now."""
    return _ends_with(figures, 10)


def ends_severely_absent(figures: StudentWeek) -> bool:
    """Test for a year that ends in severe absence at the recent rate."""
    return _ends_with(figures, 2)


def _ends_with(figures: StudentWeek, share: int) -> bool:
    """Test whether at least one session in `share` is missed over the whole year at the recent rate."""
    missed, possible = figures.recent_missed, figures.recent_possible
    if not (possible and figures.ytd.possible):
        return False
    at_end = figures.ytd.missed * possible + figures.remaining * missed
    return share * at_end >= (figures.ytd.possible + figures.remaining) * possible


@dataclass(frozen=True, slots=True)
class Projection:
    """A group's year end at its students' recent rates, and what that rests on.

    thin: students whose rate rests on fewer than 30 sessions; remaining: sessions to come of whoever stays.
    covers: which years the group is, where its name does not say so.
    """

    name: str
    students: int
    persistently_absent_now: int
    persistently_absent: int
    severely_absent_now: int
    severely_absent: int
    attendance_now: Decimal | None
    attendance: Decimal | None
    thin: int
    remaining: int
    covers: str = ""

    @property
    def is_listed(self) -> bool:
        """Test for a group that the tracker can list: a year, or the school."""
        return self.name != STATUTORY

    @property
    def year(self) -> str:
        """The year's number as addresses have it; "" for the school."""
        return self.name.removeprefix("Year ") if self.name.startswith("Year ") else ""

    @property
    def pa_percent(self) -> Decimal | None:
        """The share that ends the year persistently absent, in per cent."""
        return percentage(self.persistently_absent, self.students)

    @property
    def pa_percent_now(self) -> Decimal | None:
        """The share that is persistently absent now, in per cent."""
        return percentage(self.persistently_absent_now, self.students)

    @property
    def severe_percent(self) -> Decimal | None:
        """The share that ends the year severely absent, in per cent."""
        return percentage(self.severely_absent, self.students)

    @property
    def severe_percent_now(self) -> Decimal | None:
        """The share that is severely absent now, in per cent."""
        return percentage(self.severely_absent_now, self.students)


def projection_of(name: str, members: Sequence[StudentWeek]) -> Projection:
    """Return the group's year end: every student goes on as in the last 30 possible sessions, to the leaving date."""
    held = [figures for figures in members if figures.ytd.possible]
    possible = sum(figures.ytd.possible + figures.remaining for figures in held)
    attended = sum(figures.ytd.attended * _UNIT + _coming(figures) for figures in held)
    return Projection(
        name=name,
        students=len(held),
        persistently_absent_now=sum(figures.ytd.is_persistently_absent for figures in held),
        persistently_absent=sum(map(ends_persistently_absent, held)),
        severely_absent_now=sum(figures.ytd.is_severely_absent for figures in held),
        severely_absent=sum(map(ends_severely_absent, held)),
        attendance_now=percentage(sum(one.ytd.attended for one in held), sum(one.ytd.possible for one in held)),
        attendance=percentage(attended, possible * _UNIT),
        thin=sum(figures.recent_possible < RECENT_SESSIONS for figures in held),
        remaining=max((figures.remaining for figures in held), default=0),
    )


# Divisible by every number of recent sessions from 1 to 30, so that no rate is rounded before the sum is.
_UNIT = 2_329_089_562_800


def _coming(figures: StudentWeek) -> int:
    missed, possible = figures.recent_missed, figures.recent_possible
    return figures.remaining * (possible - missed) * (_UNIT // possible) if possible else 0


def projections(members: Iterable[StudentWeek], *, with_school: bool) -> tuple[Projection, ...]:
    """Return the year end of each year group, and of the school when asked.

    The school is everybody on roll, as on the tracker and the dashboard (figures.md: the years add up to it). Where
    that is more than official statistics count, the years that they count stand under it.
    """
    held = tuple(members)
    years = sorted({figures.year for figures in held})
    found = [projection_of(f"Year {year}", [one for one in held if one.year == year]) for year in years]
    if with_school and held:
        found.append(replace(projection_of("School", held), covers=f"Years {years[0]} to {years[-1]}"))
        if years[-1] > LAST_YEAR_COUNTED:
            counted = [one for one in held if one.year <= LAST_YEAR_COUNTED]
            found.append(replace(projection_of(STATUTORY, counted), covers="as in the official statistics"))
    return tuple(found)
