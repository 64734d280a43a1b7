"""What needs somebody now: each app says so in lines, in `AppConfig.ready()`, and pages show them as one strip."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from pastoral.core.models import User
from pastoral.core.querysets import counts_together

T = TypeVar("T")


class Tone(StrEnum):
    """How much a line presses."""

    BAD = "bad"
    WARN = "warn"
    PLAIN = "plain"
    GOOD = "good"


@dataclass(frozen=True)
class Line:
    """One thing that waits for somebody, and the page that shows it.

    count: how many; the page lists exactly so many. None for a line about one thing. state: how that stands, in a few
    words. action: the word on its button; "" where the line itself is the link. order: place in the strip.
    """

    label: str
    url: str
    order: int
    count: int | None = None
    state: str = ""
    action: str = ""
    tone: Tone = Tone.PLAIN

    @property
    def icon(self) -> str:
        """The icon of the tone, so that colour is never the only sign."""
        return _ICONS[self.tone]


_ICONS = {Tone.BAD: "alert", Tone.WARN: "clock", Tone.PLAIN: "list", Tone.GOOD: "circle-check"}


@dataclass(frozen=True)
class Look:
    """Who looks and when, and what was read of the day already: several sources need the same facts."""

    user: User
    now: datetime
    _read: dict[Callable[["Look"], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def day(self) -> date:
        """The day at the school."""
        return timezone.localdate(self.now)

    def once(self, read: Callable[["Look"], T]) -> T:
        """Return what the function reads, read at the first time of asking only."""
        if read not in self._read:
            self._read[read] = read(self)
        found: T = self._read[read]
        return found


@dataclass(frozen=True)
class Counted:
    """A line whose number is a plain count of rows: those of all apps are counted in one query.

    rows: what is counted, each queryset's rows added up. one, many: the label. Without rows there is no line.
    shows_number: otherwise the page it opens lists something finer than what is counted.
    """

    rows: tuple[QuerySet[Any], ...]
    one: str
    many: str
    url: str
    order: int
    tone: Tone = Tone.PLAIN
    shows_number: bool = True

    def line(self, number: int) -> Line:
        """Return the line with its number."""
        label = self.one if number == 1 else self.many
        return Line(label, self.url, self.order, number if self.shows_number else None, tone=self.tone)


Source = Callable[[Look], Iterable[Line | Counted]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have the source asked for lines; the last one under a name stands."""
    _sources[name] = source


def lines_for(look: Look) -> tuple[Line, ...]:
    """Return what needs the person, in order; a source gives nothing that the person may not open."""
    found = [each for source in _sources.values() for each in source(look)]
    lines = [each for each in found if isinstance(each, Line)]
    lines += _with_numbers([each for each in found if isinstance(each, Counted)])
    return tuple(sorted(lines, key=lambda line: (line.order, line.label)))


def _with_numbers(counted: Sequence[Counted]) -> list[Line]:
    parts = {f"{place}-{part}": rows for place, each in enumerate(counted) for part, rows in enumerate(each.rows)}
    numbers = counts_together(**parts)
    sums = [sum(numbers[f"{place}-{part}"] for part in range(len(each.rows))) for place, each in enumerate(counted)]
    return [each.line(number) for each, number in zip(counted, sums, strict=True) if number]
