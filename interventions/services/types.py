"""Writes to the kinds of intervention that the school offers."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from interventions.models import Barrier, InterventionType
from pastoral.core.versions import Overtaken, facts_set, version_of

FACTS = ("name", "aim", "about", "sessions", "minutes", "weeks", "grace_days", "is_active")


def type_version(kind: InterventionType) -> str:
    """Return what tells this state of a kind, its barriers included, from any other."""
    return version_of(kind, FACTS, sorted(kind.barriers.values_list("pk", flat=True)))


@transaction.atomic
def type_add(*, facts: Mapping[str, Any], barriers: Collection[Barrier]) -> InterventionType:
    """Offer a new kind."""
    kind = InterventionType.objects.create(**facts)
    kind.barriers.set(barriers)
    return kind


@transaction.atomic
def type_change(*, kind: InterventionType, seen: str, facts: Mapping[str, Any], barriers: Collection[Barrier]) -> None:
    """Change a kind; interventions that run keep what they were begun with. Raises Overtaken: see `versions`."""
    held = InterventionType.objects.select_for_update().get(pk=kind.pk)
    if type_version(held) != seen:
        raise Overtaken
    facts_set(held, version_of(held, facts), facts)
    held.save(update_fields=list(facts))
    held.barriers.set(barriers)
