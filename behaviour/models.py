"""Incidents with the students in them, achievements, and stays in the inclusion room."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from behaviour.querysets import AchievementQuerySet, IncidentQuerySet, InclusionStayQuerySet
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Incident(models.Model):
    """Something that happened, whoever was in it. An imported one is known by the MIS's own number."""

    external_id = models.CharField(max_length=40, blank=True)
    occurred_on = models.DateField()
    occurred_at_time = models.TimeField(null=True, blank=True)
    type = models.CharField(max_length=80)
    activity = models.CharField(max_length=80, blank=True)
    location = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=40, blank=True)
    recorded_by = models.CharField(max_length=60, blank=True, help_text="staff code as the MIS writes it")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ("-occurred_on", "-occurred_at_time", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="incident_external_once",
            ),
        )
        indexes = (models.Index(fields=["occurred_on"], name="incident_day"),)

    def __str__(self) -> str:
        return f"{self.type} {self.occurred_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Involvement(models.Model):
    """One student's part in an incident. Points fall only on some roles."""

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
class Achievement(models.Model):
    """Something to praise a student for."""

    external_id = models.CharField(max_length=40, blank=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="achievements")
    awarded_on = models.DateField()
    type = models.CharField(max_length=80)
    activity = models.CharField(max_length=80, blank=True)
    points = models.PositiveSmallIntegerField(default=0)
    awarded_by = models.CharField(max_length=60, blank=True, help_text="staff code as the MIS writes it")

    objects = AchievementQuerySet.as_manager()

    class Meta:
        ordering = ("-awarded_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="achievement_external_once",
            ),
        )
        indexes = (models.Index(fields=["awarded_on"], name="achievement_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.type} {self.awarded_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class InclusionStay(models.Model):
    """One stay of a student in the inclusion or nurture room during the school day: in, out, why, with whom."""

    class Room(models.TextChoices):
        """Where the student is."""

        INCLUSION = "inclusion", "Inclusion room"
        NURTURE = "nurture", "Nurture room"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="inclusion_stays")
    room = models.CharField(max_length=10, choices=Room)
    came_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    work = models.CharField(max_length=200, blank=True, help_text="the work brought")
    adult = models.CharField(max_length=60, help_text="who supervises")
    outcome = models.CharField(max_length=200, blank=True, help_text="how it ended: back in lesson, parent collected")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = InclusionStayQuerySet.as_manager()

    class Meta:
        ordering = ("-came_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("came_at")),
                name="inclusion_stay_in_order",
                violation_error_message="A student cannot leave before having come.",
            ),
            models.UniqueConstraint(fields=["student"], condition=Q(left_at=None), name="inclusion_one_room_at_a_time"),
        )
        indexes = (models.Index(fields=["came_at"], name="inclusion_stay_came"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.room} {self.came_at:%Y-%m-%d %H:%M}"
