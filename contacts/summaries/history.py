"""What a record said before, and who changed it: from the history that the database keeps of every row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Model, OuterRef, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, Trim

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
    """Return what was changed, latest first, in one query. events: the model's; told: the label of each field."""
    names = [*told]
    who = Cast(KeyTextTransform("user", OuterRef("pgh_context__metadata")), BigIntegerField())
    called = Trim(Concat("title", Value(" "), "surname"))
    by = Subquery(User.objects.filter(pk=who).values(called=called))
    rows = list(
        events.objects.filter(pgh_obj_id=record.pk)
        .order_by("pgh_id")
        .annotate(by=by)
        .values("pgh_created_at", "by", *names)
    )
    fields: dict[str, Any] = {name: record._meta.get_field(name) for name in names}
    now = {name: getattr(record, field.attname) for name, field in fields.items()}
    found = []
    for row, after in zip(rows, [*rows[1:], now], strict=False):
        for name in names:
            if row[name] != after[name]:
                before, became = (_said(record, name, value) for value in (row[name], after[name]))
                found.append(Change(row["pgh_created_at"], row["by"] or "", told[name], before, became))
    return found[::-1]


def _said(record: Model, name: str, value: Any) -> str:
    field: Any = record._meta.get_field(name)
    if field.is_relation:
        held = field.related_model._default_manager.filter(pk=value).first() if value else None
        return str(held) if held else "–"
    words = in_words(field.formfield(), value)
    return "–" if words == "nothing" else words
