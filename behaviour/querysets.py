"""Incidents, achievements and inclusion stays, by who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from pastoral.core.models import User
from students.models import Student

if TYPE_CHECKING:
    from behaviour.models import Achievement, Incident, InclusionStay  # noqa: F401 named in quotes below


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Incidents."""

    def visible_to(self, user: User) -> Self:
        """Return incidents on students this user may see; empty, never an error, when none."""
        return self.filter(involvements__student__in=Student.objects.visible_to(user)).distinct()


class AchievementQuerySet(models.QuerySet["Achievement"]):
    """Achievements."""

    def visible_to(self, user: User) -> Self:
        """Return achievements of students this user may see."""
        return self.filter(student__in=Student.objects.visible_to(user))


class InclusionStayQuerySet(models.QuerySet["InclusionStay"]):
    """Stays in the inclusion and nurture rooms."""

    def visible_to(self, user: User) -> Self:
        """Return the stays of students this user may see."""
        return self.filter(student__in=Student.objects.visible_to(user))

    def open(self) -> Self:
        """Return the stays that have not ended."""
        return self.filter(left_at=None)
