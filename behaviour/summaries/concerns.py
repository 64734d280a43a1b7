"""Concerns for the DSL in words."""

from behaviour.models import DslConcern
from pastoral.core.models import User


def concerns_described(user: User, keys: frozenset[int]) -> dict[int, str]:
    """Return which concerns the keys in the access log stand for, and about whom: to a DSL alone, in one query."""
    concerns = DslConcern.objects.visible_to(user).filter(pk__in=keys).select_related("student")
    return {
        each.pk: f"Concern {each.receipt} about {each.student.sort_name if each.student else each.about}"
        for each in concerns
    }
