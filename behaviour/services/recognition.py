"""Writes of recognition: achievements, good news told at home, campaigns and their rewards."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from behaviour.models import Achievement, Campaign, CampaignAward, GoodNews, ListedWord
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from pastoral.core.withdrawal import Withdrawable
from students.models import Student

CAMPAIGN = (
    "name",
    "about",
    "reward",
    "criteria",
    "first_day",
    "last_day",
    "year_group",
    "budget",
    "cost_each",
)


class BudgetSpent(Exception):
    """The campaign's money does not reach; the message is fit for the page."""


@transaction.atomic
def achievement_give(
    *,
    students: Sequence[Student],
    kind: ListedWord,
    points: int | None,
    activity: str,
    note: str,
    awarded_on: date,
    token: UUID,
    by: User,
    now: datetime,
) -> int:
    """Give each of the students the achievement and return how many got it; the same sending again gives nothing.

    points: None for what the type gives.
    """
    given = [
        Achievement(
            student=student,
            type=kind.name,
            points=kind.points if points is None else points,
            activity=activity,
            note=note,
            awarded_on=awarded_on,
            awarded_by=by.staff_code,
            token=token,
            logged_by=by,
            logged_at=now,
        )
        for student in students
    ]
    before = Achievement.objects.filter(token=token).count()
    Achievement.objects.bulk_create(given, ignore_conflicts=True)
    return Achievement.objects.filter(token=token).count() - before


@transaction.atomic
def withdrawn(*, record: Withdrawable, because: str, by: User, now: datetime) -> None:
    """Take a record of recognition out of every list and figure; it stays in the history. The first time stands."""
    held = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])


@transaction.atomic
def good_news_tell(*, students: Sequence[Student], told_on: date, how: str, note: str, by: User, now: datetime) -> int:
    """Note that these students' homes heard good news on the day, and return of how many it is new."""
    held = set(GoodNews.objects.standing(told_on=told_on, student__in=students).values_list("student", flat=True))
    fresh = [student for student in students if student.pk not in held]
    GoodNews.objects.bulk_create(
        (GoodNews(student=student, told_on=told_on, how=how, note=note, told_by=by, told_at=now) for student in fresh),
        ignore_conflicts=True,
    )
    return len(fresh)


@transaction.atomic
def campaign_begin(*, facts: Mapping[str, Any], token: UUID, by: User) -> Campaign:
    """Begin a campaign; the same sending again returns the one that it made. facts: those of CAMPAIGN."""
    Campaign(**facts, created_by=by, token=token).full_clean(validate_unique=False)
    campaign, _is_new = Campaign.objects.get_or_create(token=token, defaults={**facts, "created_by": by})
    return campaign


@transaction.atomic
def campaign_change(*, campaign: Campaign, seen: str, facts: Mapping[str, Any]) -> Campaign:
    """Change a campaign; what it said before stays in the history.

    seen: the `version_of` its CAMPAIGN facts as the page was made. Raises Overtaken.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    facts_set(held, seen, facts)
    held.full_clean()
    held.save(update_fields=list(facts))
    return held


@transaction.atomic
def campaign_award(*, campaign: Campaign, facts: Mapping[int, dict[str, Any]], by: User, now: datetime) -> int:
    """Give the reward to students, by key with what qualified each; return how many got it: once each.

    Raises BudgetSpent when the campaign's money does not reach for all of them.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    given = CampaignAward.objects.standing(campaign=held)
    has_it = set(given.values_list("student", flat=True))
    fresh = {key: why for key, why in facts.items() if key not in has_it}
    left = awards_left(held, len(has_it))
    if left is not None and len(fresh) > left:
        raise BudgetSpent(f"The budget reaches for {left} more, and {len(fresh)} are ticked. Tick fewer, or raise it.")
    CampaignAward.objects.bulk_create(
        CampaignAward(campaign=held, student_id=key, facts=why, awarded_by=by, awarded_at=now)
        for key, why in fresh.items()
    )
    return len(fresh)


def awards_left(campaign: Campaign, given: int) -> int | None:
    """Return how many more rewards the budget reaches for; None without a budget or a cost."""
    if campaign.budget is None or not campaign.cost_each:
        return None
    return max(0, int(campaign.budget // campaign.cost_each) - given)


def money_left(campaign: Campaign, given: int) -> Decimal | None:
    """Return what is left of the budget, in pounds; None without one."""
    return None if campaign.budget is None else campaign.budget - given * campaign.cost_each
