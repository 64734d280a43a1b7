"""First-day calling: who is calling whom, and which steps were taken when nobody could be reached.

The queue itself is derived from the marks and the contacts: see `contacts.summaries.calling`.
"""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.querysets import CallClaimQuerySet, CallEscalationQuerySet
from students.models import Student


class CallClaim(models.Model):
    """Somebody is calling about this student, so that nobody else does; a claim goes stale by itself."""

    student = models.ForeignKey(Student, on_delete=models.CASCADE, related_name="call_claims")
    day = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = CallClaimQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["student", "day"], name="call_claim_once"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.day} {self.by_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CallingStep(models.Model):
    """A step of the school's ladder for an absence that stays unexplained, from a time of the day on."""

    class Kind(models.TextChoices):
        """What is done."""

        CALL = "call", "Call the first contact"
        NEXT = "next", "Call the next contact"
        TEXT = "text", "Send a text"
        DSL = "dsl", "Tell the DSL"
        SOCIAL_WORKER = "social_worker", "Tell the social worker"
        VISIT = "visit", "Visit the home"
        POLICE = "police", "Ask the police for a welfare check"

    kind = models.CharField(max_length=13, choices=Kind)
    label = models.CharField(max_length=120)
    starts_at = models.TimeField(help_text="from this time of the day, while there is no reason")
    first_day = models.PositiveSmallIntegerField(default=1, help_text="of the absence: 1 is its first school day")
    is_on = models.BooleanField(default=True)

    class Meta:
        ordering = ("first_day", "starts_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["first_day", "starts_at", "kind"], name="calling_step_once"),
            models.CheckConstraint(
                condition=Q(first_day__gte=1),
                name="calling_step_from_the_first_day",
                violation_error_message="The first school day of an absence is day 1.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%H:%M} {self.label}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CallEscalation(models.Model):
    """A step of the ladder that somebody took for a student on a day; once each."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="call_escalations")
    day = models.DateField()
    step = models.ForeignKey(CallingStep, on_delete=models.PROTECT, related_name="taken")
    label = models.CharField(max_length=120, help_text="the step as it was called then")
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = CallEscalationQuerySet.as_manager()

    class Meta:
        ordering = ("at", "pk")
        constraints = (models.UniqueConstraint(fields=["student", "day", "step"], name="call_escalation_once"),)
        indexes = (models.Index(fields=["day"], name="call_escalation_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.day} {self.label}"
