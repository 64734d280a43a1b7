"""A plan as it stands, as one value: what a version freezes, and what its page shows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from django.db.models import QuerySet

from attendance.models import PlannedMark
from attendance.summaries.absences import span_words
from attendance.summaries.planned import week_words
from contacts.models import EarlyHelp
from interventions.figures.plan_content import Agreement, Hazard, PlanContent, Review, Strategy, Target, Todo
from interventions.models import (
    Action,
    Plan,
    PlanAgreement,
    PlanReview,
    PlanStrategy,
    PlanTarget,
    PlanVersion,
    TargetReview,
)
from interventions.models import Hazard as HazardRow
from pastoral.core.models import User
from pastoral.core.together import read_together
from students.models import Student


@dataclass(frozen=True)
class Parts:
    """The rows that a plan consists of, and its student. reviewed: how targets stood, by review; more: what else.

    actions: those that whoever reads the plan may read.
    """

    student: Any
    targets: list[PlanTarget]
    strategies: list[PlanStrategy]
    hazards: list[HazardRow]
    actions: list[Action]
    reviews: list[PlanReview]
    agreements: list[PlanAgreement]
    reviewed: Mapping[int, list[TargetReview]]
    more: list[list[Any]]

    @classmethod
    def load(cls, plan: Plan, on: date, *more: QuerySet[Any]) -> Self:
        """Read them in one query. more: lists to be read with them."""
        (student,), targets, strategies, hazards, actions, reviews, agreements, found, *others = read_together(
            Student.objects.with_tutor_group(on).filter(pk=plan.student_id),
            plan.targets.filter(is_retired=False),
            plan.strategies.filter(is_retired=False),
            plan.hazards.filter(is_retired=False),
            plan.actions.fit_for_versions().filter(withdrawn_at=None).select_related("owner"),
            plan.reviews.select_related("by"),
            plan.agreements.select_related("parent_carer", "staff"),
            TargetReview.objects.filter(review__plan=plan).select_related("target").order_by("pk"),
            *more,
        )
        reviewed: dict[int, list[TargetReview]] = defaultdict(list)
        for each in found:
            reviewed[each.review_id].append(each)
        return cls(student, targets, strategies, hazards, actions, reviews, agreements, reviewed, others)


def content_of(plan: Plan, on: date, parts: Parts | None = None) -> PlanContent:
    """Return everything that the plan says on the day; nothing that it is merely linked to.

    parts: its rows, where they were read already.
    """
    held = parts or Parts.load(plan, on)
    return PlanContent(
        kind=str(plan.kind),
        form=plan.kind.form,
        student=held.student.full_name,
        group=held.student.tutor_group or "",
        owner=plan.owner.formal_name,
        reason=plan.reason,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        timetable=timetable_words(plan.timetable),
        early_help=early_help_words(plan.early_help),
        strengths=plan.strengths,
        student_words=plan.student_words,
        family_words=plan.family_words,
        ended_on=plan.ended_on,
        outcome=plan.get_outcome_display() if plan.outcome else "",
        outcome_note=plan.outcome_note,
        targets=tuple(_target(each) for each in held.targets),
        strategies=tuple(_strategy(each) for each in held.strategies),
        hazards=tuple(_hazard(each) for each in held.hazards),
        todos=tuple(_todo(each) for each in held.actions),
        reviews=tuple(_review(each, held.reviewed[each.pk]) for each in held.reviews),
        agreements=tuple(agreement_said(each) for each in held.agreements),
    )


def version_content(version: PlanVersion) -> PlanContent:
    """Return what a version froze, but for actions that turned out to be for few since: no version tells those."""
    content = PlanContent.of(version.content)
    if not content.todos:
        return content
    told = Action.objects.filter(pk__in=[each.key for each in content.todos]).fit_for_versions()
    keys = set(told.values_list("pk", flat=True))
    return replace(content, todos=tuple(each for each in content.todos if each.key in keys))


def timetable_words(mark: PlannedMark | None) -> str:
    """Return the span and the sessions of a reduced timetable, never its code or why."""
    if mark is None:
        return ""
    year = f" {mark.ends_on:%Y}"
    review = f"; reviewed on {_day(mark.review_on)}" if mark.review_on else ""
    return f"Away {week_words(mark.sessions)}, {span_words(mark)}{year}{review}"


def early_help_words(held: EarlyHelp | None) -> str:
    """Return that there is early help and since when; what it says stays where it is."""
    return f"Early help since {_day(held.opened_on)}" if held else ""


def agreement_said(row: PlanAgreement) -> Agreement:
    """Return who agreed or would not, in words."""
    staff: User | None = row.staff
    who = staff.formal_name if staff else str(row.parent_carer or row.name or "The student")
    facts = (row.version, row.agreed_on, row.how, row.refused_on, row.refused_because)
    return Agreement(row.pk, who, row.party, *facts)


def _target(row: Any) -> Target:
    return Target(row.pk, row.words, row.measure, row.by_on)


def _strategy(row: Any) -> Strategy:
    return Strategy(row.pk, row.side, row.words, row.who)


def _hazard(row: HazardRow) -> Hazard:
    before, left = (row.likelihood, row.severity), (row.likelihood_left, row.severity_left)
    return Hazard(row.pk, row.words, row.to_whom, *before, row.controls, *left)


def _todo(row: Action) -> Todo:
    return Todo(row.pk, row.what, row.party_name or row.owner.formal_name, row.due_on)


def _review(row: PlanReview, reviewed: Iterable[TargetReview]) -> Review:
    progress = tuple(f"{each.target.words}: {each.get_progress_display().lower()}" for each in reviewed)
    decision = row.get_decision_display() if row.decision else ""
    return Review(row.pk, row.due_on, row.held_on, decision, row.present, progress)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
