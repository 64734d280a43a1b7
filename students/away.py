"""Who is known not to be in school: a question that any app may ask, and whichever knows registers an answer to."""

from collections.abc import Callable, Collection
from datetime import date, time

Away = Callable[[Collection[int], date, time], frozenset[int]]

_away: dict[str, Away] = {}


def register(name: str, source: Away) -> None:
    """Have the source asked who is known not to be in school; the last one under a name stands."""
    _away[name] = source


def away_at(students: Collection[int], day: date, at: time) -> frozenset[int]:
    """Return which of the students, by key, are known not to be in school then; why is for those who may read it."""
    found = (source(students, day, at) for source in _away.values())
    return frozenset().union(*found)
