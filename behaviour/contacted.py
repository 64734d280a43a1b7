"""The one place where contacts that reached a parent or carer answer the 48-hour clock.

The contact itself belongs to the contacts app, which lies above this one and is never imported here. It registers a
source in its `AppConfig.ready()`; until one is registered nobody was reached, and every clock runs on.

A source is a function without arguments that returns two expressions for a query on `Involvement`, to which they refer
with `OuterRef("pk")`, so that the clock and every count over it stay one query. It answers for contacts that are linked
to that involvement, with somebody who may be contacted: no carer whom a court order bars, and never the student.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import DateTimeField, IntegerField, Value
from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class Contacted:
    """reached_at: when a parent or carer was first reached, or NULL. attempts: how many contacts reached nobody."""

    reached_at: Combinable
    attempts: Combinable


Source = Callable[[], Contacted]


def nobody() -> Contacted:
    """Answer that nobody was reached and nobody tried: while no app keeps contacts."""
    return Contacted(Value(None, output_field=DateTimeField()), Value(0, output_field=IntegerField()))


_sources: list[Source] = [nobody]


def register(source: Source) -> None:
    """Have the source asked from now on; the last one stands."""
    _sources[:] = [source]


def contacted() -> Contacted:
    """Return what the registered source knows, as expressions over an involvement."""
    return _sources[0]()
