"""What attendance and behaviour, strangers to each other, have to know of one another: whoever knows it answers.

Each app registers its answers in `AppConfig.ready()`; the one that asks never learns whose they are.
"""

from collections.abc import Callable, Collection
from datetime import date, datetime, time

Away = Callable[[Collection[int], date, time], frozenset[int]]
Lesson = Callable[[datetime], str]

_away: dict[str, Away] = {}
_lessons: dict[str, Lesson] = {}


def away_register(name: str, source: Away) -> None:
    """Have the source asked who is known not to be in school; the last one under a name stands."""
    _away[name] = source


def lesson_register(name: str, source: Lesson) -> None:
    """Have the source asked which lesson is on; the last one under a name stands."""
    _lessons[name] = source


def away_at(students: Collection[int], day: date, at: time) -> frozenset[int]:
    """Return which of the students, by key, are known not to be in school then; why is for those who may read it."""
    found = (source(students, day, at) for source in _away.values())
    return frozenset().union(*found)


def lesson_at(moment: datetime) -> str:
    """Return the name of the lesson that is on, P3; "" between lessons and where nobody knows."""
    return next((name for source in _lessons.values() if (name := source(moment))), "")
