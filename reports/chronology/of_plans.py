"""Plans: begun, each later version, who agreed or would not, each review, the end; and screens of needs."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from interventions.models import NeedsScreen, Plan, PlanAgreement, PlanReview, PlanShare, PlanVersion
from interventions.reading import may_read
from interventions.summaries.plan_content import agreement_said
from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment, paragraphs


def _lists(ask: Ask) -> Sequence[Any]:
    shared = PlanShare.objects.open_to(ask.user).filter(plan=OuterRef("pk"))
    plans = Plan.objects.visible_to(ask.user).standing(student=ask.student).exclude(begun_on=None)
    of_these = {"plan__in": plans.values("pk")}
    versions = PlanVersion.objects.filter(ask.moments("at"), number__gt=1, **of_these).defer("content")
    agreements = PlanAgreement.objects.filter(ask.days("agreed_on", "refused_on"), **of_these)
    return [
        plans.select_related("kind", "owner", "ended_by").annotate(is_shared=Exists(shared)),
        versions.select_related("by").order_by("at", "pk"),
        PlanReview.objects.filter(ask.days("held_on"), **of_these).select_related("by"),
        agreements.select_related("parent_carer", "staff"),
    ]


class _Told:
    """How each plan is told to this reader."""

    def __init__(self, ask: Ask, plans: Sequence[Any]) -> None:
        self.ask, self.by_key = ask, {plan.pk: plan for plan in plans}

    def of(self, key: int, title: str, words: str) -> dict[str, Any]:
        """Return title, words and link of a part of a plan; of a restricted one no more than that there is one."""
        plan, ask = self.by_key[key], self.ask
        own = [plan.owner_id, ask.user.pk if plan.is_shared else None]
        reads = may_read(ask.user, is_restricted=plan.is_restricted, own=own, rights=ask.rights)
        return {
            "kind": Kind.PLAN,
            "title": ask.called(f"{plan.kind}{title}", "plan", is_restricted=plan.is_restricted, reads=reads),
            "url": ask.link(Right.SEE_PLANS, "interventions:plan_detail", key),
            **ask.said(words, is_restricted=plan.is_restricted, reads=reads),
        }


def _entries(
    ask: Ask,
    plans: Sequence[Any],
    versions: Sequence[PlanVersion],
    reviews: Sequence[PlanReview],
    agreements: Sequence[PlanAgreement],
) -> Iterator[Entry]:
    told = _Told(ask, plans)
    for plan in plans:
        key, who = f"plan:{plan.pk}", plan.owner.formal_name
        yield Entry(key, plan.begun_on, who=who, **told.of(plan.pk, " begun", plan.reason))
        if plan.ended_on:
            ends = told.of(plan.pk, f" ended: {plan.get_outcome_display().lower()}", plan.outcome_note)
            yield Entry(f"{key}:end", plan.ended_on, who=plan.ended_by.formal_name, **ends)
    for version in versions:
        part = told.of(version.plan_id, f", version {version.number}", version.because)
        yield Entry(f"version:{version.pk}", who=version.by.formal_name, **moment(version.at), **part)
    for review in reviews:
        if review.held_on:
            part = told.of(review.plan_id, f" reviewed: {review.get_decision_display().lower()}", _reviewed(review))
            who = review.by.formal_name if review.by else ""
            yield Entry(f"plan_review:{review.pk}", review.held_on, who=who, **part)
    for row in agreements:
        yield _agreement(told, row)


def _reviewed(review: PlanReview) -> str:
    return paragraphs(
        f"There: {review.present}" if review.present else "",
        review.notes,
        f"The student says: {review.student_words}" if review.student_words else "",
        f"The family says: {review.family_words}" if review.family_words else "",
    )


def _agreement(told: _Told, row: PlanAgreement) -> Entry:
    whom = agreement_said(row).who
    if row.agreed_on:
        part, on = told.of(row.plan_id, f": agreed by {whom}", row.how), row.agreed_on
    else:
        part = told.of(row.plan_id, f": not agreed by {whom}", row.refused_because)
        on = row.refused_on or told.by_key[row.plan_id].begun_on
    return Entry(f"agreement:{row.pk}", on, **part)


def _screens(ask: Ask) -> Sequence[Any]:
    held = NeedsScreen.objects.visible_to(ask.user).standing(student=ask.student)
    return [held.filter(ask.days("screened_on")).select_related("by")]


def _of_screens(ask: Ask, screens: Sequence[NeedsScreen]) -> Iterator[Entry]:
    for each in screens:
        reads = may_read(ask.user, is_restricted=each.is_restricted, own=[each.by_id], rights=ask.rights)
        yield Entry(
            f"screen:{each.pk}",
            each.screened_on,
            Kind.PLAN,
            "Needs screened",
            who=each.by.formal_name,
            url=ask.link(Right.SEE_PLANS, "interventions:screen_detail", each.pk) if reads else "",
            logged_at=logged(each.screened_on, each.at),
            **ask.said(each.summary, is_restricted=each.is_restricted, reads=reads),
        )


_PLANS = frozenset({Right.SEE_PLANS})
SOURCES = (
    Source(frozenset({Kind.PLAN}), _lists, _entries, _PLANS),
    Source(frozenset({Kind.PLAN}), _screens, _of_screens, _PLANS),
)
