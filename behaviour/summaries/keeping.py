"""How a time limit was kept, whatever it is on: one way of counting for every clock."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Generic, Protocol, TypeVar

from behaviour.summaries.contact_clock import span_words

WORST = 5


class Timed(Protocol):
    """One thing that somebody owes by a moment. state: "waived" for one that nobody owes any more."""

    @property
    def year(self) -> int | None:
        """The student's year."""

    @property
    def owner_id(self) -> int | None:
        """Whose it is."""

    @property
    def owner(self) -> str:
        """Whose it is, in words."""

    @property
    def state(self) -> str:
        """How it stands: met, waived, overdue, soon or running."""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""

    @property
    def is_in_time(self) -> bool:
        """Whether it was done before the time was up."""

    @property
    def took(self) -> timedelta:
        """How long it took, or has taken so far."""


T = TypeVar("T", bound=Timed)


def is_settled(each: Timed) -> bool:
    """Test for one that was done, in time or not, or whose time is up."""
    return each.state in ("met", "overdue")


def is_late(each: Timed) -> bool:
    """Test for one that was done too late, or not yet though its time is up."""
    return is_settled(each) and not each.is_in_time


@dataclass(frozen=True)
class Kept:
    """How the time was kept by a year or a person, named by `key`. settled: done, or the time is up; none waived."""

    name: str
    key: int | None
    settled: int
    in_time: int
    median: str
    open: int

    @property
    def percent(self) -> float | None:
        """Return the share done in time, 0 to 100; None when none is settled."""
        return 100 * self.in_time / self.settled if self.settled else None

    @property
    def late(self) -> int:
        """Return how many were late, or are."""
        return self.settled - self.in_time


@dataclass(frozen=True)
class Keeping(Generic[T]):
    """How the time was kept over a window: in all, by year, by owner, and the five that took longest of those late."""

    whole: Kept
    waived: int
    by_year: tuple[Kept, ...]
    by_owner: tuple[Kept, ...]
    worst: tuple[T, ...]


def keeping_of(rows: Iterable[T]) -> Keeping[T]:
    """Count how the time was kept; what was waived counts nowhere but in `waived`."""
    held = list(rows)
    counted = [each for each in held if each.state != "waived"]
    years = sorted({each.year for each in counted if each.year is not None})
    owners = sorted({(each.owner, each.owner_id or 0) for each in counted})
    return Keeping(
        whole=_kept("All", None, counted),
        waived=len(held) - len(counted),
        by_year=tuple(_kept(f"Year {year}", year, _where(counted, _of_year(year))) for year in years),
        by_owner=tuple(_kept(name, key, _where(counted, _of_owner(key, name))) for name, key in owners),
        worst=tuple(sorted(_where(counted, is_late), key=lambda each: each.took, reverse=True)[:WORST]),
    )


def _where(rows: Sequence[T], holds: Callable[[T], bool]) -> list[T]:
    return [each for each in rows if holds(each)]


def _of_year(year: int) -> Callable[[Timed], bool]:
    return lambda each: each.year == year


def _of_owner(key: int, name: str) -> Callable[[Timed], bool]:
    return lambda each: (each.owner_id or 0, each.owner) == (key, name)


def _kept(name: str, key: int | None, rows: Sequence[Timed]) -> Kept:
    times = [each.took.total_seconds() for each in rows if each.state == "met"]
    return Kept(
        name=name,
        key=key,
        settled=sum(1 for each in rows if is_settled(each)),
        in_time=sum(1 for each in rows if each.is_in_time),
        median=span_words(timedelta(seconds=median(times))) if times else "",
        open=sum(1 for each in rows if each.is_open),
    )
