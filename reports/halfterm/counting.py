"""How a figure is counted: from items, each one record or one student, so that its list is its number."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import NamedTuple, Protocol

from attendance.figures import percentage
from behaviour.summaries.contact_clock import span_words
from interventions.reading import RESTRICTED
from pastoral.core.templatetags.pastoral import rounded
from reports.halfterm.sides import Side
from reports.summaries.people import Person

COUNT, STUDENTS, SUM, RATE, PER_100 = "count", "students", "sum", "rate", "per_100"
MEDIAN, LONGEST = "median", "longest"  # of times in seconds, told in words
PERCENT = "%"


class Item(NamedTuple):
    """What stands behind a figure: one record, or one student with a number.

    weight of `of`: what a sum or a rate adds up. on: its day. what: in words, of a list and never anybody's own.
    """

    student_id: int | None
    weight: int = 1
    of: int = 0
    on: date | None = None
    what: str = ""
    url: str = ""


Items = Mapping[str, Sequence[Item]]


class _ForFew(Protocol):
    is_restricted: bool


def told_of(record: _ForFew, what: str) -> str:
    """Return what the report says a record is; of a restricted one no more than that it is.

    The report is one for all of the year's team, whoever of them reads restricted text: its tables say no more than
    the list behind them.
    """
    return RESTRICTED if record.is_restricted else what


@dataclass(frozen=True)
class Spec:
    """One figure: how it is counted from the items of its key, and what it means.

    items: whose items, when not those of its own key. is_better: whether more is better; None for neither. short: its
    name over a narrow column. is_of_all: of all who were on roll at any time in the window, not on its last day alone.
    """

    key: str
    name: str
    means: str
    how: str = COUNT
    unit: str = ""
    items: str = ""
    is_better: bool | None = None
    short: str = ""
    is_of_all: bool = False

    @property
    def source(self) -> str:
        """The key of its items."""
        return self.items or self.key


@dataclass(frozen=True)
class Part:
    """A section's way of counting: its figures, and the items behind them for one side.

    begins: the first day of which the school holds such records; None while it holds none. more: further items by their
    keys, read apart, so that a list of one figure reads no more than it needs.
    """

    key: str
    title: str
    specs: tuple[Spec, ...]
    items: Callable[[Side], Items]
    begins: Callable[[], date | None]
    more: tuple[tuple[tuple[str, ...], Callable[[Side], Items]], ...] = ()

    def everything(self, side: Side) -> Items:
        """Return the items of every key."""
        found = dict(self.items(side))
        for _keys, read in self.more:
            found |= read(side)
        return found

    def items_of(self, side: Side, key: str) -> Sequence[Item] | None:
        """Return the items of one key; None for one that the section does not have."""
        read = next((read for keys, read in self.more if key in keys), self.items)
        return read(side).get(key)


def whom(spec: Spec, side: Side) -> tuple[Person, ...]:
    """Return the students whom a figure is of."""
    return side.everybody if spec.is_of_all else side.people


Number = int | Decimal | str | None


def value_of(spec: Spec, items: Sequence[Item], members: int) -> tuple[Number, int | None]:
    """Return a figure and the n that it is of; None for nothing to count, never 0 or 100."""
    if spec.how == COUNT:
        return len(items), members
    if spec.how == STUDENTS:
        return len({item.student_id for item in items}), members
    if spec.how == SUM:
        return sum(item.weight for item in items), members
    if spec.how in (MEDIAN, LONGEST):
        times = [item.weight for item in items]
        taken = (median(times) if spec.how == MEDIAN else max(times)) if times else None
        return (None if taken is None else span_words(timedelta(seconds=taken))), len(times)
    if spec.how == PER_100:
        return (rounded(Decimal(100 * len(items)) / members) if members else None), members
    whole = sum(item.of for item in items)
    return percentage(sum(item.weight for item in items), whole), whole


def points_apart(items: Sequence[Item], others: Sequence[Item]) -> Decimal | None:
    """Return how far one rate lies above the other, in points to one decimal, half away from 0; rounded once."""
    whole, others_whole = sum(item.of for item in items), sum(item.of for item in others)
    if not (whole and others_whole):
        return None
    below = whole * others_whole
    over = 1000 * (sum(i.weight for i in items) * others_whole - sum(i.weight for i in others) * whole)
    tenths = (2 * abs(over) + below) // (2 * below)
    return Decimal(tenths if over >= 0 else -tenths).scaleb(-1)
