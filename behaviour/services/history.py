"""Rows that somebody added to a record that stood: the database's own history tells only of changes and deletions."""

from typing import Any

from django.apps import apps
from django.db.models import Func, Model, UUIDField


def added(row: Model) -> None:
    """Note in the row's history that it was added, by whoever is behind this piece of work."""
    event = apps.get_model("behaviour", f"{type(row).__name__}Event")
    held: dict[str, Any] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    context = Func(function="_pgh_attach_context", output_field=UUIDField())
    event._default_manager.create(**held, pgh_obj_id=row.pk, pgh_label="add", pgh_context_id=context)
