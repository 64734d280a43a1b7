"""One student's sessions, half day by half day, and what is counted of them over a window of possible ones."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple, Self

from attendance.figures import NOTHING, Band, Bands
from attendance.figures.lateness import Lateness
from students.calendar import academic_year_of, academic_year_start

ATTENDED, MISSED, NOT_POSSIBLE = "1", "0", "."


def slot_of(day: date, *, is_afternoon: bool = False) -> int:
    """Return the number of a half day, counted through the calendar: the morning's is even."""
    return 2 * day.toordinal() + is_afternoon


def day_of(slot: int) -> date:
    """Return the day of a half day."""
    return date.fromordinal(slot // 2)


class Part(NamedTuple):
    """What was counted over some sessions of one student, or of several together."""

    attended: int = 0
    possible: int = 0
    incidents: int = 0

    @classmethod
    def pooled(cls, parts: Iterable[Self]) -> Self:
        """Add parts up; the rate of the sum is that of all the sessions, never a mean of rates (trap T3)."""
        return cls(*map(sum, zip(cls(), *parts, strict=True)))

    @property
    def rate(self) -> Fraction | None:
        """Attended of possible; None when nothing was possible."""
        return Fraction(self.attended, self.possible) if self.possible else None

    @property
    def incident_rate(self) -> Fraction | None:
        """Incidents to a possible session; None when nothing was possible."""
        return Fraction(self.incidents, self.possible) if self.possible else None


class Window(NamedTuple):
    """A run of possible sessions of one student: the first and the last half day, both in, and what was counted."""

    first: int
    last: int
    part: Part


class Late(NamedTuple):
    """A late at one half day. minutes: None where nobody wrote them down; is_after: once the register was closed."""

    slot: int
    minutes: int | None
    is_after: bool


@dataclass(frozen=True, slots=True)
class Track:
    """One student's sessions from one half day on, a letter each: attended, missed, or not possible.

    incidents: the half days of their incidents, in order, each day's at its morning. lates, elsewhere: in order, too;
    elsewhere are the sessions attended at an approved activity, where nobody is late.
    """

    start: int
    marks: str
    incidents: tuple[int, ...] = ()
    lates: tuple[Late, ...] = ()
    elsewhere: tuple[int, ...] = ()

    def counted(self, first: int, last: int) -> Part:
        """Count the sessions from first to last, both in."""
        low, high = max(first - self.start, 0), max(last - self.start + 1, 0)
        attended = self.marks.count(ATTENDED, low, high)
        possible = attended + self.marks.count(MISSED, low, high)
        # A day's incidents belong to a window that holds any half of the day.
        found = bisect_right(self.incidents, last) - bisect_left(self.incidents, first - first % 2)
        return Part(attended, possible, found)

    def lateness(self, first: int, last: int) -> Lateness:
        """Count the lates among the sessions from first to last that the student came to."""
        low, high = bisect_left(self.lates, first, key=_slot), bisect_right(self.lates, last, key=_slot)
        late = self.lates[low:high]
        after = sum(each.is_after for each in late)
        elsewhere = bisect_right(self.elsewhere, last) - bisect_left(self.elsewhere, first)
        return Lateness(
            here=self.counted(first, last).attended - elsewhere + after,
            before=len(late) - after,
            after=after,
            minutes=sum(each.minutes or 0 for each in late),
            untimed=sum(each.minutes is None for each in late),
        )

    def last_before(self, slot: int, size: int) -> Window | None:
        """Return the last `size` possible sessions before the half day, fewer where there were no more."""
        places = self._possible(range(min(slot - self.start, len(self.marks)) - 1, -1, -1), size)
        return self._window(places[-1], places[0]) if places else None

    def first_from(self, slot: int, size: int, *, skip: int = 0) -> Window | None:
        """Return the first `size` possible sessions from the half day on, after leaving out `skip` of them."""
        places = self._possible(range(max(slot - self.start, 0), len(self.marks)), skip + size)[skip:]
        return self._window(places[0], places[-1]) if places else None

    def _possible(self, places: Iterable[int], most: int) -> list[int]:
        found: list[int] = []
        for place in places:
            if self.marks[place] != NOT_POSSIBLE:
                found.append(place)
                if len(found) == most:
                    break
        return found

    def _window(self, first: int, last: int) -> Window:
        slots = (self.start + first, self.start + last)
        return Window(*slots, self.counted(*slots))


def _slot(late: Late) -> int:
    return late.slot


@dataclass(frozen=True, slots=True)
class Person:
    """A student to measure or to compare with.

    spells: (first day, last day or None, year group); busy: (first, last) half days of interventions they were in,
    both in.
    """

    student_id: int
    track: Track
    spells: Sequence[tuple[date, date | None, int]] = ()
    busy: Sequence[tuple[int, int]] = ()

    def year_on(self, day: date) -> int | None:
        """Return the year group on the day; None off roll."""
        return next((year for first, last, year in self.spells if first <= day and (not last or last >= day)), None)

    def band_at(self, slot: int, bands: Bands) -> Band:
        """Return the RAG band of the year to date, the half day included."""
        begin = slot_of(academic_year_start(academic_year_of(day_of(slot))))
        part = self.track.counted(begin, slot)
        return bands.band(NOTHING._replace(present=part.attended, unauthorised=part.possible - part.attended))

    def is_busy(self, first: int, last: int) -> bool:
        """Test for an intervention at any time from first to last."""
        return any(begin <= last and end >= first for begin, end in self.busy)
