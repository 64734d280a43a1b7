"""Contacts and what hangs on them, by who may see them.

Whoever sees a student sees that there was a contact; what was said is a right of its own: see `contacts.reading`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.expressions import RawSQL

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.models import ParentCarerLink, Student
from students.querysets import OfStudents, StudentQuerySet, in_force
from students.scopes import scope_of

if TYPE_CHECKING:
    from contacts.models import (  # noqa: F401 named in quotes below
        Agency,
        AgencyLink,
        CallClaim,
        CallEscalation,
        Contact,
        EarlyHelp,
        Enquiry,
        Information,
        Letter,
        LetterBatch,
        LetterCopy,
        LetterRule,
        LetterTemplate,
        Message,
        ReferenceRequest,
        Referral,
        Seen,
        Share,
        TargetStudent,
    )

M = TypeVar("M", bound=models.Model)
_DUE_BY = """
    SELECT CASE WHEN r.acknowledge = 'same_day' THEN %s
                ELSE (SELECT (max(d.day) + r.office_closes) AT TIME ZONE 'Europe/London'
                        FROM students_schoolday d WHERE d.day <= %s) END
      FROM contacts_contactrules r"""
SENDING_AT_MOST = timedelta(minutes=10)


class ContactQuerySet(OfStudents["Contact"]):
    """Contacts."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose contacts this person may see; those with agencies only to some."""
        seen = self.with_right(user, Right.SEE_CONTACTS)
        agencies = Student.objects.with_right(user, Right.SEE_AGENCIES)
        return seen.exclude(Q(party="agency") & ~Q(student__in=agencies))

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
        contacted after one of these, with the same agency, with somebody else.
        """
        ends = Q(party="carer", is_with_carer=True) | Q(party="agency", agency=OuterRef("agency")) | Q(party="other")
        return self.standing(
            student=OuterRef("student"), party=OuterRef("party"), occurred_at__gt=OuterRef("occurred_at")
        ).filter(ends)

    def to_retry(self) -> Self:
        """Return the attempts after which nobody has tried again, though it is to be done."""
        later = self.model._default_manager.get_queryset().later_than_this()  # type: ignore[attr-defined]
        return self.exclude(retry_at=None).filter(~Exists(later))


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


class EnquiryQuerySet(WithdrawableQuerySet["Enquiry"]):
    """Enquiries."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those about students of the person's desk.

        One about nobody on roll yet may name anybody: beside its own people, only who keeps the whole school's desk
        reads it.
        """
        own = Q(owner=user) | Q(taken_by=user)
        desk = Student.objects.with_right(user, Right.KEEP_ENQUIRIES)
        return self.filter(own | Q(student__in=desk) | self._unplaced(user))

    def unacknowledged(self) -> Self:
        """Return those of which nobody has told the sender anything yet."""
        return self.standing(acknowledged_at=None)

    def with_sender(self) -> Self:
        """Add `relationship` of the parent or carer to the student, and `is_barred`: a court order bars them from it.

        With whom the rest names: student, parent or carer, owner and who acknowledged it.
        """
        link = ParentCarerLink.objects.filter(student=OuterRef("student"), parent_carer=OuterRef("parent_carer"))
        return self.annotate(
            relationship=Subquery(link.values("relationship")[:1]), is_barred=Exists(link.filter(has_court_order=True))
        ).select_related("student", "parent_carer", "owner", "acknowledged_by", "taken_by", "closed_by")

    def owed_reply(self) -> Self:
        """Return those whose sender was told nothing yet, but for whom a court order bars from the student."""
        barred = ParentCarerLink.objects.filter(
            student=OuterRef("student"), parent_carer=OuterRef("parent_carer"), has_court_order=True
        )
        return self.unacknowledged().filter(~Exists(barred))

    def came_to_be_told_by(self, day: date, ends: datetime) -> Self:
        """Return those whose sender is told by the end of the day, as `AckClock.due_by` says; no query for the rule.

        ends: when the day ends.
        """
        return self.filter(received_at__lt=RawSQL(_DUE_BY, [ends, day], output_field=models.DateTimeField()))  # noqa: S611 no input

    def open(self) -> Self:
        """Return those that are not closed."""
        return self.standing(closed_at=None)

    def _unplaced(self, user: User) -> Q:
        is_whole = Right.KEEP_ENQUIRIES in scope_of(user).rights_over(None)
        return Q(student=None) if is_whole else Q(pk__in=[])


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


class SeenQuerySet(OfStudents["Seen"]):
    """Times when a student was seen."""

    def review_due(self, by: date) -> Self:
        """Return those whose review falls due by the day, and whom nobody has seen since it did."""
        after = self.model._default_manager.standing(
            student=OuterRef("student"), seen_at__date__gte=OuterRef("review_on"), seen_at__gt=OuterRef("seen_at")
        )
        return self.standing(review_on__lte=by).filter(~Exists(after))


class TargetStudentQuerySet(OfStudents["TargetStudent"]):
    """Students on target lists."""

    def running(self, on: date) -> Self:
        """Return those that run on the day."""
        return self.standing(starts_on__lte=on, ends_on__gte=on)


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
        """Return those about students whose letters this person sends, and one's own."""
        sends = Q(student__in=Student.objects.with_right(user, Right.SEND_LETTERS))
        own = Q(made_by=user) & (Q(student=None) | Q(student__in=Student.objects.visible_to(user)))
        return self.filter(sends | own)

    def due(self, now: datetime) -> Self:
        """Return those that wait for their next try."""
        return self.filter(state="queued").filter(Q(next_try_at=None) | Q(next_try_at__lte=now))

    def to_decide(self, now: datetime) -> Self:
        """Return those that a person decides about: failed, came back, or broke off while they were being sent."""
        return self.filter(Q(state__in=("failed", "bounced")) | Q(pk__in=self.broken_off(now).values("pk")))

    def broken_off(self, now: datetime) -> Self:
        """Return those of which nobody can know whether they left: being sent for longer than any sending takes."""
        return self.filter(state="sending", next_try_at__lt=now - SENDING_AT_MOST)
