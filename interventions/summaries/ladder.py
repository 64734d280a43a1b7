"""The attendance ladder as the school set it, with how many cases stand where, and who changed what."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from contacts.summaries.history import history_of, kind_of
from interventions.models import Action, Barrier, CaseStage, PACase, StageStep
from pastoral.core.changes import Change

STAGE_TOLD = {
    "order": "place",
    "code": "short name",
    "name": "name",
    "trigger": "when a student comes here",
    "who": "whose it is",
    "review_weeks": "school weeks",
    "is_legal": "evidence is asked for",
    "is_active": "in use",
}
STEP_TOLD = {"order": "place", "kind": "kind", "what": "step", "within_days": "school days", "is_active": "in use"}
BARRIER_TOLD = {"name": "name", "is_active": "in use"}


@dataclass(frozen=True)
class StageRow:
    """One stage. open: how many open cases stand at it."""

    stage: CaseStage
    steps: tuple[StageStep, ...]
    open: int


def ladder_rows() -> list[StageRow]:
    """Return every stage in order, those out of use too, in two queries."""
    open_ones = Count("cases", filter=Q(cases__closed_on=None, cases__withdrawn_at=None))
    stages: Any = CaseStage.objects.annotate(open=open_ones).prefetch_related("steps").order_by("order")
    return [StageRow(stage, tuple(stage.steps.all()), stage.open) for stage in stages]


def stages_in_use() -> QuerySet[CaseStage]:
    """Return the stages that a case may come to, in order."""
    return CaseStage.objects.filter(is_active=True)


def open_steps(case: PACase) -> list[Action]:
    """Return the steps of its stages that a case has still to do."""
    return list(Action.objects.open().filter(case=case, step__isnull=False))


def barriers_to_add(case: PACase) -> QuerySet[Barrier]:
    """Return the barriers in use that do not stand in the case's way yet."""
    standing = case.found.filter(eased_on=None).values("barrier")
    return Barrier.objects.filter(is_active=True).exclude(pk__in=standing)


def barriers_held() -> Any:
    """Return every barrier with how many open cases have it."""
    open_ones = Q(found__case__closed_on=None, found__case__withdrawn_at=None, found__eased_on=None)
    return Barrier.objects.annotate(open=Count("found", filter=open_ones)).order_by("name")


def stage_changes(stage: CaseStage) -> tuple[Change, ...]:
    """Return who changed the stage and its steps, and what they said before."""
    kinds = (
        kind_of(CaseStage, STAGE_TOLD),
        kind_of(StageStep, STEP_TOLD, of="stage_id", about=lambda row: f"Step “{row['what']}”"),
    )
    return history_of(kinds, stage.pk, [stage, *stage.steps.all()])


def barrier_changes(barrier: Barrier) -> tuple[Change, ...]:
    """Return who changed the barrier."""
    return history_of((kind_of(Barrier, BARRIER_TOLD),), barrier.pk, [barrier])
