"""What people make of what the marks show: proposals decided, truancy followed up, penalty notices considered."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.models.settings import ProposalRule
from attendance.querysets import (
    NoticeDecisionQuerySet,
    PenaltyNoticeQuerySet,
    ProposalQuerySet,
    TruancyFollowUpQuerySet,
)
from students.models import ParentCarer, Student
from students.strands import Strand


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Proposal(models.Model):
    """A step that a rule proposes for a student; a person accepts or dismisses it, with a reason.

    key: what makes it the same proposal when the rule runs again, such as a week's Monday or a mark's session.
    facts: the figures it rests on, frozen; keys and dates, never names. strand, person: the rule's when it proposed;
    who holds the role for the student is looked up when it is read, so that a step follows whoever takes over.
    """

    class Status(models.TextChoices):
        """What became of it; lapsed: no longer true before anybody decided."""

        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        DISMISSED = "dismissed", "Dismissed"
        LAPSED = "lapsed", "Lapsed"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="proposals")
    rule = models.SlugField(max_length=30)
    key = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    proposes = models.CharField(max_length=120)
    strand = models.CharField(max_length=10, choices=Strand, default=Strand.ATTENDANCE, db_default=Strand.ATTENDANCE)
    person = models.CharField(
        max_length=20,
        choices=ProposalRule.Person,
        default=ProposalRule.Person.HEAD_OF_YEAR,
        db_default=ProposalRule.Person.HEAD_OF_YEAR,
    )
    proposed_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("-proposed_on", "student", "rule")
        constraints = (
            models.UniqueConstraint(fields=["student", "rule", "key"], name="proposal_once"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "lapsed"])
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="proposal_decided_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["status", "rule"], name="proposal_status"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.rule} {self.key}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class TruancyFollowUp(models.Model):
    """What somebody did about one lesson that a student present in school was missing from."""

    class Outcome(models.TextChoices):
        """How it ended; "" while somebody is looking."""

        FOUND = "found", "Found in school and taken to the lesson"
        WITH_ADULT = "with_adult", "Was with an adult"
        OFF_SITE = "off_site", "Had left the site"
        TRUANTED = "truanted", "Stayed away from the lesson"
        REGISTER_WRONG = "register_wrong", "The lesson register was wrong"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="truancy_follow_ups")
    date = models.DateField()
    period = models.CharField(max_length=5)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=15, choices=Outcome, blank=True)
    note = models.TextField(blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = TruancyFollowUpQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "period", "student")
        constraints = (
            models.UniqueConstraint(fields=["student", "date", "period"], name="truancy_follow_up_once"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="truancy_follow_up_ended",
            ),
        )
        indexes = (models.Index(fields=["date"], name="truancy_follow_up_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.date} {self.period}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PenaltyNotice(models.Model):
    """One penalty notice to one parent for one child, issued by the local authority.

    Two count towards the limit in three years from the date of issue of the first; withdrawn ones do not.
    Source: National Framework for Penalty Notices (from 19 Aug 2024); domain.md 3.1.
    """

    class Status(models.TextChoices):
        """What became of it."""

        ISSUED = "issued", "Issued"
        PAID = "paid", "Paid"
        UNPAID = "unpaid", "Not paid in time"
        PROSECUTED = "prosecuted", "Prosecuted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="penalty_notices")
    parent_carer = models.ForeignKey(ParentCarer, on_delete=models.PROTECT, related_name="penalty_notices")
    issued_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status, default=Status.ISSUED)
    reference = models.CharField(max_length=40, blank=True, help_text="the local authority's")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = PenaltyNoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-issued_on", "student")
        constraints = (
            models.UniqueConstraint(fields=["student", "parent_carer", "issued_on"], name="penalty_notice_once"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.parent_carer_id} {self.issued_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class NoticeDecision(models.Model):
    """What a person decided when a student reached the threshold for a penalty notice; never automatic.

    sessions: the sessions that made the threshold as they stood, each {"date", "session", "code"}.
    checks: what the National Framework asks before a notice, each answered "yes", "no" or "not_known".
    """

    class Decision(models.TextChoices):
        """The decision, and why a notice is or is not the best tool."""

        CONSIDERED = "considered", "Considered, wait"
        SUPPORT_FIRST = "support_first", "Support first"
        NOTICE_TO_IMPROVE = "notice_to_improve", "Notice to improve"
        REFERRED = "referred", "Referred to the local authority"
        NOT_APPROPRIATE = "not_appropriate", "Not appropriate"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="notice_decisions")
    decision = models.CharField(max_length=20, choices=Decision)
    reason = models.TextField()
    window_first = models.DateField(help_text="the first Monday of the 10 school weeks")
    window_last = models.DateField()
    sessions = models.JSONField(default=list)
    checks = models.JSONField(default=dict)
    review_on = models.DateField(null=True, blank=True, help_text="when a notice to improve or support is looked at")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=100, blank=True, help_text="the person's job on that day")
    decided_at = models.DateTimeField(default=timezone.now)

    objects = NoticeDecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="notice_decision_has_reason"),
            models.CheckConstraint(
                condition=Q(window_last__gte=models.F("window_first")), name="notice_window_in_order"
            ),
        )
        indexes = (models.Index(fields=["student", "-decided_at"], name="notice_decision_student"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.decision}"
