"""Lateness counted and shared out: rates of presences, and what is the student's habit and what the lesson's.

Pure arithmetic; the marks are added up by `attendance.summaries.punctuality`.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from operator import add, attrgetter
from typing import NamedTuple, Self, TypeVar

from attendance.figures.counts import percentage

FEWEST_MARKS = 20  # fewer presences give no rate
FEWEST_EXPECTED = 5  # fewer expected lates give no ratio: one late more would change it by a fifth

Key = TypeVar("Key", bound=Hashable)
Slot = tuple[str, str]


class Lateness(NamedTuple):
    """Lates among the presences of somebody, some group or some place in the week.

    here: marks of students who came: present (L among them) and U. before, after: L and U. minutes: on both.
    untimed: lates whose minutes nobody wrote down.
    """

    here: int = 0
    before: int = 0
    after: int = 0
    minutes: int = 0
    untimed: int = 0

    def __add__(self, other: Self) -> Self:  # type: ignore[override]  # sums, never one tuple after the other
        return type(self)(*map(add, self, other))

    @property
    def lates(self) -> int:
        """Lates before and after the close."""
        return self.before + self.after

    @property
    def percent(self) -> Decimal | None:
        """Lates in a hundred presences, to one decimal; None without any presence."""
        return percentage(self.lates, self.here)

    @property
    def is_small(self) -> bool:
        """Test for too few presences to speak of a rate."""
        return self.here < FEWEST_MARKS

    @property
    def lost(self) -> str:
        """The learning time lost, in words."""
        return time_in_words(self.minutes)

    @property
    def rate_words(self) -> str:
        """The rate for a reader: "3.4 % of presences"; with too few presences it says so."""
        return "too few for a rate" if self.is_small else f"{self.percent}\N{NO-BREAK SPACE}% of presences"

    @property
    def here_words(self) -> str:
        """What the rate is of."""
        return f"of {self.here} presence{'' if self.here == 1 else 's'}"

    @property
    def untimed_words(self) -> str:
        """How many lates the minutes leave out; "" when none."""
        return f"{self.untimed} of {self.lates} lates without minutes" if self.untimed else ""


NOBODY = Lateness()


def pooled(parts: Iterable[Lateness]) -> Lateness:
    """Add lateness up: the rate of the sum is that of all the marks, never a mean of rates (trap T3)."""
    return Lateness(*map(sum, zip(NOBODY, *parts, strict=True)))


def time_in_words(minutes: int) -> str:
    """Return minutes as people say them: "45 min", "3 h", "3 h 20 min"."""
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} h"] if hours else []
    return " ".join([*words, f"{rest} min"] if rest or not hours else words)


class Tally(NamedTuple):
    """One student's marks in one slot of the timetable (subject and period): presences, and lates among them."""

    student: int
    slot: Slot
    here: int
    lates: int


class Effect(NamedTuple):
    """Lates observed beside those expected. here: the presences that both are of."""

    observed: int
    expected: float
    here: int

    @property
    def ratio(self) -> Decimal | None:
        """Observed over expected to one decimal, half up; None under 5 expected lates or 20 presences."""
        if self.here < FEWEST_MARKS or round(self.expected, 9) < FEWEST_EXPECTED:
            return None
        return Decimal(str(round(self.observed / self.expected, 9))).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


# A school holds fifteen thousand tallies: reading one through C halves the sums.
_student: Callable[[Tally], int] = attrgetter("student")
_slot: Callable[[Tally], Slot] = attrgetter("slot")


def lesson_effects(tallies: Sequence[Tally]) -> dict[Slot, Effect]:
    """Return for each slot its lates beside those that its students' own habits would give.

    Expected = the sum over the slot's students of presences in the slot x the student's rate in all *other* slots.
    Indirect standardisation, leaving the slot itself out: docs/decisions/0011.
    """
    return _effects(tallies, place=_slot, habit=_student)


def student_effects(tallies: Sequence[Tally]) -> dict[int, Effect]:
    """Return for each student the lates to lessons beside those that the same lessons would give anybody.

    Expected = the sum over the student's slots of presences in the slot x the rate there of all *other* students.
    """
    return _effects(tallies, place=_student, habit=_slot)


def _effects(
    tallies: Sequence[Tally], *, place: Callable[[Tally], Key], habit: Callable[[Tally], Hashable]
) -> dict[Key, Effect]:
    """Sum up by place what each tally would hold at the rate of its habit elsewhere.

    A tally whose habit is known from nowhere else says nothing: it is in neither observed, expected nor presences.
    """
    here, lates = defaultdict[Hashable, int](int), defaultdict[Hashable, int](int)
    for tally in tallies:
        own = habit(tally)
        here[own] += tally.here
        lates[own] += tally.lates
    sums: dict[Key, list[float]] = {}
    for tally in tallies:
        own = habit(tally)
        elsewhere = here[own] - tally.here
        if elsewhere:
            held = sums.setdefault(place(tally), [0, 0.0, 0])
            held[0] += tally.lates
            held[1] += tally.here * (lates[own] - tally.lates) / elsewhere
            held[2] += tally.here
    return {key: Effect(int(observed), expected, int(of)) for key, (observed, expected, of) in sums.items()}
