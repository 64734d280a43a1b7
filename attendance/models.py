"""Marks, registers and the weekly totals that triggers keep true."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from attendance.codes import CodeClass, LegalClass, PhysicalClass
from attendance.querysets import (
    AttendanceWeekQuerySet,
    LessonMarkQuerySet,
    RegisterQuerySet,
    SessionMarkQuerySet,
)
from attendance.triggers import LESSON_TRIGGERS, MARK_TRIGGERS
from students.models import Student, TutorGroup


class AttendanceCode(models.Model):
    """One meaning of one code over a span of dates; the rows are `attendance.codes.CODES`, laid down by migrations."""

    letters = models.CharField(max_length=2)
    meaning = models.CharField(max_length=100)
    code_class = models.CharField(max_length=20, choices=[(c.value, c.value) for c in CodeClass])
    legal = models.CharField(max_length=20, choices=[(c.value, c.value) for c in LegalClass])
    physical = models.CharField(max_length=20, choices=[(c.value, c.value) for c in PhysicalClass])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    session = models.CharField(max_length=2, blank=True)
    takes_minutes = models.BooleanField(default=False)
    is_sensitive = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["letters", "valid_from"], name="attendance_code_once"),)
        triggers = (pgtrigger.Protect(name="codes_kept", operation=pgtrigger.Delete),)

    def __str__(self) -> str:
        return self.letters


class Session(models.TextChoices):
    """Half a school day."""

    AM = "AM", "morning"
    PM = "PM", "afternoon"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class SessionMark(models.Model):
    """One statutory mark: a student's code for one session. What it replaced stays in its history."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="session_marks")
    date = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    # The trigger mark_fits holds this key, a statement at a time.
    code = models.ForeignKey(
        AttendanceCode, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = SessionMarkQuerySet.as_manager()

    class Meta:
        ordering = ("student", "date", "session")
        constraints = (
            # Code and minutes ride along in the index: counting a year's marks then never touches the table.
            models.UniqueConstraint(
                fields=["student", "date", "session"], include=["code", "minutes_late"], name="session_mark_once"
            ),
            models.CheckConstraint(condition=Q(session__in=["AM", "PM"]), name="session_mark_am_pm"),
            models.CheckConstraint(
                condition=Q(minutes_late=None) | Q(minutes_late__lte=240),
                name="session_mark_minutes",
            ),
        )
        indexes = (models.Index(fields=["date", "session"], name="session_mark_day"),)
        triggers = MARK_TRIGGERS

    def __str__(self) -> str:
        return f"{self.student_id} {self.date} {self.session} {self.code_id}"


class AttendanceWeek(models.Model):
    """A student's counts for one week of one academic year, kept by a statement-level trigger on the marks.

    The names are figures.md's. A week that straddles 1 September has a row for each of its two years.
    """

    student = models.ForeignKey(
        Student,
        on_delete=models.CASCADE,
        related_name="attendance_weeks",
        db_index=False,
    )
    monday = models.DateField()
    academic_year = models.PositiveSmallIntegerField()
    present = models.PositiveSmallIntegerField(default=0)
    approved_activity = models.PositiveSmallIntegerField(default=0)
    authorised = models.PositiveSmallIntegerField(default=0)
    unauthorised = models.PositiveSmallIntegerField(default=0)
    not_counted = models.PositiveSmallIntegerField(default=0, help_text="marks that are in no figure")
    late_before_close = models.PositiveSmallIntegerField(default=0)
    late_after_close = models.PositiveSmallIntegerField(default=0)
    minutes_late = models.PositiveIntegerField(default=0)

    objects = AttendanceWeekQuerySet.as_manager()

    class Meta:
        ordering = ("student", "monday", "academic_year")
        constraints = (
            models.UniqueConstraint(
                fields=["student", "academic_year", "monday"],
                name="attendance_week_once",
            ),
        )
        indexes = (
            models.Index(
                fields=["academic_year", "monday"],
                name="attendance_week_date",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.monday}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class Register(models.Model):
    """The fact that a register was taken, apart from the marks in it."""

    tutor_group = models.ForeignKey(TutorGroup, on_delete=models.PROTECT, related_name="registers")
    date = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    objects = RegisterQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "session", "tutor_group")
        constraints = (
            models.UniqueConstraint(fields=["tutor_group", "date", "session"], name="register_once"),
            models.CheckConstraint(condition=Q(session__in=["AM", "PM"]), name="register_am_pm"),
        )
        indexes = (models.Index(fields=["date", "session"], name="register_day"),)

    def __str__(self) -> str:
        return f"{self.tutor_group_id} {self.date} {self.session}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class LessonMark(models.Model):
    """A student's mark in one lesson; never a statutory mark."""

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="lesson_marks")
    date = models.DateField()
    period = models.CharField(max_length=5)
    subject = models.CharField(max_length=60)
    class_name = models.CharField(max_length=30)
    teacher = models.CharField(max_length=60, blank=True, help_text="as the timetable writes it")
    code = models.ForeignKey(AttendanceCode, on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = LessonMarkQuerySet.as_manager()

    class Meta:
        ordering = ("student", "date", "period")
        constraints = (
            models.UniqueConstraint(fields=["student", "date", "period"], name="lesson_mark_once"),
            models.CheckConstraint(
                condition=Q(minutes_late=None) | Q(minutes_late__lte=240),
                name="lesson_mark_minutes",
            ),
        )
        indexes = (models.Index(fields=["date", "period"], name="lesson_mark_day"),)
        triggers = LESSON_TRIGGERS

    def __str__(self) -> str:
        return f"{self.student_id} {self.date} {self.period} {self.code_id}"


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
