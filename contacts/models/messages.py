"""E-mails to families and others, and how far each of them is."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models.contacts import Contact
from contacts.models.enquiries import Enquiry
from contacts.models.letters import LetterCopy
from contacts.querysets import MessageQuerySet
from students.models import ParentCarer, Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Message(models.Model):
    """An e-mail on its way, noted as being sent before it leaves.

    What broke off then is not sent again by itself: nobody can know whether the server had it.
    faults: what the mail server or a returned message said, the last one last.
    """

    class State(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        BOUNCED = "bounced", "Came back"
        STOPPED = "stopped", "Stopped"

    MOST_ATTEMPTS = 5

    token = models.UUIDField(unique=True, help_text="the sending; nothing is sent twice under one")
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    parent_carer = models.ForeignKey(
        ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    copy = models.OneToOneField(LetterCopy, null=True, blank=True, on_delete=models.PROTECT, related_name="message")
    contact = models.OneToOneField(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="message")
    enquiry = models.ForeignKey(
        Enquiry,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        help_text="that it acknowledges",
    )
    to = models.EmailField()
    subject = models.CharField(max_length=160)
    body = models.TextField()
    message_id = models.CharField(max_length=120, unique=True, help_text="by which a returned message is known")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    faults = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(to=""), name="message_to_somebody", violation_error_message="A message needs a recipient."
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "bounced"]) | Q(sent_at__isnull=False), name="message_sent_when"
            ),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(state="queued"), name="message_waiting"),
            models.Index(fields=["state"], condition=~Q(state__in=["sent", "stopped"]), name="message_unsettled"),
        )

    def __str__(self) -> str:
        return f"Message {self.pk}"
