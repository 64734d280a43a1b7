"""The inclusion and nurture rooms: who was in, when, why and with whom."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from behaviour.models.incidents import Incident
from behaviour.querysets import InclusionStayQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class InclusionStay(Withdrawable):
    """One stay of a student in the inclusion or nurture room during the school day: in, out, why, with whom."""

    class Room(models.TextChoices):
        """Where the student is."""

        INCLUSION = "inclusion", "Inclusion room"
        NURTURE = "nurture", "Nurture room"

    class Kind(models.TextChoices):
        """Why somebody is there: sent out at the moment, sent there as a sanction that was decided, or to be helped."""

        REMOVED = "removed", "Removed from a lesson"
        EXCLUSION = "exclusion", "Internal exclusion"
        SUPPORT = "support", "Support or a reset"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="inclusion_stays")
    room = models.CharField(max_length=10, choices=Room)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.REMOVED, db_default=Kind.REMOVED)
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="stays")
    came_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    work = models.CharField(max_length=200, blank=True, help_text="the work brought")
    adult = models.CharField(max_length=60, help_text="who supervises")
    outcome = models.CharField(max_length=200, blank=True, help_text="how it ended: back in lesson, parent collected")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = InclusionStayQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-came_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("came_at")),
                name="inclusion_stay_in_order",
                violation_error_message="A student cannot leave before having come.",
            ),
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(left_at=None, withdrawn_at=None),
                name="inclusion_one_room_at_a_time",
            ),
        )
        indexes = (models.Index(fields=["came_at"], name="inclusion_stay_came"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.room} {self.came_at:%Y-%m-%d %H:%M}"
