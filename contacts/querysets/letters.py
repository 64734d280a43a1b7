"""Letters, their copies and e-mails, by who may see and send them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import ParentCarerLink, Student
from students.querysets import OfStudents, StudentQuerySet

if TYPE_CHECKING:
    from contacts.models import Letter, LetterBatch, LetterCopy, LetterRule, LetterTemplate, Message  # noqa: F401 named in quotes below

SENDING_AT_MOST = timedelta(minutes=10)


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    """Templates of letters."""

    def active(self) -> Self:
        """Return those that may be used."""
        return self.filter(is_active=True)


class LetterRuleQuerySet(models.QuerySet["LetterRule"]):
    """Rules of letters."""

    def active(self) -> Self:
        """Return those that may be used, each with its template."""
        return self.filter(is_on=True, template__is_active=True).select_related("template")


class LetterQuerySet(OfStudents["Letter"]):
    """Letters."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose contacts this person may see."""
        return self.with_right(user, Right.SEE_CONTACTS)

    def shown(self, on: date) -> Self:
        """Return them with all that a list says of each. on: the day whose tutor group is named."""
        from contacts.models import LetterCopy
        from students.models import Enrolment

        spells = Enrolment.objects.filter(student=OuterRef("student"), starts_on__lte=on).order_by("-starts_on")
        return (
            self.select_related("student", "batch__template", "batch__made_by", "withdrawn_by")
            .prefetch_related(Prefetch("copies", LetterCopy.objects.with_bar().select_related("message")))
            .annotate(tutor_group=models.Subquery(spells.values("tutor_group__name")[:1]))
        )


class LetterBatchQuerySet(models.QuerySet["LetterBatch"]):
    """Batches of letters."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those with a letter about a student whose letters this person sends."""
        students = Student.objects.with_right(user, Right.SEND_LETTERS)
        return self.filter(Q(made_by=user) | Exists(_letters_about(students)))


def _letters_about(students: StudentQuerySet) -> models.QuerySet[Letter]:
    from contacts.models import Letter

    return Letter.objects.filter(batch=OuterRef("pk"), student__in=students)


class LetterCopyQuerySet(models.QuerySet["LetterCopy"]):
    """Copies of letters."""

    def visible_to(self, user: User) -> Self:
        """Return the copies of letters about students whose contacts this person may see."""
        return self.filter(letter__student__in=Student.objects.with_right(user, Right.SEE_CONTACTS))

    def sendable_by(self, user: User) -> Self:
        """Return the copies of letters about students whose letters this person sends."""
        return self.filter(letter__student__in=Student.objects.with_right(user, Right.SEND_LETTERS))

    def not_gone(self) -> Self:
        """Return those neither printed nor taken by the mail server, of letters that stand."""
        return self.filter(sent_at=None, letter__withdrawn_at=None)

    def unsent(self) -> Self:
        """Return those of them that may still go: the person cares for the student, and no court order bars them."""
        return self.not_gone().filter(_may_be_written_to())

    def sent_or_may_go(self) -> Self:
        """Return those that left, and those whose person may still be written to about the student."""
        return self.filter(Q(sent_at__isnull=False) | _may_be_written_to())

    def with_bar(self) -> Self:
        """Add `is_barred`: whether a court order bars the person by now; None for one who is no carer any more."""
        return self.annotate(is_barred=Subquery(_links_of_copies().values("has_court_order")[:1]))


def _links_of_copies() -> models.QuerySet[ParentCarerLink]:
    return ParentCarerLink.objects.filter(student=OuterRef("letter__student"), parent_carer=OuterRef("parent_carer"))


def _may_be_written_to() -> Exists:
    return Exists(_links_of_copies().filter(has_court_order=False))


class MessageQuerySet(models.QuerySet["Message"]):
    """E-mails on their way."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose letters this person sends, one's own, and those of the person's enquiries.

        Who keeps the desk acts on what came back of an enquiry that is about nobody yet, whoever acknowledged it.
        """
        from contacts.models import Enquiry

        asked = Q(enquiry__in=Enquiry.objects.visible_to(user).values("pk"))
        desk = asked if user.may(Right.KEEP_ENQUIRIES) else Q(pk__in=[])
        sends = Q(student__in=Student.objects.with_right(user, Right.SEND_LETTERS))
        own = Q(made_by=user) & (Q(student=None) | Q(student__in=Student.objects.visible_to(user)))
        return self.filter(sends | own | desk)

    def due(self, now: datetime) -> Self:
        """Return those that wait for their next try."""
        return self.filter(state="queued").filter(Q(next_try_at=None) | Q(next_try_at__lte=now))

    def to_decide(self, now: datetime) -> Self:
        """Return those that a person decides about: failed, came back, or broke off while they were being sent."""
        return self.filter(Q(state__in=("failed", "bounced")) | Q(pk__in=self.broken_off(now).values("pk")))

    def broken_off(self, now: datetime) -> Self:
        """Return those of which nobody can know whether they left: being sent for longer than any sending takes."""
        return self.filter(state="sending", next_try_at__lt=now - SENDING_AT_MOST)
