"""What the school sets about contacts, and what a family wants."""

from datetime import time

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from contacts.models.contacts import Channel
from students.models import ParentCarer


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class ContactRules(models.Model):
    """By which the clocks of contacts run; one row. It is printed wherever a clock is shown."""

    class Acknowledge(models.TextChoices):
        """By when an enquiry is acknowledged. Source: "on the day they are received" (product.md D60)."""

        SAME_DAY = "same_day", "by the end of the day on which it came, whatever day that is"
        SCHOOL_DAY = (
            "school_day",
            "by the end of the day on which it came; of the next school day if it came after hours or on no school day",
        )

    acknowledge = models.CharField(max_length=10, choices=Acknowledge, default=Acknowledge.SAME_DAY)
    office_closes = models.TimeField(default=time(16, 0), help_text="what comes later came after hours")
    retry_minutes = models.PositiveSmallIntegerField(default=60, help_text="after the first attempt; double after each")
    claim_minutes = models.PositiveSmallIntegerField(default=10, help_text="then a colleague may take over a call")
    seen_weeks = models.PositiveSmallIntegerField(default=6, help_text="school weeks; who was not seen for longer")
    silent_weeks = models.PositiveSmallIntegerField(default=12, help_text="weeks; a family not contacted for longer")
    good_news_quota = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="positive contacts that a tutor makes in a half term; 0 for no quota"
    )
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(only=True), name="contact_rules_one_row"),
            models.CheckConstraint(
                condition=Q(retry_minutes__range=(5, 480), claim_minutes__range=(1, 60)),
                name="contact_rules_minutes",
                violation_error_message="Try again after 5 to 480 minutes; a claim holds for 1 to 60.",
            ),
            models.CheckConstraint(
                condition=Q(seen_weeks__range=(1, 40), silent_weeks__range=(1, 52)),
                name="contact_rules_weeks",
                violation_error_message="Choose 1 to 40 school weeks, and 1 to 52 weeks.",
            ),
        )

    def __str__(self) -> str:
        return "Rules of contacts"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class FamilyWish(models.Model):
    """How a parent or carer wants to be contacted, as they told the school."""

    parent_carer = models.OneToOneField(ParentCarer, on_delete=models.CASCADE, related_name="wish")
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    language = models.CharField(max_length=60, blank=True, help_text="if not English")
    needs_interpreter = models.BooleanField(default=False)
    best_time = models.CharField(max_length=80, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(needs_interpreter=False) | ~Q(language=""),
                name="family_wish_interpreter_of",
                violation_error_message="Say into which language.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.parent_carer_id} {self.channel} {self.language}".strip()
