"""The kinds of plan as the settings show them."""

from typing import Any

from django.db.models import Count, Q

from contacts.summaries.history import history_of, kind_of
from interventions.models import PlanKind
from pastoral.core.changes import Change

HISTORY = (
    kind_of(
        PlanKind,
        {
            "name": "Name",
            "also": "Also called",
            "form": "What it holds",
            "weeks": "Weeks",
            "review_weeks": "Weeks between reviews",
            "is_evidence": "Counts as a case's support plan",
            "is_active": "Offered",
        },
    ),
)


def kinds_counted() -> Any:
    """Return the kinds in their order, each with how many plans run."""
    running = Q(plans__ended_on=None, plans__withdrawn_at=None) & ~Q(plans__begun_on=None)
    return PlanKind.objects.annotate(running=Count("plans", filter=running)).order_by("order")


def kind_held(pk: int) -> PlanKind | None:
    """Return one kind."""
    return PlanKind.objects.filter(pk=pk).first()


def kind_changes(kind: PlanKind) -> tuple[Change, ...]:
    """Return what it said before, and who changed it."""
    return history_of(HISTORY, kind.pk, [kind])
