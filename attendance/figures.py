"""The arithmetic of absence: one definition of every figure, used by every page, document, letter and export.

Everything is counted in integers (a session is half a school day) and classified before it is rounded.
Source: figures.md; DfE absence statistics methodology (10 % of own possible sessions since 2015/16).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from operator import add
from operator import sub as subtract
from typing import NamedTuple, Self

from attendance.codes import CODES_BY_KEY, CodeClass

PENALTY_NOTICE_SESSIONS = 10
PENALTY_NOTICE_WEEKS = 10
DIP_MINIMUM_SESSIONS = 4
RECENT_SESSIONS = 30


class Counts(NamedTuple):
    """Sessions of one student or one group over one window, by what they count as.

    A tuple, because a page of the school makes thousands of them: a frozen dataclass takes three times as long.
    """

    present: int = 0
    approved_activity: int = 0
    authorised: int = 0
    unauthorised: int = 0
    not_counted: int = 0
    late_before_close: int = 0
    late_after_close: int = 0
    minutes_late: int = 0

    def __add__(self, other: Self) -> Self:  # type: ignore[override]  # sums, never one tuple after the other
        return type(self)(*map(add, self, other))

    def __sub__(self, other: Self) -> Self:
        return type(self)(*map(subtract, self, other))

    @classmethod
    def from_row(cls, row: Mapping[str, int], prefix: str = "") -> Self:
        """Take the counts from a row of annotations named prefix + count."""
        return cls._make(row[f"{prefix}{name}"] for name in cls._fields)

    @property
    def attended(self) -> int:
        """Sessions present or at an approved activity."""
        return self.present + self.approved_activity

    @property
    def missed(self) -> int:
        """Sessions absent, authorised or not."""
        return self.authorised + self.unauthorised

    @property
    def possible(self) -> int:
        """Sessions in the denominator: attended and missed."""
        return self.present + self.approved_activity + self.authorised + self.unauthorised

    @property
    def lates(self) -> int:
        """Late sessions as DfE counts them: before and after the register closed."""
        return self.late_before_close + self.late_after_close

    @property
    def percent(self) -> Decimal | None:
        """Attendance to one decimal, half up; None when nothing was possible, never 0 or 100."""
        return percentage(self.attended, self.possible)

    @property
    def is_persistently_absent(self) -> bool:
        """Test for 10 % or more of possible sessions missed."""
        return 0 < self.possible <= 10 * self.missed

    @property
    def is_severely_absent(self) -> bool:
        """Test for 50 % or more of possible sessions missed."""
        return 0 < self.possible <= 2 * self.missed


NOTHING = Counts()


def counts_of(marks: Iterable[tuple[int, int | None]]) -> Counts:
    """Count marks, each a code's key and minutes late, just as the weekly totals count them."""
    return counts_of_tallies((key, 1, minutes or 0) for key, minutes in marks)


def counts_of_tallies(tallies: Iterable[tuple[int, int, int]]) -> Counts:
    """Count marks that come added up by code: a code's key, how many marks, their minutes late."""
    counts = [0] * len(Counts._fields)
    for key, marks, minutes in tallies:
        for place in _PLACES_OF_CODE[key]:
            counts[place] += marks
        counts[-1] += minutes
    return Counts._make(counts)


_COUNT_OF_CLASS: dict[CodeClass, str] = {
    CodeClass.PRESENT: "present",
    CodeClass.APPROVED_ACTIVITY: "approved_activity",
    CodeClass.AUTHORISED: "authorised",
    CodeClass.UNAUTHORISED: "unauthorised",
    CodeClass.NOT_POSSIBLE: "not_counted",
    CodeClass.ADMINISTRATIVE: "not_counted",
}
_COUNT_OF_LATE = {"L": "late_before_close", "U": "late_after_close"}
# Which counts a mark of each code adds one to, by place in `Counts`: its class, and lateness beside it.
_PLACES_OF_CODE: dict[int, tuple[int, ...]] = {
    key: tuple(
        Counts._fields.index(name)
        for name in (_COUNT_OF_CLASS[code.code_class], _COUNT_OF_LATE.get(code.letters))
        if name
    )
    for key, code in CODES_BY_KEY.items()
}


def percentage(part: int, whole: int) -> Decimal | None:
    """Return part of whole in per cent to one decimal, half up; None when whole is 0."""
    if whole == 0:
        return None
    tenths = (2000 * part + whole) // (2 * whole)
    return Decimal(tenths).scaleb(-1)


