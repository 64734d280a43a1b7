"""What records said before, and who changed them; people and whatever else a column points to by name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import DateTimeField, ForeignKey, Model

from pastoral.core.changes import Change, Event, Kind, Told, changes_of, events_of
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import daytime


def kind_of(model: type[Model], told: Mapping[str, str], *, of: str = "pgh_obj_id", about: Any = None) -> Kind:
    """Return how the history of a kind of record is told. told: the label of each column."""
    fields = tuple(Told(name, label, _say(model, name)) for name, label in told.items())
    kind = Kind(model.__name__, of, fields, app=model._meta.app_label)
    return replace(kind, about=about) if about else kind


def history_of(
    kinds: Sequence[Kind], record: int, rows: Iterable[Model], *, known: Iterable[User] = ()
) -> tuple[Change, ...]:
    """Return who changed what, latest first; in one query, and one for each kind of name that was changed.

    known: people who were read already, and are not read again.
    """
    held = list(rows)
    events = events_of(kinds, record)
    names = _names(kinds, events, held, {user.pk: user for user in known})
    named = [replace(kind, told=tuple(_named(kind, told, names) for told in kind.told)) for kind in kinds]
    return changes_of(named, events, held, str)


def _named(kind: Kind, told: Told, names: Mapping[type[Model], Mapping[int, str]]) -> Told:
    model = _pointed_to(kind, told.name)
    return replace(told, say=partial(_called, names[model])) if model else told


def _pointed_to(kind: Kind, name: str) -> type[Model] | None:
    """Return the model that a column's key is of; None for a column that says it all itself."""
    if not name.endswith("_id"):
        return None
    field: Any = apps.get_model(kind.app, kind.model)._meta.get_field(name)
    return field.related_model if isinstance(field, ForeignKey) else None


def _called(names: Mapping[int, str], key: Any) -> str:
    return names.get(key, "somebody")


def _names(
    kinds: Sequence[Kind], events: Sequence[Event], rows: Sequence[Any], known: Mapping[int, User]
) -> Mapping[type[Model], Mapping[int, str]]:
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    columns = {
        kind.model: [(told.name, model) for told in kind.told if (model := _pointed_to(kind, told.name))]
        for kind in kinds
    }
    for event in events:
        for name, model in columns[event.kind]:
            wanted[model].add(event.row[name])
    for row in rows if events else ():
        for name, model in columns.get(type(row).__name__, ()):
            wanted[model].add(getattr(row, name))
    held = {model: _called_of(model, keys - {None}, known if model is User else {}) for model, keys in wanted.items()}
    return defaultdict(dict, held)


def _called_of(model: Any, keys: set[int], known: Mapping[int, Any]) -> Mapping[int, str]:
    others = keys - known.keys()
    found = {**known, **(model._default_manager.in_bulk(others) if others else {})}
    return {key: each.formal_name if isinstance(each, User) else str(each) for key, each in found.items()}


def _say(model: type[Model], name: str) -> Any:
    field: Any = model._meta.get_field(name)
    if isinstance(field, DateTimeField):
        return daytime
    labels = dict(field.flatchoices)
    return (lambda value: labels.get(value, value)) if labels else str
