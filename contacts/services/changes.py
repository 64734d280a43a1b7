"""Changing a record that stands."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model

from pastoral.core.versions import facts_set


@transaction.atomic
def record_change(*, record: Model, seen: str, facts: Mapping[str, Any]) -> None:
    """Set the facts, by the names of their columns; what stood there is in the history. Raises Overtaken.

    seen: the `version_of` these facts as the person saw them.
    """
    held = type(record)._default_manager.select_for_update().get(pk=record.pk)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))
