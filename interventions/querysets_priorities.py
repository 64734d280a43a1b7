"""Priorities of year groups, by who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.scopes import scope_of

if TYPE_CHECKING:
    from interventions.models import Meeting, Priority  # noqa: F401 named in quotes below

OF_A_TEAM = ("rag", "panel", "year_team", "other")  # the purposes of meetings at which a year's priorities go on


class PriorityQuerySet(models.QuerySet["Priority"]):
    """Priorities."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, those of meetings one called or was at, and those of years whose meetings one sees.

        What a restricted meeting set is for who reads restricted records of the year.
        """
        from interventions.models import MeetingPerson

        there = MeetingPerson.objects.filter(staff=user).exclude(came=False).order_by().values("meeting")
        mine = Q(owner=user) | Q(meeting__convener=user) | Q(meeting__in=there)
        sees = _of_years(user, Right.SEE_MEETINGS)
        reads = Q(meeting__is_restricted=False) | _of_years(user, Right.SEE_RESTRICTED)
        return self.filter(mine | sees & reads)

    def standing(self) -> Self:
        """Return those of meetings that are not withdrawn."""
        return self.filter(meeting__withdrawn_at=None)

    def open(self) -> Self:
        """Return those that are neither done nor dropped."""
        return self.standing().filter(ended_on=None)

    def carried_to(self, meeting: Meeting) -> Self:
        """Return those that earlier meetings of its year set and that had not ended by its day.

        For a meeting of no one year, those of earlier ones for the same. What a restricted meeting set goes nowhere by
        itself. Closed minutes say no more than was known when they were closed.
        """
        if meeting.purpose not in OF_A_TEAM:
            return self.none()
        before = self.standing().filter(meeting__is_restricted=False, meeting__held_on__lt=meeting.held_on)
        before = before.filter(Q(ended_on=None) | Q(ended_on__gte=meeting.held_on))
        if meeting.closed_at:
            before = before.filter(set_at__lte=meeting.closed_at)
        if meeting.year_group_id:
            return before.filter(meeting__year_group=meeting.year_group_id)
        return before.filter(meeting__year_group=None, meeting__purpose=meeting.purpose)


def _of_years(user: User, right: Right) -> Q:
    years = scope_of(user).years_with(right)
    return Q(pk__isnull=False) if years is None else Q(meeting__year_group__in=years)  # an empty Q is lost beside "or"
