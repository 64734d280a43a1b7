"""Who is known not to be in school: a question that any app may ask, and whichever knows registers an answer to."""

from collections.abc import Callable, Collection
from datetime import date, time
from typing import Any, NamedTuple

Away = Callable[[Collection[int], date, time], frozenset[int]]

_away: dict[str, Away] = {}


def register(name: str, source: Away) -> None:
    """Have the source asked who is known not to be in school; the last one under a name stands."""
    _away[name] = source


def away_at(students: Collection[int], day: date, at: time) -> frozenset[int]:
    """Return which of the students, by key, are known not to be in school then; why is for those who may read it."""
    found = (source(students, day, at) for source in _away.values())
    return frozenset().union(*found)


class Asked(NamedTuple):
    """A query, and what its placeholders stand for."""

    sql: str
    asked: list[Any]


Absences = Callable[[date, date], Asked]
_COLUMNS = {
    "student_id": "bigint",
    "first_day": "date",
    "first_session": "text",
    "last_day": "date",
    "last_session": "text",
    "sessions": "bigint",
    "since": "date",
}
_NOBODY = Asked(f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in _COLUMNS.items())} WHERE false", [])
_absences: list[Absences] = [lambda _today, _until: _NOBODY]


def register_absences(source: Absences) -> None:
    """Have the source asked for absences; the last one stands."""
    _absences[0] = source


def absences_on(today: date, until: date) -> Asked:
    """Return the query for absences that last today or begin by the day `until`, one a row, why is in none of them.

    Its columns: student_id, first_day, first_session, last_day, last_session, sessions of school in it so far or as
    planned, and since, the last day that the student was in school before it: what was written of the absence when it
    was thought to begin on another day belongs to it from there on.
    """
    return _absences[0](today, until)
