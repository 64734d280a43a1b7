"""Requests for references: drafted, signed off by another, and the copy kept."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from contacts.querysets import ReferenceRequestQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ReferenceRequest(Withdrawable):
    """A profile or reference that somebody asks of the school; drafted, signed off by another, and its copy kept."""

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="reference_requests")
    requester = models.CharField(max_length=160, help_text="who asks, and for what")
    received_on = models.DateField()
    due_on = models.DateField()
    consent = models.CharField(max_length=300, help_text="whose consent, or the reason to do without")
    is_restricted = models.BooleanField(default=False, help_text="court, social services, medical")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    draft = models.TextField(blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ready_at = models.DateTimeField(null=True, blank=True, help_text="when it was handed on to be signed off")
    signed_off_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_off_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    sent_to = models.CharField(max_length=200, blank=True)

    objects = ReferenceRequestQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("due_on", "pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(signed_off_at=None, signed_off_by=None)
                | Q(signed_off_at__isnull=False, signed_off_by__isnull=False) & ~Q(draft=""),
                name="reference_signed_off_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_by=None) | Q(drafted_by__isnull=False) & ~Q(signed_off_by=F("drafted_by")),
                name="reference_signed_off_by_another",
                violation_error_message="Somebody else than its writer signs it off.",
            ),
            models.CheckConstraint(
                condition=Q(sent_on=None, sent_to="") | Q(sent_on__isnull=False, signed_off_at__isnull=False),
                name="reference_sent_once_signed_off",
                violation_error_message="It is signed off before it is sent.",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="reference_copy_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("draft"),
                condition=pgtrigger.Q(old__sent_on__isnull=False, old__draft__df=pgtrigger.F("new__draft")),
                func="RAISE EXCEPTION 'the copy of reference % is kept as it was sent', OLD.id"
                " USING ERRCODE = 'check_violation';",
            ),
        )

    def __str__(self) -> str:
        return f"Reference {self.pk}"
