"""Changes of many marks in one action."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from attendance.models.marks import Session
from attendance.querysets import BulkChangeQuerySet


class BulkChange(models.Model):
    """One change of many marks: what was asked for, by whom and why. What each mark said before is in its history.

    id: made when its preview was shown, so that the same confirmation counts once. context: of the history's entries
    behind the marks that were replaced. picked: keys of the students ticked one by one. letters: the code's; "/" is
    presence in either session, "" an undoing.
    """

    id = models.UUIDField(primary_key=True)
    whom = models.CharField(max_length=200, help_text="a group, a year or a number of students; never a name")
    picked = ArrayField(models.BigIntegerField(), default=list, blank=True)
    letters = models.CharField(max_length=2, blank=True)
    starts_on = models.DateField()
    starts_session = models.CharField(max_length=2, choices=Session)
    ends_on = models.DateField()
    ends_session = models.CharField(max_length=2, choices=Session)
    reason = models.TextField()
    new = models.PositiveIntegerField()
    replaced = models.PositiveIntegerField()
    planned = models.PositiveIntegerField()
    context = models.UUIDField(null=True, blank=True)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    position = models.CharField(max_length=100, blank=True, help_text="the person's job on that day")
    made_at = models.DateTimeField(default=timezone.now)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="bulk_change_has_reason"),)
        triggers = (pgtrigger.Protect(name="bulk_change_kept", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.whom} {self.starts_on} to {self.ends_on} {self.letters}".strip()
