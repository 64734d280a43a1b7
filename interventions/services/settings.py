"""Writes to what the school sets: what it was stays in the history, and nothing in use is deleted."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model

from pastoral.core.versions import facts_set


class SettingFault(Exception):
    """The row cannot be so; the message is fit for the form."""


@transaction.atomic
def setting_save(*, row: Model, seen: str, facts: Mapping[str, Any]) -> None:
    """Add a row, or change one. seen: its `version_of` these facts as the person saw them, "" for a new one.

    Raises Overtaken, and SettingFault where another row has the name or the place.
    """
    held: Any = row
    if row.pk is None:
        for name, value in facts.items():
            setattr(held, name, value)
    else:
        held = type(row)._default_manager.select_for_update().get(pk=row.pk)
        facts_set(held, seen, facts)
    try:
        held.validate_unique()
        held.validate_constraints()
    except ValidationError as fault:
        raise SettingFault(" ".join(fault.messages)) from fault
    held.save()
