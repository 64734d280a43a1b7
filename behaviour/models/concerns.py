"""What staff see of a student in passing: a tutor's one-tap marks, and concerns that only the DSL may read."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from behaviour.querysets import DslConcernQuerySet, TutorMarkQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student
from students.strands import Strand


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class TutorMark(Withdrawable):
    """One mark of form time: a student, a day, a matter; the same matter once a day."""

    class Kind(models.TextChoices):
        """What it is about; praise stands beside the concerns."""

        UNIFORM = "uniform", "Uniform"
        EQUIPMENT = "equipment", "Equipment"
        PLANNER = "planner", "Planner"
        PUNCTUALITY = "punctuality", "Punctuality"
        EFFORT = "effort", "Effort"
        WELLBEING = "wellbeing", "Wellbeing"
        CONDUCT = "conduct", "Conduct"
        PRAISE = "praise", "Praise"

    STRANDS = {
        Kind.UNIFORM: Strand.UNIFORM,
        Kind.EQUIPMENT: Strand.UNIFORM,
        Kind.PLANNER: Strand.HOMEWORK,
        Kind.EFFORT: Strand.HOMEWORK,
        Kind.PUNCTUALITY: Strand.ATTENDANCE,
        Kind.CONDUCT: Strand.BEHAVIOUR,
    }

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="tutor_marks")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = TutorMarkQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-day", "student", "kind")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "day", "kind"], condition=Q(withdrawn_at=None), name="tutor_mark_once_a_day"
            ),
        )
        indexes = (models.Index(fields=["day"], name="tutor_mark_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind} {self.day}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class DslConcern(models.Model):
    """A concern for the DSL alone: the writer keeps the number of a receipt and reads it no more.

    Anybody may be worried about any student: who may not see the student writes the name. kept_at: where the DSL's own
    record of it stands, since this is a way there and no safeguarding file.
    """

    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="dsl_concerns")
    about = models.CharField(max_length=120, blank=True, help_text="the name as written, where no student was chosen")
    words = models.TextField()
    token = models.UUIDField(unique=True, help_text="the sending; a second click sends nothing twice")
    receipt = models.CharField(max_length=10, unique=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)
    kept_at = models.CharField(max_length=120, blank=True)

    objects = DslConcernQuerySet.as_manager()

    class Meta:
        ordering = ("-written_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="dsl_concern_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(student__isnull=False, about="") | Q(student=None) & ~Q(about=""),
                name="dsl_concern_about_somebody",
                violation_error_message="Say whom it is about.",
            ),
        )

    def __str__(self) -> str:
        return self.receipt
