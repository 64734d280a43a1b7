"""Round robins: three questions about a student, asked of the teachers, answered from a link."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from behaviour.querysets import RobinAnswerQuerySet, RoundRobinQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class RoundRobin(Withdrawable):
    """Three questions about one student, for a meeting on or after the day they are due."""

    QUESTIONS = 3

    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="round_robins")
    purpose = models.CharField(max_length=160)
    questions = ArrayField(models.CharField(max_length=160), size=QUESTIONS)
    due_on = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = RoundRobinQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-asked_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(condition=Q(questions__len=3), name="round_robin_three_questions"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.purpose}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class RobinAnswer(models.Model):
    """One teacher who was asked, and the three answers once they are given."""

    robin = models.ForeignKey(RoundRobin, on_delete=models.CASCADE, related_name="answers")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=80, blank=True)
    answers = ArrayField(models.TextField(), blank=True, default=list)
    answered_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True, help_text="does not teach the student")
    chased_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="the last e-mail with the link")

    objects = RobinAnswerQuerySet.as_manager()

    class Meta:
        ordering = ("robin", "subject", "teacher")
        constraints = (
            models.UniqueConstraint(fields=["robin", "teacher"], name="robin_answer_once"),
            models.CheckConstraint(
                condition=Q(answers=[], answered_at=None) | Q(answers__len=3, answered_at__isnull=False),
                name="robin_answer_whole",
                violation_error_message="Answer all three questions.",
            ),
            models.CheckConstraint(condition=Q(declined_at=None) | Q(answered_at=None), name="robin_answer_or_not"),
        )

    def __str__(self) -> str:
        return f"{self.robin_id} {self.teacher_id}"
