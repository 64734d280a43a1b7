"""A change of many marks before it is made: what would be new, replaced, the same or impossible, by student."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.summaries.reach import Reached
from attendance.summaries.shown import MarkShown, mark_shown
from attendance.summaries.times import SESSIONS
from students.summaries import SchoolCalendar

CLOSED = "#"
PRESENT = "/"
NOT_ON_ROLL, NOT_VALID, WAS_PRESENT = "not on roll", "code not valid for this student or day", "marked present, kept"
# A whole school of 1,500 over two weeks.
MOST_CELLS = 30_000


class SessionOf(NamedTuple):
    """Half a school day."""

    day: date
    session: str


@dataclass(frozen=True)
class BulkAsk:
    """What is asked for: which sessions shall say what. letters: a code's; "/" is presence in either session."""

    first: SessionOf
    last: SessionOf
    letters: str
    comment: str
    with_present: bool

    def sessions(self, calendar: SchoolCalendar) -> tuple[SessionOf, ...]:
        """Return the school's sessions from the first to the last, both in."""
        days = calendar.between(self.first.day, self.last.day)
        every = (SessionOf(day, session) for day in days for session in SESSIONS)
        return tuple(each for each in every if self.first <= each <= self.last)


class Held(NamedTuple):
    """A mark as it stands."""

    key: int
    minutes: int | None
    comment: str


class Cell(NamedTuple):
    """One mark to be written, and what stands there; None: nothing."""

    at: SessionOf
    key: int
    was: Held | None


@dataclass(frozen=True)
class BulkRow:
    """What would become of one student's sessions. planned: sessions still to come; over: another plan is there."""

    who: Reached
    cells: tuple[Cell, ...]
    planned: tuple[Cell, ...]
    same: int
    refused: tuple[tuple[str, int], ...]
    over: bool

    @property
    def new(self) -> int:
        """How many marks would be new."""
        return sum(cell.was is None for cell in self.cells)

    @property
    def replaced(self) -> tuple[tuple[MarkShown, int], ...]:
        """What would be replaced, and how often."""
        counted = Counter(cell.was.key for cell in self.cells if cell.was)
        return tuple((mark_shown(key, sees_sensitive=self.who.sees_sensitive), n) for key, n in counted.most_common())

    @property
    def replaces(self) -> int:
        """How many marks would be replaced."""
        return sum(cell.was is not None for cell in self.cells)

    @property
    def is_exception(self) -> bool:
        """Test for a student to look at before confirming: a reason is replaced, or a session impossible."""
        known = any(cell.was and _says_why(cell.was) for cell in self.cells)
        return known or self.over or any(words != WAS_PRESENT for words, _ in self.refused)


@dataclass(frozen=True)
class BulkPreview:
    """What would become of everybody. digest: differs as soon as any mark or plan it rests on does."""

    ask: BulkAsk
    sessions: tuple[SessionOf, ...]
    rows: tuple[BulkRow, ...]
    digest: str
    looked_at: datetime

    @property
    def exceptions(self) -> tuple[BulkRow, ...]:
        """The students to look at."""
        return tuple(row for row in self.rows if row.is_exception)

    @property
    def others(self) -> tuple[BulkRow, ...]:
        """The students of whom nothing is to be said."""
        return tuple(row for row in self.rows if not row.is_exception)

    @property
    def new(self) -> int:
        """How many marks would be new."""
        return sum(row.new for row in self.rows)

    @property
    def replaced(self) -> int:
        """How many marks would be replaced."""
        return sum(row.replaces for row in self.rows)

    @property
    def planned(self) -> int:
        """How many sessions to come would be planned."""
        return sum(len(row.planned) for row in self.rows)

    @property
    def same(self) -> int:
        """How many sessions say it already."""
        return sum(row.same for row in self.rows)

    @property
    def refused(self) -> tuple[tuple[str, int], ...]:
        """Why sessions are left as they are, and how many."""
        counted: Counter[str] = Counter()
        for row in self.rows:
            counted.update(dict(row.refused))
        return tuple(counted.most_common())

    @property
    def is_empty(self) -> bool:
        """Test for nothing to do."""
        return not (self.new or self.replaced or self.planned)


def _says_why(held: Held) -> bool:
    """Test for a mark that somebody found something out for: neither presence nor N."""
    code = CODES_BY_KEY[held.key]
    return code.letters != "N" and code.code_class is not CodeClass.PRESENT
