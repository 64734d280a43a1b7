"""Writes to what a family wants."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.models import FamilyWish
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import ParentCarer

WISHES = ("channel", "language", "needs_interpreter", "best_time")


@transaction.atomic
def wish_set(*, person: ParentCarer, facts: Mapping[str, Any], version: str, by: User, now: datetime) -> None:
    """Note how somebody wants to be contacted; what they wanted before is in the history. Raises Overtaken."""
    FamilyWish.objects.get_or_create(parent_carer=person, defaults={"said_by": by, "said_at": now})
    wish = FamilyWish.objects.select_for_update().get(parent_carer=person)
    facts_set(wish, version, facts)
    wish.said_by, wish.said_at = by, now
    wish.save()
