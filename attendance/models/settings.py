"""What the school sets: RAG bands, the times of the day, benchmarks, targets and the rules that propose steps."""

from datetime import time

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from attendance.models.marks import Session
from attendance.querysets import BenchmarkQuerySet
from students.models import YearGroup

LONGEST_OPEN_MINUTES = 30


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class RagScale(models.Model):
    """The school's RAG bands, in thousandths of possible sessions missed; one row.

    Red from `red_from` up, green up to `green_to`, amber between: half-open and gap-free however they are set.
    """

    red_from = models.PositiveSmallIntegerField(default=100, help_text="thousandths missed; 100 is persistent absence")
    green_to = models.PositiveSmallIntegerField(default=40, help_text="thousandths missed; 40 is 96 % attended")
    early_under = models.PositiveSmallIntegerField(
        default=20, help_text="possible sessions under which a band is early"
    )
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(green_to__lt=F("red_from")) & Q(red_from__lte=1000) & Q(red_from__gte=1),
                name="rag_scale_in_order",
                violation_error_message=(
                    "Green has to end before red begins, and red has to begin between 0.1 % and 100 % missed."
                ),
            ),
            models.CheckConstraint(condition=Q(only=True), name="rag_scale_one_row"),
        )

    def __str__(self) -> str:
        return f"red from {self.red_from / 10} % missed, green to {self.green_to / 10} % missed"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class RegisterTimes(models.Model):
    """Where registers are taken, when they begin, how long they stay open and when one is overdue; one row.

    Where the MIS takes them and its marks are only imported, none is ever due here.
    Open at most 30 minutes, the same for every session. Source: domain.md 1.3 (Working together, DfE).
    """

    am_starts = models.TimeField(default=time(8, 45))
    pm_starts = models.TimeField(default=time(13, 5))
    open_minutes = models.PositiveSmallIntegerField(default=30, help_text="then a late arrival is U, no longer L")
    overdue_minutes = models.PositiveSmallIntegerField(default=15, help_text="after the start, while not taken")
    is_taken_here = models.BooleanField(default=True, help_text="otherwise in the MIS, whose marks are imported")
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(open_minutes__range=(1, LONGEST_OPEN_MINUTES)),
                name="register_open_at_most_30",
                violation_error_message="A register may stay open for 1 to 30 minutes.",
            ),
            models.CheckConstraint(
                condition=Q(am_starts__lt=F("pm_starts")),
                name="register_morning_first",
                violation_error_message="The afternoon session has to begin after the morning session.",
            ),
            models.CheckConstraint(condition=Q(only=True), name="register_times_one_row"),
        )

    def __str__(self) -> str:
        return f"AM {self.am_starts:%H:%M}, PM {self.pm_starts:%H:%M}, open {self.open_minutes} min"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Period(models.Model):
    """One lesson of the school day, by the name the timetable gives it."""

    name = models.CharField(max_length=5, unique=True)
    starts = models.TimeField()
    ends = models.TimeField()
    session = models.CharField(max_length=2, choices=Session, help_text="the session whose mark it belongs to")

    class Meta:
        ordering = ("starts",)
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="period_in_order"),
            models.CheckConstraint(condition=Q(session__in=["AM", "PM"]), name="period_am_pm"),
        )

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Benchmark(models.Model):
    """A published figure to compare with, as somebody typed it in: never part of the code."""

    class Measure(models.TextChoices):
        """What the value is a percentage of."""

        PA_RATE = "pa_rate", "Persistently absent, % of students"
        SEVERE_RATE = "severe_rate", "Severely absent, % of students"
        ATTENDANCE = "attendance", "Attendance, % of possible sessions"

    measure = models.CharField(max_length=12, choices=Measure)
    value = models.DecimalField(max_digits=5, decimal_places=2, help_text="per cent")
    window = models.CharField(max_length=60, help_text='what it covers: "autumn term 2025/26"')
    phase = models.CharField(max_length=40, default="secondary")
    source = models.CharField(max_length=200)
    published_on = models.DateField()

    objects = BenchmarkQuerySet.as_manager()

    class Meta:
        ordering = ("measure", "-published_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(value__range=(0, 100)), name="benchmark_per_cent"),
            models.UniqueConstraint(fields=["measure", "phase", "window", "published_on"], name="benchmark_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.value} ({self.phase}, {self.window})"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class AttendanceTarget(models.Model):
    """What a year group, or the school, is to reach by the end of an academic year, and who answers for it."""

    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    year_group = models.ForeignKey(
        YearGroup, null=True, blank=True, on_delete=models.PROTECT, help_text="or the school"
    )
    measure = models.CharField(max_length=12, choices=Benchmark.Measure)
    target = models.DecimalField(max_digits=4, decimal_places=1, help_text="per cent")
    tolerance = models.DecimalField(max_digits=3, decimal_places=1, default=0, help_text="points short of it that pass")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-academic_year", "year_group", "measure")
        constraints = (
            models.CheckConstraint(condition=Q(target__range=(0, 100)), name="attendance_target_per_cent"),
            models.UniqueConstraint(
                fields=["academic_year", "year_group", "measure"], name="attendance_target_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.year_group or 'School'} {self.get_measure_display()} {self.target}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class ProposalRule(models.Model):
    """One rule that proposes a step for a person to accept or dismiss, with the school's thresholds.

    slug: which rule of attendance.rules it is. count: how many make it fire. weeks: school weeks it looks back, or
    nothing for the half term so far.
    """

    slug = models.SlugField(max_length=30, unique=True)
    title = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)
    count = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty: the half term so far")
    proposes = models.CharField(max_length=120, help_text="the step, in the school's words")
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ("order", "slug")
        constraints = (
            models.CheckConstraint(
                condition=Q(count__gte=1),
                name="proposal_rule_counts",
                violation_error_message="A rule needs at least 1 to fire.",
            ),
            models.CheckConstraint(
                condition=Q(weeks=None) | Q(weeks__range=(1, 39)),
                name="proposal_rule_weeks",
                violation_error_message="A rule looks back 1 to 39 school weeks.",
            ),
        )

    def __str__(self) -> str:
        return self.title
