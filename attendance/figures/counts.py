"""Sessions counted by what they count as, and the percentages and sums of counts."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from operator import add
from operator import sub as subtract
from typing import NamedTuple, Self

from attendance.codes import CODES_BY_KEY, CodeClass


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


def total(parts: Iterable[Counts]) -> Counts:
    """Add counts up."""
    return Counts(*map(sum, zip(*parts, strict=True)))


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
