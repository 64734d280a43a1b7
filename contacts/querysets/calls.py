"""First-day calls: who is calling, and which steps were taken."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student

if TYPE_CHECKING:
    from contacts.models import CallClaim, CallEscalation  # noqa: F401 named in quotes below


class CallClaimQuerySet(models.QuerySet["CallClaim"]):
    """Who is calling about whom."""

    def fresh(self, since: datetime) -> Self:
        """Return those made since the moment; older ones may be taken over."""
        return self.filter(at__gte=since)


class CallEscalationQuerySet(models.QuerySet["CallEscalation"]):
    """Steps taken for absences that stayed unexplained."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose first calls this person makes."""
        return self.filter(student__in=Student.objects.with_right(user, Right.MAKE_FIRST_CALLS))
