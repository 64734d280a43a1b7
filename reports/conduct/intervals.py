"""Whether two shares differ by more than chance and small numbers make.

The rule, which the pages print: a share is held against everybody else's by Newcombe's interval of the difference,
made of both sides' Wilson scores (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10), at 99 % since a page
makes hundreds of comparisons. Fewer than five students are never told apart (domain.md 4.6).
"""

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from attendance.figures import percentage

Z_99 = 2.5758
LEAST_CASES = 10
LEAST_STUDENTS = 5
LEAST_GAP = 10  # points
RULE = (
    f"Flagged where a share and everybody else's are at least {LEAST_GAP} points apart, the 99 % interval of that "
    f"difference (Newcombe, from Wilson scores) leaves out nought, and each side has at least {LEAST_CASES} cases of "
    f"{LEAST_STUDENTS} students. Smaller numbers are shown and never flagged."
)


@dataclass(frozen=True)
class Side:
    """How many of so many cases, of how many different students."""

    count: int
    cases: int
    students: int

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, to one decimal; None of nothing."""
        return percentage(self.count, self.cases)

    @property
    def is_small(self) -> bool:
        """Test for too few cases or students to be told apart from others."""
        return self.cases < LEAST_CASES or self.students < LEAST_STUDENTS


@dataclass(frozen=True)
class Difference:
    """A side held against everybody else. low, high: the ends of the interval of the difference, in points."""

    own: Side
    others: Side

    @property
    def is_small(self) -> bool:
        """Test for numbers that say nothing about a difference."""
        return self.own.is_small or self.others.is_small

    @property
    def points(self) -> float:
        """The difference of the shares in points; 0 where a side has no case."""
        if not self.own.cases or not self.others.cases:
            return 0.0
        return 100 * (self.own.count / self.own.cases - self.others.count / self.others.cases)

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the 99 % interval of the difference, in points."""
        return newcombe(self.own, self.others)

    @property
    def is_flagged(self) -> bool:
        """Test by the rule above."""
        if self.is_small or abs(self.points) < LEAST_GAP:
            return False
        low, high = self.interval
        return low > 0 or high < 0


def wilson(count: int, cases: int, z: float = Z_99) -> tuple[float, float]:
    """Return the Wilson score interval of a share, as parts of one."""
    share, square = count / cases, z * z / cases
    middle, reach = share + square / 2, z * sqrt(share * (1 - share) / cases + square / cases / 4)
    return (middle - reach) / (1 + square), (middle + reach) / (1 + square)


def newcombe(own: Side, others: Side, z: float = Z_99) -> tuple[float, float]:
    """Return the interval of the difference of two shares, in points."""
    first, second = own.count / own.cases, others.count / others.cases
    low, high = wilson(own.count, own.cases, z)
    other_low, other_high = wilson(others.count, others.cases, z)
    below = sqrt((first - low) ** 2 + (other_high - second) ** 2)
    above = sqrt((high - first) ** 2 + (second - other_low) ** 2)
    return 100 * (first - second - below), 100 * (first - second + above)
