"""Concerns for the DSL, and the incidents that are the DSL's alone, in words."""

from collections.abc import Iterable

from behaviour.models import DslConcern, Incident, IncidentType
from pastoral.core.models import User
from pastoral.core.rights import Right


def concerns_described(user: User, keys: frozenset[int]) -> dict[int, str]:
    """Return which concerns the keys in the access log stand for, and about whom: to a DSL alone, in one query."""
    concerns = DslConcern.objects.visible_to(user).filter(pk__in=keys).select_related("student")
    return {
        each.pk: f"Concern {each.receipt} about {each.student.sort_name if each.student else each.about}"
        for each in concerns
    }


def incidents_for_dsl(user: User, keys: Iterable[int]) -> frozenset[int]:
    """Return which of the incidents that the person reads are of a type that is the DSL's alone: in one query.

    To nobody but a DSL: the others read none, and for them nothing is asked.
    """
    if not user.may(Right.READ_DSL_CONCERNS):
        return frozenset()
    types = IncidentType.objects.filter(goes_to_dsl=True).values("name")
    return frozenset(Incident.objects.filter(pk__in=list(keys), type__in=types).values_list("pk", flat=True))


def incidents_described(user: User, keys: frozenset[int]) -> dict[int, str]:
    """Return the incidents that the keys in the access log stand for, with who is in them: to a DSL alone."""
    incidents = Incident.objects.visible_to(user).filter(pk__in=incidents_for_dsl(user, keys))
    return {
        each.pk: f"Incident {each.pk}, {each.type}: "
        + "; ".join(sorted(part.student.sort_name for part in each.involvements.all()))
        for each in incidents.prefetch_related("involvements__student")
    }
