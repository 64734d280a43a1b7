"""What records said before, and who changed them: read from the history that the database keeps of every row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Model

from behaviour.naming import Mask
from pastoral.core.models import User

ADDED = "add"
DELETED = "delete"
LONG = 80


@dataclass(frozen=True)
class Told:
    """One field that is told of: its name, what people call it, and how its value is said."""

    name: str
    label: str
    say: Callable[[Any], str] = str


@dataclass(frozen=True)
class Change:
    """One field that somebody changed. about: whose it is, "" for the record itself."""

    at: datetime
    by: str
    about: str
    label: str
    before: str
    after: str

    @property
    def is_long(self) -> bool:
        """Test for text that is read on demand."""
        return len(self.before) > LONG or len(self.after) > LONG


@dataclass(frozen=True)
class Kind:
    """One kind of record whose history is told: its event model, the fields, and whose a row is."""

    model: str
    told: tuple[Told, ...]
    about: Callable[[Any], str] = lambda row: ""

    def events(self, **of: Any) -> Sequence[Any]:
        """Return what the rows said before each change, oldest first, in one query."""
        model = apps.get_model("behaviour", f"{self.model}Event")
        return list(model._default_manager.filter(**of).select_related("pgh_context").order_by("pgh_obj_id", "pgh_id"))


def changes_of(kinds: Iterable[tuple[Kind, Sequence[Any], Iterable[Model]]], mask: Mask) -> tuple[Change, ...]:
    """Return the changes, latest first, in one query. kinds: each with its events and the rows that stand now.

    Names that the reader may not see are taken out of what was written before as of what is written now.
    """
    held = [(kind, events, {row.pk: row for row in rows}) for kind, events, rows in kinds]
    names = _names(event for _kind, events, _rows in held for event in events)
    found = [
        change
        for kind, events, rows in held
        for key, mine in groupby(events, key=lambda event: event.pgh_obj_id)
        for change in _row_changes(kind, list(mine), rows.get(key), names, mask)
    ]
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))


def _row_changes(
    kind: Kind, events: list[Any], now: Model | None, names: Mapping[int, str], mask: Mask
) -> Iterable[Change]:
    """Yield the changes of one row: each event holds it as it was before, or as it was added."""
    for place, event in enumerate(events):
        behind = (event.pgh_created_at, _who(event, names), kind.about(event))
        if event.pgh_label in (ADDED, DELETED):
            yield Change(*behind, "added" if event.pgh_label == ADDED else "taken off", "", "")
            continue
        later: Any = events[place + 1] if place + 1 < len(events) else now
        for each in kind.told if later is not None else ():
            before, after = getattr(event, each.name), getattr(later, each.name)
            if before != after:
                yield Change(*behind, each.label, mask(_said(each, before)), mask(_said(each, after)))


def _said(told: Told, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime | date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return told.say(value)


def _names(events: Iterable[Any]) -> dict[int, str]:
    keys = {event.pgh_context.metadata.get("user") for event in events if event.pgh_context}
    return {user.pk: user.formal_name for user in User.objects.filter(pk__in=keys - {None})}


def _who(event: Any, names: Mapping[int, str]) -> str:
    said = event.pgh_context.metadata if event.pgh_context else {}
    if "import_run" in said:
        return "the import from the MIS"
    return names.get(said.get("user") or 0, "")
