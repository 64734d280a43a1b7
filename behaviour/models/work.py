"""Work for students who are away: suspended, or absent for longer than a few sessions."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from behaviour.away_work import SetWorkQuerySet, WorkWaiverQuerySet
from behaviour.models.sanctions import Suspension
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class SetWork(models.Model):
    """Work of one subject for a student who is away: asked for, set, collected, or said not to be needed.

    It belongs to a suspension, or to an absence, which no row stands for: away_from is its first day, as it was known
    when the work was asked for.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="set_work")
    suspension = models.ForeignKey(Suspension, null=True, blank=True, on_delete=models.CASCADE, related_name="set_work")
    away_from = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=80)
    asked_of = models.CharField(max_length=60, blank=True)
    set_on = models.DateField(null=True, blank=True)
    collected_on = models.DateField(null=True, blank=True)
    not_needed = models.CharField(max_length=200, blank=True, db_default="", help_text="why; empty while it is needed")

    objects = SetWorkQuerySet.as_manager()

    class Meta:
        ordering = ("student", "suspension", "away_from", "subject")
        constraints = (
            models.UniqueConstraint(fields=["suspension", "subject"], name="set_work_once"),
            models.UniqueConstraint(fields=["student", "away_from", "subject"], name="set_work_once_an_absence"),
            models.CheckConstraint(
                condition=Q(suspension=None, away_from__isnull=False) | Q(suspension__isnull=False, away_from=None),
                name="set_work_for_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(collected_on=None) | Q(set_on__isnull=False, collected_on__gte=F("set_on")),
                name="set_work_in_order",
                violation_error_message="Work is collected once it was set.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.subject}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class WorkWaiver(Withdrawable):
    """A reason why no work is set for one absence of a student; a suspension has none, for the law asks for work."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    away_from = models.DateField(help_text="the first day of the absence, as it was known then")
    because = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = WorkWaiverQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("student", "away_from")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "away_from"], condition=Q(withdrawn_at=None), name="work_waiver_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.away_from}"
