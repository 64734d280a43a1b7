"""The threshold for a penalty notice: unauthorised sessions over windows of 10 school weeks, rolled week by week.

Source: National Framework for Penalty Notices (DfE, offences from 19 Aug 2024); domain.md 3.1.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from attendance.codes import CODES, CODES_BY_KEY, CodeClass
from attendance.figures.absence import PENALTY_NOTICE_SESSIONS, PENALTY_NOTICE_WEEKS
from students.calendar import friday_of, monday_of

FRAMEWORK_BEGINS = date(2024, 8, 19)
NOTICE_LIMIT = 2
NOTICE_YEARS = 3
NEAR_SESSIONS = 7
NOTICE_LETTERS = ("G", "N", "O", "U")
UNAUTHORISED_KEYS = frozenset(code.key for code in CODES if code.code_class is CodeClass.UNAUTHORISED)


class Missed(NamedTuple):
    """One unauthorised session: the day, AM or PM, and the key of its code. In order of time as it stands."""

    date: date
    session: str
    key: int

    @property
    def letters(self) -> str:
        """The code's letters."""
        return CODES_BY_KEY[self.key].letters


@dataclass(frozen=True)
class NoticeWindow:
    """Up to 10 school weeks in a row, by their Mondays, and the unauthorised sessions in them."""

    mondays: tuple[date, ...]
    marks: tuple[Missed, ...]

    @property
    def first(self) -> date:
        """The first Monday."""
        return self.mondays[0]

    @property
    def last(self) -> date:
        """The last Friday."""
        return friday_of(self.mondays[-1])

    @property
    def count(self) -> int:
        """How many unauthorised sessions."""
        return len(self.marks)

    @property
    def is_reached(self) -> bool:
        """Test for the threshold at which a school considers a notice."""
        return self.count >= PENALTY_NOTICE_SESSIONS

    @property
    def by_letters(self) -> tuple[tuple[str, int], ...]:
        """How many of each code, G N O U, noughts included."""
        found = Counter(mark.letters for mark in self.marks)
        return tuple((letters, found[letters]) for letters in NOTICE_LETTERS)

    @property
    def split(self) -> tuple[tuple[str, int], ...]:
        """How many of each code that there is."""
        return tuple((letters, number) for letters, number in self.by_letters if number)

    @property
    def unresolved(self) -> int:
        """How many are still N: no reason found yet."""
        return dict(self.by_letters)["N"]


@dataclass(frozen=True)
class Crossing:
    """A stretch of weeks whose windows all reach the threshold, newest first; one occasion to consider a notice."""

    windows: tuple[NoticeWindow, ...]

    @property
    def newest(self) -> NoticeWindow:
        """The last window that reached it: the one to decide on."""
        return self.windows[0]

    @property
    def reached(self) -> Missed:
        """The session with which the threshold was reached."""
        return self.windows[-1].marks[PENALTY_NOTICE_SESSIONS - 1]

    def holds(self, day: date) -> bool:
        """Test whether the day's week ends one of the windows."""
        return monday_of(day) in {window.mondays[-1] for window in self.windows}


def notice_windows(marks: Iterable[Missed], mondays: Sequence[date]) -> tuple[NoticeWindow, ...]:
    """Return the window that ends with each school week, oldest first. mondays: the school weeks, in order.

    Marks outside school weeks count in no window, as in figures.md.
    """
    by_week: dict[date, list[Missed]] = defaultdict(list)
    for mark in sorted(marks):
        by_week[monday_of(mark.date)].append(mark)
    # In order of time a window's marks are a stretch of all: those of the nth week begin at begins[n].
    held: list[Missed] = []
    begins = [0]
    for monday in mondays:
        held += by_week.get(monday, ())
        begins.append(len(held))
    spans = ((max(0, end - PENALTY_NOTICE_WEEKS), end) for end in range(1, len(mondays) + 1))
    return tuple(
        NoticeWindow(tuple(mondays[first:end]), tuple(held[begins[first] : begins[end]])) for first, end in spans
    )


def crossings_of(windows: Iterable[NoticeWindow]) -> tuple[Crossing, ...]:
    """Return the stretches of windows that reach the threshold, newest first."""
    runs = (tuple(run) for is_reached, run in groupby(windows, lambda window: window.is_reached) if is_reached)
    return tuple(Crossing(run[::-1]) for run in runs)[::-1]


def below_from(window: NoticeWindow, mondays: Sequence[date]) -> date | None:
    """Return the Monday of the school week from which the count is under the threshold with no further absence.

    None when the school weeks held end before that. mondays: every school week, those ahead too.
    """
    after = bisect_right(mondays, window.mondays[-1])
    for end in range(after, len(mondays)):
        first = mondays[max(0, end + 1 - PENALTY_NOTICE_WEEKS)]
        if sum(mark.date >= first for mark in window.marks) < PENALTY_NOTICE_SESSIONS:
            return mondays[end]
    return None


def years_after(day: date, years: int) -> date:
    """Return the same day some years on, or before; 1 March for a 29 February that the year has not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def counting_since(on: date) -> date:
    """Return the first day whose notices count on the date towards the limit.

    Three years back, but never before the framework: older notices do not count.
    """
    return max(years_after(on, -NOTICE_YEARS) + timedelta(days=1), FRAMEWORK_BEGINS)


def is_over_limit(issued: Iterable[date]) -> bool:
    """Test for more than two notices within three years of the first of them; those before the framework stay out."""
    days = sorted(day for day in issued if day >= FRAMEWORK_BEGINS)
    return any(
        later < years_after(first, NOTICE_YEARS) for first, later in zip(days, days[NOTICE_LIMIT:], strict=False)
    )


def months_to_prosecute(on: date) -> date:
    """Return the day six months back: older offences can no longer be laid before a court."""
    return on - timedelta(weeks=26)
