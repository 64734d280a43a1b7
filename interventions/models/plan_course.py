"""What becomes of a plan: who agreed to it, how it and its targets stood at each review, to whom it was shown."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from interventions.models.plans import Plan, PlanTarget
from interventions.querysets import PlanShareQuerySet
from students.models import ParentCarer


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanAgreement(models.Model):
    """Who agreed to the plan and when, or would not. A family may refuse (domain.md 3.2); that is evidence too."""

    class Party(models.TextChoices):
        """Who they are to it."""

        STUDENT = "student", "Student"
        FAMILY = "family", "Parent or carer"
        SCHOOL = "school", "School"
        AUTHORITY = "authority", "Local authority or agency"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="agreements")
    party = models.CharField(max_length=9, choices=Party)
    parent_carer = models.ForeignKey(ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120, blank=True, help_text="if neither of these")
    version = models.PositiveSmallIntegerField(help_text="of the plan that they saw")
    agreed_on = models.DateField(null=True, blank=True)
    how = models.CharField(max_length=80, blank=True, help_text="signed, by e-mail, at the meeting")
    refused_on = models.DateField(null=True, blank=True)
    refused_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("plan", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=False, refused_on=None, refused_because="")
                | Q(agreed_on=None, refused_on__isnull=False) & ~Q(refused_because=""),
                name="plan_agreement_or_refusal",
                violation_error_message="Say when they agreed, or when and why they would not.",
            ),
            models.CheckConstraint(
                condition=Q(party="family", parent_carer__isnull=False, staff=None, name="")
                | Q(party="school", parent_carer=None, staff__isnull=False, name="")
                | Q(party="student", parent_carer=None, staff=None, name="")
                | Q(party="authority", parent_carer=None, staff=None) & ~Q(name=""),
                name="plan_agreement_by_somebody",
                violation_error_message="Say who.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.party}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanReview(models.Model):
    """A day on which a plan is looked at: due until it was held."""

    class Decision(models.TextChoices):
        """What was decided."""

        GO_ON = "go_on", "Go on as it is"
        CHANGE = "change", "Change the plan"
        END = "end", "End it"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    present = models.CharField(max_length=300, blank=True, help_text="who was there")
    notes = models.TextField(blank=True)
    student_words = models.TextField(blank=True)
    family_words = models.TextField(blank=True)
    decision = models.CharField(max_length=6, choices=Decision, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["plan", "due_on"], name="plan_review_once"),
            models.CheckConstraint(
                condition=Q(held_on=None, by=None, decision="")
                | Q(held_on__isnull=False, by__isnull=False) & ~Q(decision=""),
                name="plan_review_decides",
                violation_error_message="Say what was decided.",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(held_on=None), name="plan_review_due"),)

    def __str__(self) -> str:
        return f"{self.plan_id} {self.due_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class TargetReview(models.Model):
    """How one target stood at a review."""

    class Progress(models.TextChoices):
        """How near."""

        MET = "met", "Met"
        PARTLY = "partly", "Partly met"
        NOT = "not", "Not met"

    review = models.ForeignKey(PlanReview, on_delete=models.CASCADE, related_name="targets")
    target = models.ForeignKey(PlanTarget, on_delete=models.PROTECT, related_name="reviews")
    progress = models.CharField(max_length=6, choices=Progress)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["review", "target"], name="target_review_once"),)

    def __str__(self) -> str:
        return f"{self.review_id} {self.target_id} {self.progress}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanShare(models.Model):
    """A plan shown to a named colleague, with or without something asked of them; when they opened it and answered.

    It opens this plan to them, whether they see the student or not.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shares")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plan_shares")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    asks = models.CharField(max_length=200, blank=True, help_text="a contribution asked of them")
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="since when it is no longer open to them")

    objects = PlanShareQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["plan", "to"], name="plan_share_once"),
            models.CheckConstraint(
                condition=Q(replied_at=None) | Q(opened_at__isnull=False) & ~Q(reply=""),
                name="plan_share_replied_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | ~Q(asks=""),
                name="plan_share_due_asks",
                violation_error_message="Say what is asked of them by then.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} to {self.to_id}"
