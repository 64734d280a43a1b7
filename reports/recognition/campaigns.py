"""Campaigns as their pages show them."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Count, Q, QuerySet

from behaviour.models import Campaign, CampaignAward
from behaviour.querysets import CampaignQuerySet
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from reports.recognition.qualifying import Budget, Found, Qualifier, criteria_in_words, facts_in_words
from students.models import Student, YearGroup
from students.scopes import Scope, scope_of

GIVEN = Count("awards", filter=Q(awards__withdrawn_at=None))


@dataclass(frozen=True)
class CampaignRow:
    """One campaign of the list."""

    campaign: Campaign
    rule: str
    budget: Budget
    state: str


def campaigns_listed(campaigns: CampaignQuerySet, today: date) -> list[CampaignRow]:
    """Return the campaigns that stand, running ones first, in one query."""
    rows = [_row(each, today) for each in campaigns.standing().annotate(given=GIVEN).select_related("year_group")]
    order = {"runs": 0, "to come": 1, "over": 2}
    return sorted(rows, key=lambda row: (order[row.state], -row.campaign.last_day.toordinal()))


def _row(campaign: Campaign, today: date) -> CampaignRow:
    state = "to come" if today < campaign.first_day else "over" if today > campaign.last_day else "runs"
    budget = Budget.of(campaign, getattr(campaign, "given", 0))
    return CampaignRow(campaign, ", ".join(criteria_in_words(campaign)), budget, state)


def awards_kept(user: User, campaign: Campaign) -> WithdrawableQuerySet[CampaignAward]:
    """Return the rewards of the campaign, of students for whom the person keeps campaigns; also those taken back."""
    students = Student.objects.with_right(user, Right.KEEP_CAMPAIGNS)
    return CampaignAward.objects.filter(campaign=campaign, student__in=students)


def awards_of(user: User, campaign: Campaign) -> QuerySet[CampaignAward]:
    """Return those of them that stand."""
    return awards_kept(user, campaign).standing()


def reach_of(user: User) -> Scope:
    """Return where the person keeps campaigns: another role may let them see more, and sets none."""
    return scope_of(user).with_right(Right.KEEP_CAMPAIGNS)


def years_for(user: User) -> QuerySet[YearGroup]:
    """Return the years for which the person may set a campaign."""
    scope = reach_of(user)
    return YearGroup.objects.all() if scope.is_whole_school else YearGroup.objects.filter(pk__in=scope.years)


@dataclass(frozen=True)
class Given:
    """One reward that was given, with what qualified its student then."""

    award: CampaignAward
    name: str
    tutor_group: str
    facts: str


@dataclass(frozen=True)
class CampaignPage:
    """A campaign with whom its rule finds. waiting: who qualifies and has not got the reward."""

    rule: list[str]
    found: Found
    waiting: tuple[Qualifier, ...]
    given: tuple[Given, ...]
    budget: Budget

    @property
    def reaches_all(self) -> bool:
        """Test for rewards enough for everybody who waits; where not, a person chooses who gets one."""
        return self.budget.awards is None or self.budget.awards >= len(self.waiting)

    @classmethod
    def load(cls, user: User, campaign: Campaign, today: date) -> Self:
        """Find the qualifiers, and read what was given."""
        found = Found.load(user, campaign, today)
        held = list(awards_of(user, campaign).select_related("awarded_by", "student").order_by("-awarded_at", "pk"))
        has_it = {award.student_id for award in held}
        given = [
            Given(
                award,
                award.student.sort_name,
                found.groups.get(award.student_id, ""),
                facts_in_words(award.facts),
            )
            for award in held
        ]
        number = getattr(campaign, "given", len(held))
        return cls(
            rule=criteria_in_words(campaign),
            found=found,
            waiting=tuple(each for each in found.qualifiers if each.person.student_id not in has_it),
            given=tuple(given),
            budget=Budget.of(campaign, number),
        )
