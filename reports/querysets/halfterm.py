"""Half-termly reports and briefings, by whose year they are about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.models import StaffAssignment
from students.scopes import scope_of

if TYPE_CHECKING:
    from reports.models import Briefing, HalfTermReport  # noqa: F401 named in quotes below


class HalfTermReportQuerySet(WithdrawableQuerySet["HalfTermReport"]):
    """Versions of half-termly reports."""

    def visible_to(self, user: User) -> Self:
        """Return those of the years over which the person may read reports, and the school's for its whole.

        A draft is its year team's: who only reads, reads what was released, and SLT does so too.
        """
        return self.filter(of_own(user, Right.MAKE_REPORTS) | of_years(user, Right.SEE_REPORTS) & Q(status="released"))

    def own_of(self, user: User, right: Right) -> Self:
        """Return those that are the person's to write, or to sign, by the right."""
        return self.filter(of_own(user, right))

    def newest(self) -> Self:
        """Return the last standing version of each report."""
        return self.standing().filter(Q(corrected_by=None) | Q(corrected_by__withdrawn_at__isnull=False))


class BriefingQuerySet(models.QuerySet["Briefing"]):
    """Briefings to line managers."""

    def visible_to(self, user: User) -> Self:
        """Return those the person sent or was sent."""
        return self.filter(Q(sent_by=user) | Q(sent_to=user))


def of_own(user: User, right: Right) -> Q:
    """Return the condition that a report is the person's to write, or to sign.

    Whoever holds the right over the whole school has the school's, and those of years that nobody leads today.
    """
    scope = scope_of(user)
    if scope.years_with(right) is not None:
        return of_years(user, right)
    return Q(year_group=None) | Q(year_group__in=scope.years) | ~Q(year_group__in=years_led(scope.on))


def years_led(on: date) -> models.QuerySet[StaffAssignment, int | None]:
    """Return the keys of the years that have a Head of Year on the day."""
    led = StaffAssignment.objects.in_force(on).filter(role=Role.HEAD_OF_YEAR, user__is_active=True)
    return led.exclude(year_group=None).order_by().values_list("year_group", flat=True)


def of_years(user: User, right: Right) -> Q:
    """Return the condition that a report is about years over which the person holds the right.

    Never an empty Q for the whole school: joined by "or", an empty one leaves the other side's condition standing.
    """
    years = scope_of(user).years_with(right)
    return Q(pk__isnull=False) if years is None else Q(year_group__in=years)
