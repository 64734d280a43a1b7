"""Whom each adult works with: one's own list, one tap each; and for who keeps them, the load of every adult."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from interventions.summaries.interventions import Row, listed, rows_of
from pastoral.core.models import User


@dataclass(frozen=True, slots=True)
class Load:
    """One adult: how many interventions and students run with them, sessions delivered beside those due by today."""

    name: str
    interventions: int
    students: int
    delivered: int
    due: int


def mine(user: User, on: date) -> list[Row]:
    """Return the running interventions that the person delivers, or owns with nobody else named; by student's name."""
    running: Any = listed(user).filter(ended_on=None, starts_on__lte=on)
    delivers = Q(deliverer=user) | Q(owner=user, deliverer=None, delivered_by="")
    rows = rows_of(user, running.filter(delivers), on)
    return sorted((row for row in rows if row.reads), key=_name)


def _name(row: Row) -> tuple[str, int]:
    return (row.row.group_name or row.members[0].name if row.members else "", row.row.pk)


def loads(user: User, on: date) -> list[Load]:
    """Return who works with how many students of the person's, the fewest sessions of those due on top."""
    rows = rows_of(user, listed(user).filter(ended_on=None, starts_on__lte=on), on)
    return sorted(_loads(row for row in rows if row.reads and row.keeps), key=lambda load: load.delivered - load.due)


def _loads(rows: Iterable[Row]) -> Iterable[Load]:
    held: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        held[row.who_gives].append(row)
    for name, theirs in held.items():
        students = {member.place.student_id for row in theirs for member in row.now_in}
        delivered = sum(row.dosage.delivered for row in theirs)
        yield Load(name, len(theirs), len(students), delivered, sum(row.dosage.due for row in theirs))
