"""Priorities of year groups, by who may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.scopes import scope_of

if TYPE_CHECKING:
    from interventions.models import Meeting, Priority  # noqa: F401 named in quotes below

OF_A_TEAM = ("rag", "year_team", "other")  # the purposes of meetings of a team, not of one family, of a year

# The meetings before one in its series, nearest first. UNION, not UNION ALL: it ends whatever the rows say.
SERIES = """
    WITH RECURSIVE series (id) AS (
        SELECT follows_id FROM interventions_meeting WHERE id = %s
        UNION SELECT before.follows_id FROM interventions_meeting AS before JOIN series ON before.id = series.id
    )
    SELECT id FROM series WHERE id IS NOT NULL
"""


class PriorityQuerySet(models.QuerySet["Priority"]):
    """Priorities."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, those of meetings one called or was at, and those of years whose meetings one sees.

        What a restricted meeting set is for who reads restricted records of the year.
        """
        return self.filter(Q(owner=user) | _meeting_read(user))

    def read_by(self, user: User) -> Self:
        """Return those of meetings that one reads, as who was there or over the year: being given one is not enough."""
        return self.filter(_meeting_read(user))

    def standing(self) -> Self:
        """Return those of meetings that are not withdrawn."""
        return self.filter(meeting__withdrawn_at=None)

    def open(self) -> Self:
        """Return those that are neither done nor dropped."""
        return self.standing().filter(ended_on=None)

    def carried_to(self, meeting: Meeting) -> Self:
        """Return those that earlier meetings of the year's team set and that had not ended by its day.

        For a meeting about a family, or of no one year, those of the meetings that it follows alone: what was said of
        one family goes to no other's, and not to the team. What a restricted meeting set goes nowhere by itself. Closed
        minutes say no more than was known when they were closed.
        """
        before = self.standing().filter(meeting__is_restricted=False, meeting__held_on__lt=meeting.held_on)
        before = before.filter(Q(ended_on=None) | Q(ended_on__gte=meeting.held_on))
        if meeting.closed_at:
            before = before.filter(set_at__lte=meeting.closed_at)
        if meeting.year_group_id and meeting.purpose in OF_A_TEAM:
            return before.filter(meeting__year_group=meeting.year_group_id, meeting__purpose__in=OF_A_TEAM)
        return before.filter(meeting__in=RawSQL(SERIES, [meeting.pk]))  # noqa: S611 no words of a person are in it


def _meeting_read(user: User) -> Q:
    from interventions.models import MeetingPerson

    there = MeetingPerson.objects.filter(staff=user).exclude(came=False).order_by().values("meeting")
    reads = Q(meeting__is_restricted=False) | _of_years(user, Right.SEE_RESTRICTED)
    return Q(meeting__convener=user) | Q(meeting__in=there) | _of_years(user, Right.SEE_MEETINGS) & reads


def _of_years(user: User, right: Right) -> Q:
    years = scope_of(user).years_with(right)
    return Q(pk__isnull=False) if years is None else Q(meeting__year_group__in=years)  # an empty Q is lost beside "or"
