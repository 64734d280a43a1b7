"""What meetings set as priorities of a year group, each until it is done or dropped."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from interventions.models.meetings import Meeting
from interventions.querysets_priorities import PriorityQuerySet
from pastoral.core.versions import version_of


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Priority(models.Model):
    """One priority, set at a meeting: since when and of which year it is, the meeting says (duty D120).

    It goes on at the next meetings of the year's team, or of its own series, until it has ended. owner: None for one of
    the whole team.
    """

    class Outcome(models.TextChoices):
        """How it ended."""

        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    token = models.UUIDField(help_text="the sending; a second click sets nothing twice")
    place = models.PositiveSmallIntegerField(default=0, help_text="of several set by one sending")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="priority_lines")
    words = models.TextField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_note = models.CharField(max_length=300, blank=True, help_text="with what it was done, or why it was dropped")

    objects = PriorityQuerySet.as_manager()

    class Meta:
        ordering = ("meeting", "place", "pk")
        constraints = (
            models.UniqueConstraint(fields=["token", "place"], name="priority_sent_once"),
            models.CheckConstraint(
                condition=Q(outcome="", ended_on=None, ended_by=None, ended_note="")
                | Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(outcome="") & ~Q(ended_note=""),
                name="priority_ended_with_words",
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def ended_as(self) -> str:
        """Return the version of how it ended: what a page sends along that goes on with it."""
        return version_of(self, ("outcome", "ended_on", "ended_by_id", "ended_note"))
