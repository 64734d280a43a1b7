"""What agencies do for students, by who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.querysets import OfStudents, in_force

if TYPE_CHECKING:
    from contacts.models import Agency, AgencyLink, EarlyHelp, ReferenceRequest, Referral  # noqa: F401 named in quotes below

M = TypeVar("M", bound=models.Model)


class AgencyQuerySet(models.QuerySet["Agency"]):
    """The directory."""

    def active(self) -> Self:
        """Return those that the school still works with."""
        return self.filter(is_active=True)


class OfAgencies(OfStudents[M]):
    """Records of what agencies do for a student."""

    def visible_to(self, user: User) -> Self:
        """Return those of students whose agencies this person may see."""
        return self.with_right(user, Right.SEE_AGENCIES)


class AgencyLinkQuerySet(OfAgencies["AgencyLink"]):
    """Agencies in students' lives."""

    def in_force(self, on: date) -> Self:
        """Return those that stand on the day."""
        return self.standing().filter(in_force(on))


class ReferralQuerySet(OfAgencies["Referral"]):
    """Referrals to agencies."""


class EarlyHelpQuerySet(OfAgencies["EarlyHelp"]):
    """Early help."""

    def running(self) -> Self:
        """Return those that were begun and are not closed."""
        return self.standing(closed_on=None, declined_because="")


class ReferenceRequestQuerySet(OfStudents["ReferenceRequest"]):
    """Requests for references."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those of students over whom one signs references; restricted ones to these alone.

        Others also to whoever keeps what agencies do for the student.
        """
        signs = Q(student__in=Student.objects.with_right(user, Right.SIGN_REFERENCES))
        keeps = Q(is_restricted=False, student__in=Student.objects.with_right(user, Right.KEEP_AGENCIES))
        return self.filter(Q(owner=user) | signs | keeps)