def points_between(counts: Counts, others: Counts) -> Decimal | None:
    """Return how far the attendance of the counts lies above the others', in points to one decimal, half away from 0.

    Worked from the sums and rounded once; None when either has nothing possible.
    """
    if not (counts.possible and others.possible):
        return None
    below = counts.possible * others.possible
    thousandths = 1000 * (counts.attended * others.possible - others.attended * counts.possible)
    tenths = (2 * abs(thousandths) + below) // (2 * below)
    return Decimal(tenths if thousandths >= 0 else -tenths).scaleb(-1)


class Band(StrEnum):
    """A RAG band; "none" when nothing was possible."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"

    @property
    def severity(self) -> int:
        """Order from best to worst: none 0, green 1, amber 2, red 3."""
        return _SEVERITIES[self]


_SEVERITIES = {Band.NONE: 0, Band.GREEN: 1, Band.AMBER: 2, Band.RED: 3}


def band_fall(before: Band, now: Band) -> int:
    """Return the bands moved for the worse: 2 from green to red, negative for the better, 0 with no band on a side.

    A first band is no move: there was nothing to move from. See docs/decisions/0005-a-first-band-is-no-move.md.
    """
    return 0 if Band.NONE in (before, now) else now.severity - before.severity


@dataclass(frozen=True, slots=True)
class Bands:
    """The school's bands, in thousandths of possible sessions missed: half-open and without a gap by construction."""

    red_from: int = 100
    green_to: int = 40
    early_under: int = 20

    def band(self, counts: Counts) -> Band:
        """Return the band of the counts; integers only, so 90.0 % is red and 96.0 % is green."""
        missed, possible = counts.missed, counts.possible
        if possible == 0:
            return Band.NONE
        if 1000 * missed >= self.red_from * possible:
            return Band.RED
        if 1000 * missed <= self.green_to * possible:
            return Band.GREEN
        return Band.AMBER

    def is_early(self, counts: Counts) -> bool:
        """Test for too few possible sessions for the band to say much."""
        return counts.possible < self.early_under


def has_dipped(before: Counts, week: Counts) -> bool:
    """Test for a week at least 10.0 points under the year to date as it stood before the week."""
    if week.possible < DIP_MINIMUM_SESSIONS:
        return False
    fall = before.attended * week.possible - week.attended * before.possible
    return before.possible > 0 and 10 * fall >= before.possible * week.possible


