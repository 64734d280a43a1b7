"""What somebody is to do by a day that other pages keep: each app names its own, and one list shows them all.

An app registers a source in `AppConfig.ready()`. Its rows are read together with those of all others in one query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from pastoral.core.models import User

LONGEST = 200


@dataclass(frozen=True)
class Kept:
    """One kind of thing to do, of which an app keeps the rows.

    kind: what it is called in the list. rows: those of the person that are still to be done. what, about: expressions
    for the words of a row and whom it is about; "" for none. due_on: the name of its day. page: the URL name of the
    page where it is done. keys: the columns that the page's address holds; () for a page of its own.
    """

    kind: str
    rows: QuerySet[Any]
    what: Any
    about: Any
    due_on: str
    page: str
    keys: tuple[str, ...] = ("pk",)


@dataclass(frozen=True)
class Duty:
    """One thing to do. url: where it is done."""

    kind: str
    what: str
    about: str
    due_on: date
    url: str

    def late(self, on: date) -> int:
        """Return the days that it is overdue, 0 for one that is not."""
        return max((on - self.due_on).days, 0)


Source = Callable[[User, date], Iterable[Kept]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Have the source asked for what somebody is to do; the last one under a name stands."""
    _sources[name] = source


def duties_of(user: User, on: date) -> list[Duty]:
    """Return what the person is to do, soonest first, in one query beside what the sources need. on: today."""
    kept = [each for source in _sources.values() for each in source(user, on)]
    if not kept:
        return []
    parts = [_part(place, each) for place, each in enumerate(kept)]
    rows = parts[0].union(*parts[1:], all=True)
    found = [_duty(kept[place], what, about, due, keys) for place, what, about, due, *keys in rows]
    return sorted(found, key=lambda duty: (duty.due_on, duty.about, duty.what))


def _part(place: int, kept: Kept) -> QuerySet[Any, Any]:
    first, second, *_ = (*map(F, kept.keys), Value(None), Value(None))
    return (
        kept.rows.order_by()
        .annotate(
            duty_source=Value(place),
            duty_what=Cast(_expression(kept.what), TextField()),
            duty_about=Cast(_expression(kept.about), TextField()),
            duty_on=F(kept.due_on),
            duty_key=Cast(first, BigIntegerField()),
            duty_other=Cast(second, BigIntegerField()),
        )
        .values_list("duty_source", "duty_what", "duty_about", "duty_on", "duty_key", "duty_other")
    )


def _expression(words: Any) -> Any:
    return Value(words) if isinstance(words, str) else words


def _duty(kept: Kept, what: str, about: str, due_on: date, keys: Iterable[int | None]) -> Duty:
    held = [key for key in keys if key is not None]
    return Duty(kept.kind, what[:LONGEST], about, due_on, reverse(kept.page, args=held))
