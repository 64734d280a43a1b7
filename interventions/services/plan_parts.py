"""Writes to what hangs on a plan: who agreed or would not, reviews, and with whom it is shared."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from contacts.services.referrals import NotTheirs, may_consent
from interventions.models import Plan, PlanAgreement, PlanReview, PlanShare, TargetReview
from interventions.summaries.plan_writing import review_state_of
from pastoral.core.models import User
from pastoral.core.versions import Overtaken, facts_set

_STAMP = re.compile(r"\n\n\d\d/\d\d \d\d:\d\d: ")  # before each answer but the first

__all__ = [
    "NotTheirs",
    "agreement_change",
    "agreement_note",
    "plan_share",
    "review_hold",
    "review_set",
    "share_end",
    "share_open",
    "share_reply",
]


@transaction.atomic
def agreement_note(*, plan: Plan, facts: Mapping[str, Any]) -> PlanAgreement:
    """Note who agreed or would not, of which version; the same noted twice is one.

    Raises NotTheirs of somebody who is no carer of the student, or whom a court order bars.
    """
    may_consent(plan.student_id, facts.get("parent_carer_id"))
    made, _is_new = PlanAgreement.objects.get_or_create(plan=plan, **facts)
    return made


@transaction.atomic
def agreement_change(*, agreement: PlanAgreement, seen: str, facts: Mapping[str, Any]) -> None:
    """Put right who agreed or would not; what it said stays in the history. Raises Overtaken and NotTheirs."""
    if facts.get("parent_carer_id") != agreement.parent_carer_id:
        may_consent(agreement.plan.student_id, facts.get("parent_carer_id"))
    held = PlanAgreement.objects.select_for_update().get(pk=agreement.pk)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))


def review_set(*, plan: Plan, due_on: date) -> None:
    """Set a day on which it is looked at; one that is set already stays."""
    PlanReview.objects.get_or_create(plan=plan, due_on=due_on)


@transaction.atomic
def review_hold(
    *,
    review: PlanReview,
    seen: str,
    facts: Mapping[str, Any],
    progress: Mapping[int, tuple[str, str]],
    next_on: date | None,
) -> None:
    """Write what a review came to. progress: how near, with a note, by the target's key.

    seen: the `review_state_of` what the person saw. Raises Overtaken.
    """
    held = PlanReview.objects.select_for_update().get(pk=review.pk)
    before = review_state_of(held)
    for name, value in facts.items():
        setattr(held, name, value)
    held.save(update_fields=list(facts))
    for target, (near, note) in progress.items():
        said = {"progress": near, "note": note}
        if near:
            TargetReview.objects.update_or_create(review=held, target_id=target, defaults=said)
        else:
            TargetReview.objects.filter(review=held, target_id=target).delete()
    if before not in (seen, review_state_of(held)):
        raise Overtaken
    if next_on:
        review_set(plan=held.plan, due_on=next_on)


@transaction.atomic
def plan_share(*, plan: Plan, to: Sequence[User], asks: str, due_on: date | None, by: User, now: datetime) -> int:
    """Show the plan to colleagues, with or without something asked of them, and return for how many that is new.

    Whoever has it keeps their receipt and their answers; a new question, or an old one for a new day, is asked of them
    afresh. To whom it was closed, it opens again. The same sent twice is one.
    """
    held = {share.to_id: share for share in PlanShare.objects.select_for_update().filter(plan=plan)}
    new = 0
    for user in to:
        share = held.get(user.pk)
        if share is None:
            PlanShare.objects.create(plan=plan, to=user, by=by, at=now, asks=asks, due_on=due_on)
            new += 1
            continue
        is_asked = bool(asks) and (asks, due_on) != (share.asks, share.due_on)
        if is_asked or share.ended_at is not None:
            share.ended_at, share.by, share.at = None, by, now
            if is_asked:
                _ask(share, asks, due_on)
            share.save()
            new += 1
    return new


def _ask(share: PlanShare, asks: str, due_on: date | None) -> None:
    """Ask something else; what was asked before stands with its answer, or as not answered."""
    if share.asks:
        before = f"(asked: {share.asks})" if share.replied_at else f"(not answered: {share.asks})"
        share.reply = f"{share.reply}\n{before}".strip()
    share.asks, share.due_on, share.replied_at = asks, due_on, None


def share_open(*, share: PlanShare, now: datetime) -> None:
    """Note when a colleague first opened the plan."""
    if share.opened_at is None:
        PlanShare.objects.filter(pk=share.pk, opened_at=None).update(opened_at=now)
        share.opened_at = now


@transaction.atomic
def share_reply(*, share: PlanShare, words: str, now: datetime) -> None:
    """Answer; what was answered before stays above it. The same words sent twice are one answer."""
    held = PlanShare.objects.select_for_update().get(pk=share.pk)
    if held.replied_at and _STAMP.split(held.reply)[-1] == words:
        return
    stamped = f"{timezone.localtime(now):%d/%m %H:%M}: {words}"
    held.reply = f"{held.reply}\n\n{stamped}" if held.reply else words
    held.replied_at = now
    held.opened_at = held.opened_at or now
    held.save(update_fields=["reply", "replied_at", "opened_at"])


@transaction.atomic
def share_end(*, share: PlanShare, now: datetime) -> None:
    """Close the plan to a colleague again; the receipt and the answer stay. The first time stands."""
    held = PlanShare.objects.select_for_update().get(pk=share.pk)
    if held.ended_at is None:
        held.ended_at = now
        held.save(update_fields=["ended_at"])