def _sessions_to_spare(counts: Counts, remaining: int) -> int:
    return -(-(counts.possible + remaining) // 10) - 1 - counts.missed


def sessions_left_to_miss(counts: Counts, remaining: int) -> int:
    """Return how many more sessions can be missed with the year still ending below persistent absence."""
    return max(0, _sessions_to_spare(counts, remaining))


def is_recoverable(counts: Counts, remaining: int) -> bool:
    """Test whether full attendance from here ends the year below persistent absence."""
    return _sessions_to_spare(counts, remaining) >= 0


def sessions_to_recover(counts: Counts) -> int:
    """Return the unbroken attended sessions after which a student is no longer persistently absent; 0 when not PA."""
    return 10 * counts.missed - counts.possible + 1 if counts.is_persistently_absent else 0


def is_on_track_to_be_pa(counts: Counts, remaining: int, *, recent_missed: int, recent_possible: int) -> bool:
    """Test whether the year ends in persistent absence if absence goes on as in the last 30 possible sessions.

    recent_missed of recent_possible: sessions missed among the last (up to) 30 possible ones.
    """
    if recent_possible == 0 or counts.possible == 0 or counts.is_persistently_absent:
        return False
    missed_at_end = counts.missed * recent_possible + remaining * recent_missed
    return 10 * missed_at_end >= (counts.possible + remaining) * recent_possible


@dataclass(frozen=True)
class StudentWeek:
    """One student's figures for one school week, as at its Friday."""

    student_id: int
    admission_number: str
    tutor_group: str
    year: int
    week: Counts
    before: Counts
    ytd: Counts
    remaining: int
    penalty_notice_sessions: int
    bands: Bands
    recent_missed: int = 0
    recent_possible: int = 0
    last_year: Counts = NOTHING

    @cached_property
    def band(self) -> Band:
        """The year-to-date band at the end of the week."""
        return self.bands.band(self.ytd)

    @cached_property
    def band_before(self) -> Band:
        """The year-to-date band at the end of the week before."""
        return self.bands.band(self.before)

    @cached_property
    def fall(self) -> int:
        """Bands moved for the worse over the week: negative for the better, 0 for a first band."""
        return band_fall(self.band_before, self.band)

    @property
    def has_moved(self) -> bool:
        """Test for a change of band over the week; a first band is no move."""
        return self.fall != 0

    @property
    def is_early(self) -> bool:
        """Test for too few possible sessions for the band to say much."""
        return self.bands.is_early(self.ytd)

    @cached_property
    def has_dipped(self) -> bool:
        """Test for a week far under the student's own year."""
        return has_dipped(self.before, self.week)

    @property
    def sessions_left_to_miss(self) -> int:
        """How many more sessions can be missed with the year ending below persistent absence."""
        return sessions_left_to_miss(self.ytd, self.remaining)

    @property
    def sessions_over(self) -> int:
        """How many sessions past the year's limit; 0 while recoverable."""
        return max(0, -_sessions_to_spare(self.ytd, self.remaining))

    @property
    def is_recoverable(self) -> bool:
        """Test whether the year can still end below persistent absence."""
        return is_recoverable(self.ytd, self.remaining)

    @property
    def sessions_to_recover(self) -> int:
        """Unbroken attended sessions until no longer persistently absent."""
        return sessions_to_recover(self.ytd)

    @property
    def at_penalty_notice_threshold(self) -> bool:
        """Test for 10 unauthorised sessions in the last 10 school weeks."""
        return self.penalty_notice_sessions >= PENALTY_NOTICE_SESSIONS

    @property
    def is_on_track_to_be_pa(self) -> bool:
        """Test for a year that ends in persistent absence at the recent rate."""
        return is_on_track_to_be_pa(
            self.ytd,
            self.remaining,
            recent_missed=self.recent_missed,
            recent_possible=self.recent_possible,
        )

    @cached_property
    def tally(self) -> "Tally":
        """What the student adds to each count of a group; worked out once for the many groups one student is in."""
        ytd, band = self.ytd, self.band
        return Tally(
            with_possible=ytd.possible > 0,
            persistently_absent=ytd.is_persistently_absent,
            severely_absent=ytd.is_severely_absent,
            red=band == Band.RED,
            amber=band == Band.AMBER,
            green=band == Band.GREEN,
            early=self.is_early and band != Band.NONE,
            moved=self.has_moved,
            dipped=self.has_dipped,
            at_penalty_notice_threshold=self.at_penalty_notice_threshold,
            on_track_to_be_pa=self.is_on_track_to_be_pa,
        )


class Tally(NamedTuple):
    """How many members of a group, or whether one student, answers to each test; see `GroupFigures`."""

    with_possible: int = 0
    persistently_absent: int = 0
    severely_absent: int = 0
    red: int = 0
    amber: int = 0
    green: int = 0
    early: int = 0
    moved: int = 0
    dipped: int = 0
    at_penalty_notice_threshold: int = 0
    on_track_to_be_pa: int = 0


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What a group's members add up to; a group's percentage is of the sums, never a mean of percentages."""

    name: str
    week: Counts
    ytd: Counts
    students: int
    with_possible: int
    persistently_absent: int
    severely_absent: int
    red: int
    amber: int
    green: int
    early: int
    moved: int
    dipped: int
    at_penalty_notice_threshold: int
    on_track_to_be_pa: int
    last_year: Counts

    @classmethod
    def of(cls, name: str, members: "list[StudentWeek] | tuple[StudentWeek, ...]") -> Self:
        """Add the members up."""
        tally = Tally(*map(sum, zip(*(member.tally for member in members), strict=True)))
        return cls(
            name=name,
            week=total(member.week for member in members),
            ytd=total(member.ytd for member in members),
            students=len(members),
            last_year=total(member.last_year for member in members),
            **tally._asdict(),
        )

    @property
    def pa_percent(self) -> Decimal | None:
        """Persistently absent members in per cent of those with possible sessions."""
        return percentage(self.persistently_absent, self.with_possible)

    @property
    def is_early(self) -> bool:
        """Test for bands most of which rest on too few possible sessions to say much."""
        return 2 * self.early > self.red + self.amber + self.green


def total(parts: Iterable[Counts]) -> Counts:
    """Add counts up."""
    return Counts(*map(sum, zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Window:
    """The span that a figure covers; printed beside every persistent-absence figure."""

    first: date
    last: date
