"""Contacts, the entries shared with colleagues, and information received, by who may see them.

Whoever sees a student sees that there was a contact; what was said is a right of its own: see `contacts.reading`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.querysets import OfStudents

if TYPE_CHECKING:
    from contacts.models import Contact, Information, Share  # noqa: F401 named in quotes below

MINUTE = timedelta(minutes=1)


class ContactQuerySet(OfStudents["Contact"]):
    """Contacts."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose contacts this person may see.

        Those with agencies, and that one with home was about a referral or early help, only for some: beside them for
        whoever spoke, logged it or answers for it.
        """
        seen = self.with_right(user, Right.SEE_CONTACTS)
        agencies = Student.objects.with_right(user, Right.SEE_AGENCIES)
        own = Q(made_by=user) | Q(logged_by=user) | Q(owner=user)
        tells = Q(party="agency") | Q(purpose="referral") & ~own
        return seen.exclude(tells & ~Q(student__in=agencies))

    def reached(self) -> Self:
        """Return those that reached somebody."""
        return self.filter(result="reached")

    def with_carers(self) -> Self:
        """Return those with a parent or carer of the student whom no court order barred then."""
        return self.filter(is_with_carer=True)

    def promised(self) -> Self:
        """Return those whose next step is still to be done."""
        return self.filter(next_done_at=None).exclude(next_step="")

    def tried_between(self, first: datetime, last: datetime) -> Self:
        """Return the attempts from school of the span, both ends in, that reached nobody."""
        tried = self.standing(occurred_at__range=(first, last), direction="out")
        return tried.exclude(result__in=("reached", "sent"))

    def later_than_this(self) -> Self:
        """Return, for a query over contacts, those that came after each of them and end what it asked for.

        Any of them does, whatever it was for and however it went (product.md T13): with a parent or carer who may be
        contacted after one of these, with the same agency, with somebody else. Forms tell when to the minute only: of
        the same minute is later what was logged later.
        """
        ends = Q(party="carer", is_with_carer=True) | Q(party="agency", agency=OuterRef("agency")) | Q(party="other")
        is_later = Q(occurred_at__gte=OuterRef("occurred_at") + MINUTE) | Q(pk__gt=OuterRef("pk"))
        theirs = self.standing(student=OuterRef("student"), party=OuterRef("party"))
        return theirs.filter(is_later, ends, occurred_at__gt=OuterRef("occurred_at") - MINUTE)

    def to_retry(self) -> Self:
        """Return the attempts after which nobody has tried again, though it is to be done."""
        later = self.model._default_manager.get_queryset().later_than_this()  # type: ignore[attr-defined]
        return self.exclude(retry_at=None).filter(~Exists(later))


class InformationQuerySet(OfStudents["Information"]):
    """Information received."""

    def visible_to(self, user: User) -> Self:
        """Return those of students whose agencies this person may see, and what was shared with the person."""
        seen = Q(student__in=Student.objects.with_right(user, Right.SEE_AGENCIES))
        return self.filter(seen | Q(pk__in=self.model._default_manager.filter(shares__to=user).values("pk")))


class ShareQuerySet(models.QuerySet["Share"]):
    """Entries shown to colleagues."""

    def visible_to(self, user: User) -> Self:
        """Return those shared with the person, or by them."""
        return self.filter(Q(to=user) | Q(by=user))

    def unread(self) -> Self:
        """Return those that nobody has read."""
        return self.filter(read_at=None)
