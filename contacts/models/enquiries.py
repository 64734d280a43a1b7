"""Enquiries: what families and others bring to the school, owed an acknowledgement and closed only with an outcome."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contacts.models.contacts import Channel, Contact
from contacts.querysets import EnquiryQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Enquiry(Withdrawable):
    """A call, letter or e-mail that came in. Somebody may ask about a student whom nobody has looked up yet.

    acknowledged_at: when somebody told the sender that it has come, or that it is dealt with; by whom and how is the
    contact that says so, where one was logged: none while no student is known in whose file it could stand, and none to
    whom a court order bars, for these are owed no reply.
    """

    class Topic(models.TextChoices):
        """What it is about."""

        ATTENDANCE = "attendance", "Attendance"
        BEHAVIOUR = "behaviour", "Behaviour"
        BULLYING = "bullying", "Bullying"
        WELFARE = "welfare", "Welfare or health"
        LEARNING = "learning", "Learning"
        SEN = "sen", "SEN"
        UNIFORM = "uniform", "Uniform or belongings"
        ADMINISTRATION = "administration", "Something for the office"
        COMPLAINT = "complaint", "Complaint"
        OTHER = "other", "Something else"

    token = models.UUIDField(unique=True, help_text="the sending; a second click takes nothing in twice")
    received_at = models.DateTimeField()
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.PHONE)
    student = models.ForeignKey(Student, null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries")
    parent_carer = models.ForeignKey(
        ParentCarer, null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    from_name = models.CharField(max_length=120, blank=True, help_text="who it is from, if no parent on record")
    reply_to = models.CharField(max_length=254, blank=True, help_text="number or address to answer to")
    topic = models.CharField(max_length=14, choices=Topic, default=Topic.OTHER)
    is_urgent = models.BooleanField(default=False)
    words = models.TextField(help_text="what they asked or said")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    follow_up_on = models.DateField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_how = models.CharField(max_length=10, choices=Channel, blank=True)
    acknowledgement = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-received_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent_carer__isnull=False, from_name="") | Q(parent_carer=None) & ~Q(from_name=""),
                name="enquiry_from_somebody",
                violation_error_message="Say who it is from.",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None, acknowledgement=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="enquiry_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False, acknowledged_at__isnull=False) & ~Q(outcome=""),
                name="enquiry_closed_with_outcome",
                violation_error_message="An enquiry is closed with an outcome, and never before it was acknowledged.",
            ),
            models.CheckConstraint(condition=Q(received_at__lte=F("taken_at")), name="enquiry_received_before_taken"),
        )
        indexes = (
            models.Index(fields=["received_at"], condition=Q(closed_at=None), name="enquiry_open"),
            models.Index(fields=["student", "-received_at"], name="enquiry_student"),
        )

    def __str__(self) -> str:
        return f"Enquiry {self.pk}"
