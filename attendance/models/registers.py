"""Registers: that one was taken, each time one was sent in, and who was asked to take one."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.models.marks import Session
from attendance.querysets import RegisterNudgeQuerySet, RegisterQuerySet
from students.models import TutorGroup


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class Register(models.Model):
    """The fact that a register was taken, apart from the marks in it."""

    tutor_group = models.ForeignKey(TutorGroup, on_delete=models.PROTECT, related_name="registers")
    date = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "session", "tutor_group")
        constraints = (
            models.UniqueConstraint(fields=["tutor_group", "date", "session"], name="register_once"),
            models.CheckConstraint(condition=Q(session__in=["AM", "PM"]), name="register_am_pm"),
        )
        indexes = (models.Index(fields=["date", "session"], name="register_day"),)

    def __str__(self) -> str:
        return f"{self.tutor_group_id} {self.date} {self.session}"


class RegisterSubmission(models.Model):
    """One sending-in of a register page, known by the token the page was opened with: sent again, it is taken once."""

    token = models.UUIDField(primary_key=True)
    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="submissions")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("sent_at",)

    def __str__(self) -> str:
        return f"{self.register_id} {self.token}"


class RegisterNudge(models.Model):
    """One reminder to take a register that is due, to one member of staff."""

    tutor_group = models.ForeignKey(TutorGroup, on_delete=models.PROTECT, related_name="nudges")
    date = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    sent_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="when the e-mail went out; never a second time")

    objects = RegisterNudgeQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        indexes = (models.Index(fields=["date", "session"], name="register_nudge_day"),)

    def __str__(self) -> str:
        return f"{self.tutor_group_id} {self.date} {self.session} to {self.sent_to_id}"
