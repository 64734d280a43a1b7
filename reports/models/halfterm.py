"""The half-termly pastoral report: figures locked once frozen, an author's words, and its versions."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from pastoral.core.models import Job
from pastoral.core.withdrawal import Withdrawable
from reports.querysets.halfterm import BriefingQuerySet, HalfTermReportQuerySet
from students.models import YearGroup

HALF_TERMS = 6


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old), exclude=["figures"]
)
class HalfTermReport(Withdrawable):
    """One version of a half term's report, of a year or of the school.

    draft: made by a worker, its words the author's to change; signed: by the Head of Year (the school's by SLT), drawn
    on paper then; released: SLT download it, and nothing of it changes any more. What was wrong is put right by a new
    version, which says what changed. `figures` is everything that is printed but the words: numbers, windows, names of
    groups, charts' data; never a student's name.
    """

    class Status(models.TextChoices):
        """How far it is."""

        DRAFT = "draft", "Draft"
        SIGNED = "signed", "Signed off"
        RELEASED = "released", "Released"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    year_group = models.ForeignKey(
        YearGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="none: the school"
    )
    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    half_term = models.PositiveSmallIntegerField(help_text="1 to 6")
    first = models.DateField()
    last = models.DateField()
    as_at = models.DateField(help_text="the last day that is counted")
    version = models.PositiveSmallIntegerField(default=1)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    what_changed = models.CharField(max_length=300, blank=True, help_text="of a later version: what and why")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="none: made by itself at the half term's end",
    )
    made_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict, help_text="as they were frozen; reports/halfterm says the shape")
    runs = models.JSONField(default=list, help_text="keys of the weekly RAGs that it rests on")
    drafted = models.JSONField(default=dict, help_text="{section: the sentence proposed from the figures}")
    words = models.JSONField(default=dict, help_text="{section: what the author says}")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)

    objects = HalfTermReportQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-academic_year", "-half_term", "year_group", "-version")
        triggers = (
            pgtrigger.Protect(
                name="released_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="released"),
            ),
        )
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(condition=Q(half_term__range=(1, HALF_TERMS)), name="half_term_report_half_term"),
            models.CheckConstraint(
                condition=Q(last__gte=F("first"), as_at__gte=F("first"), as_at__lte=F("last")),
                name="half_term_report_days",
            ),
            models.UniqueConstraint(
                fields=["year_group", "academic_year", "half_term", "version"],
                name="half_term_report_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects=None, what_changed="")
                | Q(version__gt=1, corrects__isnull=False) & ~Q(what_changed=""),
                name="half_term_report_correction",
                violation_error_message="A later version says what changed.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", signed_at=None, signed_by=None, released_at=None, released_by=None)
                | Q(
                    status="signed",
                    frozen_at__isnull=False,
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    released_at=None,
                    released_by=None,
                )
                | Q(
                    status="released",
                    signed_at__isnull=False,
                    signed_by__isnull=False,
                    released_at__isnull=False,
                    released_by__isnull=False,
                )
                & ~Q(sha256=""),
                name="half_term_report_status",
            ),
        )

    def __str__(self) -> str:
        return f"{self.scope_name}, half term {self.half_term} of {self.academic_year}, version {self.version}"

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("reports:half_term_report", args=[self.pk])

    @property
    def scope_name(self) -> str:
        """Whom it is about: "Year 9" or "School"."""
        return f"Year {self.year_group_id}" if self.year_group_id else "School"


class Briefing(models.Model):
    """What a Head of Year told the line manager of one week: figures as they stood, and one comment."""

    year_group = models.ForeignKey(YearGroup, on_delete=models.PROTECT, related_name="+")
    week = models.DateField(help_text="the Monday")
    figures = models.JSONField(help_text="as they were sent; reports/papers says the shape")
    comment = models.TextField(blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = BriefingQuerySet.as_manager()

    class Meta:
        ordering = ("-week", "year_group")
        constraints = (
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="briefing_monday"),
            models.UniqueConstraint(fields=["year_group", "week", "sent_to"], name="briefing_once"),
        )

    def __str__(self) -> str:
        return f"Briefing of Year {self.year_group_id}, {self.week}"
