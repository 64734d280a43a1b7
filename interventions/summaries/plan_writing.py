"""A plan as a form takes it: its columns, its rows, and what tells one state of it from another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from attendance.models import PlannedMark
from contacts.models import EarlyHelp
from interventions.models import Hazard, Plan, PlanKind, PlanReview, PlanStrategy, PlanTarget
from pastoral.core.versions import version_of

FACTS = (
    "reason",
    "owner_id",
    "starts_on",
    "ends_on",
    "strengths",
    "student_words",
    "family_words",
    "timetable_id",
    "early_help_id",
    "is_restricted",
)
REVIEW = ("held_on", "by_id", "present", "notes", "student_words", "family_words", "decision")
TARGET = ("words", "measure", "by_on")
STRATEGY = ("side", "words", "who")
HAZARD = ("words", "to_whom", "likelihood", "severity", "controls", "likelihood_left", "severity_left")
ROWS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "targets": (PlanTarget, TARGET),
    "strategies": (PlanStrategy, STRATEGY),
    "hazards": (Hazard, HAZARD),
}


@dataclass(frozen=True)
class Line:
    """One row of a plan as it was sent. key: of the one that it changes; facts: none where it was emptied."""

    key: int | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class NewAction:
    """An action that the plan sets."""

    what: str
    owner_id: int
    due_on: date


@dataclass(frozen=True)
class Writing:
    """A plan as a form says it is. facts: its columns; lines: by the name of their relation."""

    facts: Mapping[str, Any]
    lines: Mapping[str, Sequence[Line]] = field(default_factory=dict)
    actions: Sequence[NewAction] = ()


def lines_of(plan: Plan) -> dict[str, list[tuple[int, dict[str, Any]]]]:
    """Return the plan's rows that stand, each with its key; in three queries."""
    return {
        name: [(row.pk, {each: getattr(row, each) for each in names}) for row in _standing(plan, name)]
        for name, (_model, names) in ROWS.items()
    }


def review_state_of(review: PlanReview) -> str:
    """Return what tells this state of a review, and of how its targets stood, from any other."""
    targets = review.targets.order_by("target").values_list("target", "progress", "note")
    return version_of(review, REVIEW, list(targets))


def state_of(plan: Plan) -> str:
    """Return what tells this state of what a form changes from any other."""
    return version_of(plan, FACTS, lines_of(plan))


def _standing(plan: Plan, name: str) -> Any:
    return getattr(plan, name).filter(is_retired=False)


def timetables_offered(student: int, on: date, keep: int | None) -> Any:
    """Return the part-time timetables of the student that are to come or in force. keep: one that is tied already."""
    marks = PlannedMark.objects.filter(student=student, kind=PlannedMark.Kind.PART_TIME).standing()
    return marks.filter(ends_on__gte=on) | PlannedMark.objects.filter(pk=keep or 0, student=student)


def early_help_offered(student: int, keep: int | None) -> Any:
    """Return the early help of the student that is running. keep: one that is tied already."""
    held = EarlyHelp.objects.filter(student=student)
    return EarlyHelp.objects.running().filter(student=student) | held.filter(pk=keep or 0)


def missing_of(plan: Plan, lines: Mapping[str, Sequence[tuple[int, Mapping[str, Any]]]]) -> list[str]:
    """Return what has to be there before the plan is begun: sentences that say what to do."""
    form = plan.kind.form
    targets = [facts for _key, facts in lines["targets"]]
    found = []
    if form == PlanKind.Form.RISK:
        if not lines["hazards"]:
            found.append("Write at least one hazard with its controls.")
    elif form != PlanKind.Form.TIMETABLE and not targets:
        found.append("Write at least one target; three to five are usual.")
    if any(not each["measure"] or not each["by_on"] for each in targets):
        found.append("Each target needs how one will know, and by when.")
    sides = {facts["side"] for _key, facts in lines["strategies"]}
    if form == PlanKind.Form.CONTRACT and not {"school", "family"} <= sides:
        found.append("A contract says what the school undertakes and what the family undertakes.")
    if form == PlanKind.Form.TIMETABLE and plan.timetable_id is None:
        found.append("Tie it to the part-time timetable that carries it.")
    if form == PlanKind.Form.EARLY_HELP and plan.early_help_id is None:
        found.append("Tie it to the early help that it belongs to.")
    return found
