"""What a record said before, and who changed it: from the history that the database keeps of every row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model

from pastoral.core.forms import in_words
from pastoral.core.models import User

LONG = 80


@dataclass(frozen=True)
class Change:
    """One field that somebody changed, as templates/behaviour/_changes.html shows it."""

    at: datetime
    by: str
    label: str
    before: str
    after: str
    about: str = ""

    @property
    def is_long(self) -> bool:
        """Test for text that is read on demand."""
        return len(self.before) > LONG or len(self.after) > LONG


def changes_of(record: Model, events: Any, told: Mapping[str, str]) -> list[Change]:
    """Return what was changed, latest first, in two queries. events: the model's; told: the label of each field."""
    names = [*told]
    rows = list(
        events.objects.filter(pgh_obj_id=record.pk)
        .order_by("pgh_id")
        .values("pgh_created_at", "pgh_context__metadata__user", *names)
    )
    people = User.objects.in_bulk({row["pgh_context__metadata__user"] for row in rows} - {None}) if rows else {}
    now = type(record)._default_manager.values(*names).get(pk=record.pk)
    found = []
    for row, after in zip(rows, [*rows[1:], now], strict=True):
        who = people.get(row["pgh_context__metadata__user"])
        for name in names:
            if row[name] != after[name]:
                before, became = (_said(record, name, value) for value in (row[name], after[name]))
                by = who.formal_name if who else ""
                found.append(Change(row["pgh_created_at"], by, told[name], before, became))
    return found[::-1]


def _said(record: Model, name: str, value: Any) -> str:
    field: Any = record._meta.get_field(name)
    if field.is_relation:
        held = field.related_model._default_manager.filter(pk=value).first() if value else None
        return str(held) if held else "–"
    words = in_words(field.formfield(), value)
    return "–" if words == "nothing" else words
