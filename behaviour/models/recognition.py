"""What students are praised and rewarded for: achievements, campaigns, who qualified, and whose home heard of it."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from behaviour.querysets import AchievementQuerySet, CampaignAwardQuerySet, CampaignQuerySet, GoodNewsQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student, YearGroup


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Achievement(Withdrawable):
    """Something to praise a student for, from the MIS or logged here; thirty at once carry one token."""

    external_id = models.CharField(max_length=40, blank=True)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="achievements")
    awarded_on = models.DateField()
    type = models.CharField(max_length=80)
    activity = models.CharField(max_length=80, blank=True)
    points = models.PositiveSmallIntegerField(default=0)
    awarded_by = models.CharField(max_length=60, blank=True, help_text="staff code as the MIS writes it")
    token = models.UUIDField(null=True, blank=True, help_text="the sending it was logged by, with others perhaps")
    note = models.CharField(max_length=300, blank=True, db_default="", help_text="fit for the parent's eyes")
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    logged_at = models.DateTimeField(null=True, blank=True)

    objects = AchievementQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-awarded_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(fields=["token", "student"], name="achievement_sent_once"),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="achievement_external_once",
            ),
        )
        indexes = (models.Index(fields=["awarded_on"], name="achievement_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.type} {self.awarded_on}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Campaign(Withdrawable):
    """A reward that a rule finds the students for, between two days and within a budget.

    criteria: what qualifies, by name of the rule with its numbers, such as {"basics": 15, "points": 10}.
    """

    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was made by")
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True, help_text="as the assembly hears it")
    reward = models.CharField(max_length=120)
    criteria = models.JSONField(default=dict)
    first_day = models.DateField()
    last_day = models.DateField()
    year_group = models.ForeignKey(
        YearGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="empty: the school"
    )
    budget = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True, help_text="in pounds")
    cost_each = models.DecimalField(max_digits=6, decimal_places=2, default=0, help_text="in pounds")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CampaignQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-last_day", "name")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")),
                name="campaign_in_order",
                violation_error_message="A campaign ends on or after its first day.",
            ),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CampaignAward(Withdrawable):
    """The reward as one student got it; once in a campaign. facts: what qualified them, as it stood."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="awards")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="campaign_awards")
    facts = models.JSONField(default=dict)
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    awarded_at = models.DateTimeField(default=timezone.now)

    objects = CampaignAwardQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("campaign", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["campaign", "student"], condition=Q(withdrawn_at=None), name="campaign_award_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.student_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class GoodNews(Withdrawable):
    """A student's home was told good news on a day: whatever the student was recognised for by then is told."""

    class How(models.TextChoices):
        """By which way."""

        PHONE = "phone", "Telephone"
        POSTCARD = "postcard", "Postcard"
        MESSAGE = "message", "Message"
        IN_PERSON = "in_person", "In person"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="good_news")
    told_on = models.DateField()
    how = models.CharField(max_length=10, choices=How, default=How.PHONE)
    note = models.CharField(max_length=300, blank=True)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=timezone.now, help_text="when it was noted")

    objects = GoodNewsQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-told_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "told_on"], condition=Q(withdrawn_at=None), name="good_news_once_a_day"
            ),
        )
        indexes = (models.Index(fields=["told_on"], name="good_news_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.told_on}"
