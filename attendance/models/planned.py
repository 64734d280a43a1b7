"""What is known beforehand: leave, appointments, visits, part-time timetables and placements elsewhere."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.models.codes import AttendanceCode
from attendance.models.marks import Session
from attendance.querysets import PlacementConfirmationQuerySet, PlannedMarkQuerySet
from students.models import Student

WEEK_SESSIONS = [f"{day}-{session}" for day in ("MON", "TUE", "WED", "THU", "FRI") for session in ("AM", "PM")]


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class PlannedMark(models.Model):
    """The code that a student is expected to have in the sessions of a span, and why; never itself a mark.

    sessions: which of the week's sessions it covers ("MON-AM"), empty for all. A leave request is asked first, then
    agreed (its code is pre-filled) or refused (G is proposed if it is taken all the same).
    """

    class Kind(models.TextChoices):
        """What makes it known beforehand."""

        LEAVE = "leave", "Leave of absence"
        PLANNED = "planned", "Planned absence or activity"
        PART_TIME = "part_time", "Part-time timetable"
        PLACEMENT = "placement", "Placement elsewhere"

    class Status(models.TextChoices):
        """How far it is decided."""

        ASKED = "asked", "Asked for"
        AGREED = "agreed", "Agreed"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="planned_marks")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.AGREED)
    code = models.ForeignKey(AttendanceCode, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_on = models.DateField()
    starts_session = models.CharField(max_length=2, choices=Session, default=Session.AM)
    ends_on = models.DateField()
    ends_session = models.CharField(max_length=2, choices=Session, default=Session.PM)
    sessions = ArrayField(models.CharField(max_length=6), default=list, blank=True)
    note = models.TextField(blank=True, help_text="why; shown to those who may see the code")
    asked_by = models.CharField(max_length=100, blank=True, help_text="the parent or carer who asked or told")
    asked_on = models.DateField(null=True, blank=True)
    agreed_with = models.CharField(max_length=100, blank=True, help_text="the parent the student lives with")
    agreed_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    provider = models.CharField(max_length=100, blank=True)
    provider_telephone = models.CharField(max_length=30, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)
    batch = models.UUIDField(null=True, blank=True, help_text="what was planned for several students in one action")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlannedMarkQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "student", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"))
                | Q(ends_on=F("starts_on")) & ~(Q(starts_session="PM") & Q(ends_session="AM")),
                name="planned_mark_in_order",
                violation_error_message="It has to end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(starts_session__in=["AM", "PM"]) & Q(ends_session__in=["AM", "PM"]),
                name="planned_mark_am_pm",
            ),
            models.CheckConstraint(
                condition=Q(sessions__contained_by=WEEK_SESSIONS), name="planned_mark_week_sessions"
            ),
            models.CheckConstraint(
                condition=~Q(kind="part_time")
                | Q(review_on__isnull=False, agreed_on__isnull=False) & ~Q(agreed_with=""),
                name="planned_mark_part_time_agreed",
                violation_error_message="A part-time timetable needs a review date and the parent it was agreed with.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="placement") | ~Q(provider=""),
                name="planned_mark_placement_provider",
                violation_error_message="A placement needs the place's name.",
            ),
            models.CheckConstraint(
                condition=Q(kind="leave") | ~Q(status__in=["asked", "refused"]), name="planned_mark_only_leave_is_asked"
            ),
            models.CheckConstraint(
                condition=~Q(kind="leave") | Q(status="asked") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="planned_mark_leave_decided",
            ),
        )
        indexes = (
            models.Index(fields=["student", "starts_on", "ends_on"], name="planned_mark_student"),
            models.Index(fields=["starts_on", "ends_on"], name="planned_mark_span"),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind} {self.starts_on} to {self.ends_on}"


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old, level=pghistory.Statement),
    pghistory.DeleteEvent(row=pghistory.Old, level=pghistory.Statement),
)
class PlacementConfirmation(models.Model):
    """What the provider of a placement said about one session: the student was there, was not, or nobody answered."""

    class Outcome(models.TextChoices):
        """What was heard."""

        ATTENDED = "attended", "Attended"
        ABSENT = "absent", "Did not attend"
        NO_ANSWER = "no_answer", "No answer"

    planned = models.ForeignKey(PlannedMark, on_delete=models.PROTECT, related_name="confirmations")
    date = models.DateField()
    session = models.CharField(max_length=2, choices=Session)
    outcome = models.CharField(max_length=10, choices=Outcome)
    told_by = models.CharField(max_length=100, blank=True, help_text="who at the provider")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(default=timezone.now)

    objects = PlacementConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ("-date", "session")
        constraints = (
            models.UniqueConstraint(fields=["planned", "date", "session"], name="placement_confirmation_once"),
            models.CheckConstraint(condition=Q(session__in=["AM", "PM"]), name="placement_confirmation_am_pm"),
        )

    def __str__(self) -> str:
        return f"{self.planned_id} {self.date} {self.session} {self.outcome}"
