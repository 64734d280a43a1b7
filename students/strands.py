"""The four matters that a ladder counts, and where what happened in them comes from.

Each app that records something countable registers a source in `AppConfig.ready()`; the rules ask all sources and never
learn whose they are. A source tells of nothing that is withdrawn, and of nothing that is for the DSL alone.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import TextChoices

from pastoral.core.models import User
from pastoral.core.rights import Right


class Strand(TextChoices):
    """The four matters that a ladder counts; a type of incident belongs to one of them."""

    ATTENDANCE = "attendance", "Attendance"
    BEHAVIOUR = "behaviour", "Behaviour"
    HOMEWORK = "homework", "Homework"
    UNIFORM = "uniform", "Uniform and equipment"


class Happening(NamedTuple):
    """One thing that happened with one student. kind: what it is, "incident:Defiance"; key: of its record there."""

    student_id: int
    day: date
    strand: str
    kind: str
    key: int
    points: int = 0

    @property
    def source(self) -> str:
        """Return which kind of record it is."""
        return self.kind.partition(":")[0]

    @property
    def label(self) -> str:
        """Return what people call it."""
        return self.kind.partition(":")[2]


class Countable(NamedTuple):
    """Something that a rule can count: its kind, what people call it, and the strand that it belongs to."""

    kind: str
    label: str
    strand: str


class Told(NamedTuple):
    """One record behind a finding as it stands now: withdrawn ones no longer stand. url: "" where none is shown."""

    label: str
    url: str
    stands: bool


@dataclass(frozen=True)
class Source:
    """Where happenings come from, each answer in few queries.

    names: of its kinds of record. countables: what rules can count. happened: what happened from one day to another, of
    everybody. told: the records of one kind with those keys, as they stand now and as the person may be told of them.
    """

    names: frozenset[str]
    countables: Callable[[], Iterable[Countable]]
    happened: Callable[[date, date], Iterable[Happening]]
    told: Callable[[User, str, Collection[int]], dict[int, Told]]


# Over the student, to be told of any strand but attendance, which everybody responsible for a student reads.
TELLS_OF = Right.SEE_BEHAVIOUR_NARRATIVE
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have the source asked; the last one under a name stands."""
    _sources[name] = source


def countables() -> list[Countable]:
    """Return what rules can count."""
    return [each for source in _sources.values() for each in source.countables()]


def happened(first: date, last: date) -> Iterator[Happening]:
    """Yield what happened from first to last, both in, whatever recorded it."""
    for source in _sources.values():
        yield from source.happened(first, last)


def told(user: User, name: str, keys: Collection[int]) -> dict[int, Told]:
    """Return the records of one kind, by key."""
    source = next((each for each in _sources.values() if name in each.names), None)
    return source.told(user, name, keys) if source else {}
