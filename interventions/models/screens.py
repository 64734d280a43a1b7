"""Screens of needs: a short form on what a student needs, filled again to show what changed."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from interventions.querysets import NeedsScreenQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class NeedsScreen(Withdrawable):
    """A short form on what a student needs, filled again later to show what changed (duty D80)."""

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="needs_screens")
    screened_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    summary = models.TextField(blank=True)
    is_restricted = models.BooleanField(default=False, help_text="what it says is for few")

    objects = NeedsScreenQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-screened_on", "-pk")
        constraints = Withdrawable.Meta.constraints

    def __str__(self) -> str:
        return f"Needs screen {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ScreenAnswer(models.Model):
    """How much help a student needs in one area: 0 none, 1 a little, 2 some, 3 much."""

    class Area(models.TextChoices):
        """What is asked about."""

        ATTENDANCE = "attendance", "Coming to school"
        PUNCTUALITY = "punctuality", "Being on time"
        LEARNING = "learning", "Learning and homework"
        CONDUCT = "conduct", "Conduct in lessons"
        FRIENDSHIPS = "friendships", "Friendships"
        FEELINGS = "feelings", "Worry and low mood"
        HEALTH = "health", "Sleep, food and health"
        HOME = "home", "Home and caring"
        BELONGING = "belonging", "Belonging and interests"

    screen = models.ForeignKey(NeedsScreen, on_delete=models.CASCADE, related_name="answers")
    area = models.CharField(max_length=11, choices=Area)
    need = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("screen", "pk")
        constraints = (
            models.UniqueConstraint(fields=["screen", "area"], name="screen_answer_once"),
            models.CheckConstraint(condition=Q(need__range=(0, 3)), name="screen_answer_need"),
        )

    def __str__(self) -> str:
        return f"{self.screen_id} {self.area} {self.need}"
