"""Writes to the kinds of plan that the school keeps."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from interventions.models import Plan, PlanKind
from pastoral.core.versions import facts_set


class KindFault(Exception):
    """A kind cannot be so; the message is fit for the form."""


@transaction.atomic
def plan_kind_add(*, facts: Mapping[str, Any]) -> PlanKind:
    """Add a kind, last in the order. Raises KindFault where there is one of that name."""
    _name_free(facts["name"], 0)
    last = PlanKind.objects.aggregate(last=Max("order"))["last"] or 0
    return PlanKind.objects.create(order=last + 1, **facts)


@transaction.atomic
def plan_kind_change(*, kind: PlanKind, seen: str, facts: Mapping[str, Any]) -> None:
    """Change a kind, or offer it no longer; plans that there are keep theirs. Raises Overtaken and KindFault."""
    _name_free(facts["name"], kind.pk)
    held = PlanKind.objects.select_for_update().get(pk=kind.pk)
    if facts["form"] != held.form and Plan.objects.filter(kind=held).exists():
        raise KindFault("There are plans of this kind: what it holds stays. Add another kind for something else.")
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))


def _name_free(name: str, key: int) -> None:
    if PlanKind.objects.filter(name__iexact=name).exclude(pk=key).exists():
        raise KindFault("There is a kind of that name already.")
