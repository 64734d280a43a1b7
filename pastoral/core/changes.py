"""What records said before, and who changed them: read from the history that the database keeps of every row."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

ADDED = "add"
DELETED = "delete"
LONG = 80
BY_IMPORT = "the import from the MIS"
Masking = Callable[[str], str]  # a `naming.Mask`, or `str` where everything may be read


@dataclass(frozen=True)
class Told:
    """One field that is told of: its name, what people call it, and how its value is said if not as usual."""

    name: str
    label: str
    say: Callable[[Any], str] = str


@dataclass(frozen=True)
class Kind:
    """One kind of record whose history is told: its model, the fields, and whose a row is.

    of: the column that says which record a row belongs to. about: gets the row's columns by name. app: the model's.
    """

    model: str
    of: str
    told: tuple[Told, ...]
    about: Callable[[Mapping[str, Any]], str] = lambda row: ""
    app: str = field(kw_only=True)


@dataclass(frozen=True)
class Event:
    """One row as it was before a change, or as it was added: its columns by name."""

    kind: str
    key: int
    at: datetime
    label: str
    by: str
    row: Mapping[str, Any] = field(hash=False)


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


def events_of(kinds: Sequence[Kind], record: int) -> tuple[Event, ...]:
    """Return every event of the kinds that belongs to the record, row by row, oldest first, in one query."""
    parts = [
        f"""SELECT {n}, e.pgh_obj_id, e.pgh_created_at, e.pgh_label, c.metadata ? 'import_run',
                   trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')), to_jsonb(e), e.pgh_id
              FROM {kind.app}_{kind.model.lower()}event e
              LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
              LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
             WHERE e.{kind.of} = %s"""  # noqa: S608 the names are this application's own
        for n, kind in enumerate(kinds)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2, 8", [record] * len(kinds))
        rows = cursor.fetchall()
    return tuple(
        Event(kinds[n].model, key, at, label, BY_IMPORT if was_import else by, _columns(row))
        for n, key, at, label, was_import, by, row, _event in rows
    )


def changes_of(
    kinds: Sequence[Kind], events: Iterable[Event], rows: Iterable[Model], mask: Masking
) -> tuple[Change, ...]:
    """Return what the events tell, latest first. rows: those of every kind that stand now.

    Names that the reader may not see are taken out of what was written before as of what is written now.
    """
    known = {kind.model: kind for kind in kinds}
    now = {(type(row).__name__, row.pk): row for row in rows}
    found = [
        change
        for (model, key), mine in groupby(events, key=lambda event: (event.kind, event.key))
        for change in _row_changes(known[model], list(mine), now.get((model, key)), mask)
    ]
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))


def _row_changes(kind: Kind, events: Sequence[Event], now: Model | None, mask: Masking) -> Iterable[Change]:
    """Yield the changes of one row: each event holds it as it was until then."""
    for place, event in enumerate(events):
        behind = (event.at, event.by, kind.about(event.row))
        if event.label in (ADDED, DELETED):
            yield Change(*behind, "added" if event.label == ADDED else "taken off", "", "")
            continue
        for told in kind.told:
            if place + 1 < len(events):
                after = _read(kind, told, events[place + 1].row[told.name])
            elif now is not None:
                after = getattr(now, told.name)
            else:
                continue
            before = _read(kind, told, event.row[told.name])
            if before != after:
                yield Change(*behind, told.label, mask(_said(told, before)), mask(_said(told, after)))


def _read(kind: Kind, told: Told, value: Any) -> Any:
    """Return a value from the history as its field has it."""
    model_field: Any = apps.get_model(kind.app, kind.model)._meta.get_field(told.name)
    return model_field.to_python(value)


def _columns(row: Any) -> Mapping[str, Any]:
    held: Mapping[str, Any] = json.loads(row) if isinstance(row, str) else row
    return held


def _said(told: Told, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if told.say is not str:
        return told.say(value)
    if isinstance(value, datetime | date):
        return f"{value:%a} {value.day} {value:%b %Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
