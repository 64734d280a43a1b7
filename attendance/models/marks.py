"""Session and lesson marks, and the weekly totals that triggers keep true."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from attendance.models.codes import AttendanceCode
from attendance.querysets import AttendanceWeekQuerySet, LessonMarkQuerySet, SessionMarkQuerySet
from attendance.triggers import LESSON_TRIGGERS, MARK_TRIGGERS, WEEK_TRIGGERS
from students.models import Student


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

    # The week that the mark is counted in holds this key: see WEEK_TRIGGERS.
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="session_marks", db_constraint=False)
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
        triggers = WEEK_TRIGGERS

    def __str__(self) -> str:
        return f"{self.student_id} {self.monday}"


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
