"""Incidents with the students in them, what each year team made of one, and the call home that is owed for it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from behaviour.involvements import InvolvementQuerySet
from behaviour.querysets import IncidentQuerySet, IncidentReviewQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student, YearGroup


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Incident(Withdrawable):
    """Something that happened, whoever was in it. An imported one is known by the MIS's own number.

    Severity, status and action are three things: how grave it was, how far it has come, what was done with whom. One
    that was logged here knows who logged it, and by which sending, so that a second click logs nothing twice.
    """

    class Severity(models.IntegerChoices):
        """How grave it was; nothing where the MIS does not say."""

        MINOR = 1, "Minor"
        REPEATED = 2, "Repeated or disruptive"
        SERIOUS = 3, "Serious"
        CRITICAL = 4, "Very serious"

    external_id = models.CharField(max_length=40, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was logged by")
    occurred_on = models.DateField()
    occurred_at_time = models.TimeField(null=True, blank=True)
    type = models.CharField(max_length=80)
    activity = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=40, blank=True)
    recorded_by = models.CharField(max_length=60, blank=True, help_text="staff code as the MIS writes it")
    severity = models.PositiveSmallIntegerField(null=True, blank=True, choices=Severity)
    period = models.CharField(max_length=12, blank=True, db_default="")
    what_happened = models.TextField(blank=True, db_default="")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    logged_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(db_default=Now(), editable=False, help_text="by logging or by import")

    objects = IncidentQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-occurred_on", "-occurred_at_time", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="incident_external_once",
            ),
        )
        indexes = (
            models.Index(fields=["occurred_on"], name="incident_day"),
            models.Index(fields=["arrived_at"], name="incident_arrived"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.occurred_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Involvement(models.Model):
    """One student's part in an incident. Points fall only on some roles.

    comment: what the MIS says of it. statement: what the student says, taken here; no import touches it.
    """

    class Role(models.TextChoices):
        """What the student was in it."""

        PERPETRATOR = "perpetrator", "Perpetrator"
        PARTICIPANT = "participant", "Participant"
        VICTIM = "victim", "Victim"
        WITNESS = "witness", "Witness"

    ROLES_WITH_POINTS = (Role.PERPETRATOR, Role.PARTICIPANT)

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="involvements")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="involvements")
    role = models.CharField(max_length=12, choices=Role)
    points = models.PositiveSmallIntegerField(default=0)
    action_taken = models.CharField(max_length=80, blank=True)
    comment = models.TextField(blank=True)
    statement = models.TextField(blank=True, db_default="")

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        ordering = ("incident", "role", "student")
        constraints = (
            models.UniqueConstraint(fields=["incident", "student"], name="involvement_once"),
            models.CheckConstraint(
                condition=Q(points=0) | Q(role__in=["perpetrator", "participant"]),
                name="involvement_points_by_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.incident_id} {self.student_id} {self.role}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class IncidentReview(models.Model):
    """What one year team made of an incident with students of its year; without a row nobody has looked yet.

    owner: whom it was handed to, nobody while it lies in the team's inbox. decision: "" until it is dealt with.
    """

    class Decision(models.TextChoices):
        """How it left the inbox."""

        NOTED = "noted", "Noted"
        ACTED = "acted", "Acted on"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="reviews")
    year_group = models.ForeignKey(YearGroup, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    action = models.CharField(max_length=300, blank=True, help_text="what was done")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentReviewQuerySet.as_manager()

    class Meta:
        ordering = ("incident", "year_group")
        constraints = (
            models.UniqueConstraint(fields=["incident", "year_group"], name="incident_review_once"),
            models.CheckConstraint(
                condition=Q(decision="", decided_by=None, decided_at=None)
                | ~Q(decision="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="incident_review_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision="acted") | ~Q(action=""),
                name="incident_review_says_what",
                violation_error_message="Say what was done.",
            ),
        )
        indexes = (models.Index(fields=["owner"], condition=Q(decision=""), name="incident_review_open"),)

    def __str__(self) -> str:
        return f"{self.incident_id} Year {self.year_group_id} {self.decision or 'open'}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ContactDuty(models.Model):
    """What differs from the rule that who acted on an incident reaches a parent within 48 hours.

    The duty itself is derived from the review and from the contacts; it stays with who acted while a colleague makes
    the call, and only a reason waives it.
    """

    involvement = models.OneToOneField(Involvement, on_delete=models.CASCADE, related_name="contact_duty")
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(waived_by=None, waived_at=None, waived_because="")
                | Q(waived_by__isnull=False, waived_at__isnull=False) & ~Q(waived_because=""),
                name="contact_duty_waived_for_a_reason",
                violation_error_message="A contact is waived by somebody, with a reason.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.involvement_id} {'waived' if self.waived_at else 'delegated'}"
