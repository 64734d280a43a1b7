"""The weekly RAG: a run frozen for one week, its students' figures as they stood, and its documents."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from attendance.figures import Bands, Counts, StudentWeek
from pastoral.core.models import Job
from reports.querysets.rag import (
    RagDocumentQuerySet,
    RagNoticeQuerySet,
    RagStudentQuerySet,
    WeeklyRagRunQuerySet,
)
from students.models import Student, TutorGroup

SESSIONS_A_WEEK = 10
BANDS = [("red", "Red"), ("amber", "Amber"), ("green", "Green"), ("none", "None")]


class WeeklyRagRun(models.Model):
    """One issue of a week's RAG. Once frozen, no later correction changes it: a new issue stands beside it."""

    week = models.DateField(help_text="the Monday")
    issue = models.PositiveSmallIntegerField(default=1, help_text="2 for the one that replaced the first")
    as_at = models.DateField(help_text="the Friday")
    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="rag_runs"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="rag_runs")
    is_for_notice = models.BooleanField(default=False, help_text="the latest week when asked for: tutors are told")
    frozen_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    school_name = models.CharField(max_length=200, blank=True)
    school_days = ArrayField(models.DateField(), default=list, help_text="the days of the week on which school met")
    tutors = models.JSONField(default=dict, help_text='names in print by group: {"9B": "Mr Doyle", "Year 9": "…"}')
    red_from = models.PositiveSmallIntegerField(default=100)
    green_to = models.PositiveSmallIntegerField(default=40)
    early_under = models.PositiveSmallIntegerField(default=20)

    objects = WeeklyRagRunQuerySet.as_manager()

    class Meta:
        ordering = ("-week", "-issue")
        constraints = (
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="rag_run_monday"),
            models.CheckConstraint(condition=Q(issue__gte=1), name="rag_run_issue"),
            models.UniqueConstraint(fields=["week", "issue"], name="rag_run_once"),
        )

    def __str__(self) -> str:
        return f"Weekly RAG {self.week}, issue {self.issue}"

    def get_absolute_url(self) -> str:
        """Return the address of this issue's page, which stays its own when a newer one is made."""
        return f"{reverse('reports:rag_detail', args=[self.week])}?issue={self.issue}"

    @property
    def bands(self) -> Bands:
        """The school's bands as they stood."""
        return Bands(red_from=self.red_from, green_to=self.green_to, early_under=self.early_under)


def count_field(**options: Any) -> models.PositiveSmallIntegerField:
    """Make the field of one count of sessions or minutes."""
    return models.PositiveSmallIntegerField(**{"default": 0, **options})


def sum_field(*names: str) -> models.GeneratedField:
    """Make a field that the database adds up from others of the row."""
    first, *rest = (F(name) for name in names)
    added: Any = sum(rest, first)
    return models.GeneratedField(expression=added, output_field=models.PositiveSmallIntegerField(), db_persist=True)


