"""Information that comes in about students, and entries shared with named colleagues, who receipt and answer them."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models.contacts import Channel, Contact
from contacts.models.directory import Agency, AgencyWorker
from contacts.models.seen import Seen
from contacts.querysets import InformationQuerySet, ShareQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Information(Withdrawable):
    """Something that the school was told or sent about a student, from whom, and what follows from it."""

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="information")
    received_on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(AgencyWorker, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    from_name = models.CharField(max_length=120, blank=True, help_text="if from no agency in the directory")
    title = models.CharField(max_length=120)
    narrative = models.TextField(blank=True)
    filed_at = models.CharField(max_length=160, blank=True, help_text="where the document itself is kept")
    is_restricted = models.BooleanField(default=False, help_text="for few")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    follow_up = models.CharField(max_length=200, blank=True)
    follow_up_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    follow_up_on = models.DateField(null=True, blank=True)
    follow_up_done_at = models.DateTimeField(null=True, blank=True)
    follow_up_done = models.CharField(max_length=200, blank=True, help_text="what was done")

    objects = InformationQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-received_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(agency__isnull=False, from_name="") | Q(agency=None, worker=None) & ~Q(from_name=""),
                name="information_from_somebody",
                violation_error_message="Say from whom it came.",
            ),
            models.CheckConstraint(
                condition=Q(follow_up="", follow_up_owner=None, follow_up_on=None)
                | ~Q(follow_up="") & Q(follow_up_owner__isnull=False, follow_up_on__isnull=False),
                name="information_follow_up_whole",
                violation_error_message="A follow-up needs somebody who does it, and a date.",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_done_at=None, follow_up_done="")
                | Q(follow_up_done_at__isnull=False) & ~Q(follow_up="") & ~Q(follow_up_done=""),
                name="information_follow_up_done",
            ),
        )

    def __str__(self) -> str:
        return f"Information {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Share(models.Model):
    """One entry shown to a named colleague without opening the file: when they read it, and what they answered.

    It opens this entry to them, whether they see the student or not; a restricted one only to whom it was shared with.
    """

    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="shares")
    information = models.ForeignKey(Information, null=True, blank=True, on_delete=models.CASCADE, related_name="shares")
    seen = models.ForeignKey(Seen, null=True, blank=True, on_delete=models.CASCADE, related_name="shares")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shares")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    asks = models.CharField(max_length=200, blank=True, help_text="what is asked of them")
    read_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(contact__isnull=False, information=None, seen=None)
                | Q(contact=None, information__isnull=False, seen=None)
                | Q(contact=None, information=None, seen__isnull=False),
                name="share_of_one_entry",
            ),
            models.UniqueConstraint(
                fields=["contact", "information", "seen", "to"], nulls_distinct=False, name="share_once"
            ),
            models.CheckConstraint(
                condition=Q(replied_at=None, reply="")
                | Q(replied_at__isnull=False, read_at__isnull=False) & ~Q(reply=""),
                name="share_replied_after_reading",
            ),
        )
        indexes = (models.Index(fields=["to"], condition=Q(read_at=None), name="share_unread"),)

    def __str__(self) -> str:
        return f"{self.pk} to {self.to_id}"
