"""What the school sets: RAG bands, the times of the day, benchmarks, targets and the rules that propose steps."""

from datetime import time

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.models.marks import Session
from attendance.querysets import BenchmarkQuerySet, RuleExceptionQuerySet
from pastoral.core.rights import Role
from pastoral.core.withdrawal import Withdrawable
from students.models import Student, YearGroup
from students.strands import Strand

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

    Of whichever of the four strands: count x window x what is counted, and the step for whom. slug: which rule of
    attendance.rules it is. counts: what it counts of the strand, one of the kinds that a source offers, "strand" for
    everything in it or "points"; "" for a rule that looks at marks in a way of its own. count: how many make it fire.
    weeks: school weeks it looks back, or nothing for the half term so far. person: whose step it is. grace_days: the
    last school days, which do not count yet since they may still be explained or put right.
    """

    class Person(models.TextChoices):
        """Whose step it is: who holds the role for that very student today is named."""

        FORM_TUTOR = Role.FORM_TUTOR.value, "Form Tutor"
        PASTORAL_MANAGER = Role.PASTORAL_MANAGER.value, "Pastoral Manager"
        HEAD_OF_YEAR = Role.HEAD_OF_YEAR.value, "Head of Year"
        ATTENDANCE_OFFICER = Role.ATTENDANCE_OFFICER.value, "Attendance Officer"
        SLT = Role.SLT.value, "SLT"

    slug = models.SlugField(max_length=30, unique=True)
    title = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)
    count = models.PositiveSmallIntegerField()
    weeks = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty: the half term so far")
    proposes = models.CharField(max_length=120, help_text="the step, in the school's words")
    strand = models.CharField(max_length=10, choices=Strand, default=Strand.ATTENDANCE)
    counts = models.CharField(max_length=100, blank=True, db_default="")
    person = models.CharField(max_length=20, choices=Person, default=Person.HEAD_OF_YEAR)
    grace_days = models.PositiveSmallIntegerField(default=2, help_text="the last school days, which do not count yet")
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
            models.CheckConstraint(
                condition=Q(grace_days__lte=10),
                name="proposal_rule_grace",
                violation_error_message="At most 10 school days of grace.",
            ),
            models.CheckConstraint(
                condition=Q(strand="attendance") | ~Q(counts=""),
                name="proposal_rule_counts_something",
                violation_error_message="Say what the rule counts.",
            ),
        )

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class RuleException(Withdrawable):
    """Days of one student that do not count, for one rule or a whole strand, and why: what is explained is no pattern.

    words: read by whoever may decide a proposal about the student, so nothing confidential belongs in them.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="rule_exceptions")
    strand = models.CharField(max_length=10, choices=Strand)
    rule = models.SlugField(max_length=30, blank=True, help_text="empty: every rule of the strand")
    first_day = models.DateField()
    last_day = models.DateField()
    words = models.CharField(max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = RuleExceptionQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-last_day", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="rule_exception_in_order",
                violation_error_message="An exception ends on or after its first day.",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="rule_exception_says_why"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.rule or self.strand} to {self.last_day}"