class RagStudent(models.Model):
    """One student of a run: every figure of the week as it stood, and what the figures rest on."""

    COUNTS: ClassVar[tuple[str, ...]] = Counts._fields

    run = models.ForeignKey(WeeklyRagRun, on_delete=models.CASCADE, related_name="students")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="rag_weeks")
    admission_number = models.CharField(max_length=20)
    surname = models.CharField(max_length=100)
    forename = models.CharField(max_length=100)
    sex = models.CharField(max_length=1)
    house = models.CharField(max_length=50, blank=True)
    year = models.PositiveSmallIntegerField()
    tutor_group = models.CharField(max_length=20)
    admitted_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    flags = models.JSONField(default=list, help_text="[kind, value] of each fact true on the as-at date")

    week_present = count_field()
    week_approved_activity = count_field()
    week_authorised = count_field()
    week_unauthorised = count_field()
    week_not_counted = count_field()
    week_late_before_close = count_field()
    week_late_after_close = count_field()
    week_minutes_late = count_field()
    before_present = count_field()
    before_approved_activity = count_field()
    before_authorised = count_field()
    before_unauthorised = count_field()
    before_not_counted = count_field()
    before_late_before_close = count_field()
    before_late_after_close = count_field()
    before_minutes_late = count_field()
    ytd_present = count_field()
    ytd_approved_activity = count_field()
    ytd_authorised = count_field()
    ytd_unauthorised = count_field()
    ytd_not_counted = count_field()
    ytd_late_before_close = count_field()
    ytd_late_after_close = count_field()
    ytd_minutes_late = count_field()
    week_missed = sum_field("week_authorised", "week_unauthorised")
    week_possible = sum_field("week_present", "week_approved_activity", "week_authorised", "week_unauthorised")
    ytd_missed = sum_field("ytd_authorised", "ytd_unauthorised")
    ytd_possible = sum_field("ytd_present", "ytd_approved_activity", "ytd_authorised", "ytd_unauthorised")

    band = models.CharField(max_length=5, choices=BANDS)
    band_before = models.CharField(max_length=5, choices=BANDS)
    has_dipped = models.BooleanField()
    is_on_track_to_be_pa = models.BooleanField()
    remaining = count_field()
    left_to_miss = count_field()
    recovers_on = models.DateField(null=True, blank=True, help_text="with no more absence, no longer PA by then")
    penalty_notice_sessions = count_field()
    recent_missed = count_field()
    recent_possible = count_field()
    codes = ArrayField(
        models.CharField(max_length=2, blank=True),
        size=SESSIONS_A_WEEK,
        help_text="Monday AM to Friday PM; blank is no mark",
    )
    minutes = ArrayField(models.PositiveSmallIntegerField(), size=SESSIONS_A_WEEK)
    notice_marks = models.JSONField(default=list, help_text="[date, session, code] of each session that counts")

    objects = RagStudentQuerySet.as_manager()

    class Meta:
        ordering = ("run", "year", "tutor_group", "surname", "forename", "admission_number")
        constraints = (
            models.UniqueConstraint(fields=["run", "student"], name="rag_student_once"),
            models.CheckConstraint(
                condition=Q(codes__len=SESSIONS_A_WEEK) & Q(minutes__len=SESSIONS_A_WEEK),
                name="rag_student_whole_week",
            ),
        )
        indexes = (
            models.Index(fields=["run", "tutor_group"], name="rag_student_tutor_group"),
            models.Index(fields=["run", "year"], name="rag_student_year"),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.student_id}"

    @classmethod
    def from_figures(cls, figures: StudentWeek, **facts: object) -> Self:
        """Make the unsaved row of a student's figures, with the facts that go with them."""
        counts = {
            f"{window}_{name}": getattr(getattr(figures, window), name)
            for window in ("week", "before", "ytd")
            for name in cls.COUNTS
        }
        return cls(
            student_id=figures.student_id,
            admission_number=figures.admission_number,
            year=figures.year,
            tutor_group=figures.tutor_group,
            band=figures.band,
            band_before=figures.band_before,
            has_dipped=figures.has_dipped,
            is_on_track_to_be_pa=figures.is_on_track_to_be_pa,
            remaining=figures.remaining,
            left_to_miss=figures.sessions_left_to_miss,
            penalty_notice_sessions=figures.penalty_notice_sessions,
            recent_missed=figures.recent_missed,
            recent_possible=figures.recent_possible,
            **counts,
            **facts,
        )

    def figures(self, bands: Bands) -> StudentWeek:
        """Return the figures that were frozen; bands: the run's."""
        return StudentWeek(
            student_id=self.student_id,
            admission_number=self.admission_number,
            tutor_group=self.tutor_group,
            year=self.year,
            week=self._counts("week"),
            before=self._counts("before"),
            ytd=self._counts("ytd"),
            remaining=self.remaining,
            penalty_notice_sessions=self.penalty_notice_sessions,
            bands=bands,
            recent_missed=self.recent_missed,
            recent_possible=self.recent_possible,
        )

    def _counts(self, window: str) -> Counts:
        return Counts(*(getattr(self, f"{window}_{name}") for name in self.COUNTS))


class RagDocument(models.Model):
    """One sheet of a run: announced when the run is frozen, drawn by a worker, then never changed."""

    class Kind(models.TextChoices):
        """Whom the sheet is about."""

        TUTOR_GROUP = "tutor_group", "Tutor group"
        YEAR = "year", "Year"

    run = models.ForeignKey(WeeklyRagRun, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=11, choices=Kind)
    name = models.CharField(max_length=20, help_text='"9B" or "Year 9"')
    tutor_group = models.ForeignKey(TutorGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="the students' year; the lowest of a group across years")
    intakes = ArrayField(
        models.PositiveSmallIntegerField(), help_text="when its students began Year 7: 2024 for Year 9 in 2026/27"
    )
    students = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    file = models.FileField(blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)

    objects = RagDocumentQuerySet.as_manager()

    class Meta:
        ordering = ("run", "-kind", "year", "name")
        constraints = (
            models.UniqueConstraint(fields=["run", "kind", "name"], name="rag_document_once"),
            models.CheckConstraint(
                condition=Q(kind="tutor_group", tutor_group__isnull=False) | Q(kind="year", tutor_group=None),
                name="rag_document_of_one",
            ),
            models.CheckConstraint(condition=Q(made_at=None) | ~Q(sha256=""), name="rag_document_filed"),
            models.CheckConstraint(condition=Q(intakes__len__gte=1), name="rag_document_has_intake"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the sheet on the screen."""
        return reverse("reports:rag_document", args=[self.pk])

    @property
    def is_filed(self) -> bool:
        """Test whether the document was drawn and its file stands."""
        return bool(self.made_at and self.file.name and self.file.storage.exists(self.file.name))

    @property
    def file_name(self) -> str:
        """The name a person saves the file under."""
        issue = f" issue {self.run.issue}" if self.run.issue > 1 else ""
        return f"RAG {self.run.week} {self.name.replace('/', '-')}{issue}.pdf"


class RagNotice(models.Model):
    """The e-mail that tells one person once that a sheet of theirs is there."""

    run = models.ForeignKey(WeeklyRagRun, on_delete=models.CASCADE, related_name="notices")
    document = models.ForeignKey(RagDocument, on_delete=models.CASCADE, related_name="notices")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = RagNoticeQuerySet.as_manager()

    class Meta:
        ordering = ("run", "user")
        constraints = (models.UniqueConstraint(fields=["user", "document"], name="rag_notice_once"),)

    def __str__(self) -> str:
        return f"{self.run_id} {self.user_id}"
