"""Detentions, calls for help from a lesson, suspensions and permanent exclusions."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from behaviour.models.incidents import Incident
from behaviour.querysets import DetentionQuerySet, OnCallQuerySet, SuspensionQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class DetentionLevel(models.Model):
    """One rung of the school's policy: how long a detention of it lasts, when it begins and where it is held.

    Who misses one is kept back at the next rung; above the last one a person decides.
    """

    number = models.PositiveSmallIntegerField(primary_key=True)
    name = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    place = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=["name"], deferrable=models.Deferrable.DEFERRED, name="detention_level_once"
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 180)),
                name="detention_level_minutes",
                violation_error_message="A detention lasts 5 to 180 minutes.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.minutes} min"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class DetentionDays(models.Model):
    """On which days besides school days the school holds detentions; one row, and none means on no others."""

    on_saturdays = models.BooleanField(default=False, help_text="in term, not next to a half term")
    on_inset_days = models.BooleanField(default=False)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(only=True), name="detention_days_one_row"),)

    def __str__(self) -> str:
        return f"Saturdays {self.on_saturdays}, INSET days {self.on_inset_days}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Detention(Withdrawable):
    """One detention: set, notified, then served, missed or excused. One that was missed leads to the next."""

    class Status(models.TextChoices):
        """How far it has come."""

        SET = "set", "Set"
        NOTIFIED = "notified", "Parent told"
        SERVED = "served", "Served"
        MISSED = "missed", "Missed"
        EXCUSED = "excused", "Excused"

    TO_COME = (Status.SET, Status.NOTIFIED)

    level = models.ForeignKey(DetentionLevel, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    level_name = models.CharField(max_length=60, blank=True, db_default="", help_text="as it was called then")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="detentions")
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="detentions")
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="escalation", help_text="the one missed"
    )
    day = models.DateField()
    starts_at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    place = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    status = models.CharField(max_length=10, choices=Status, default=Status.SET)
    told_on = models.DateField(null=True, blank=True, help_text="when a parent or carer was told")
    told_how = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)

    objects = DetentionQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-day", "starts_at", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "day", "starts_at"], condition=Q(withdrawn_at=None), name="detention_once"
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 180)),
                name="detention_minutes",
                violation_error_message="A detention lasts 5 to 180 minutes.",
            ),
            models.CheckConstraint(
                condition=~Q(status="excused") | ~Q(outcome=""),
                name="detention_excused_for_a_reason",
                violation_error_message="Say why it is excused.",
            ),
        )
        indexes = (models.Index(fields=["day"], name="detention_day"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.day} {self.starts_at:%H:%M}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class OnCall(Withdrawable):
    """A call for help from a lesson: who asked, from where, who came and when, and how it ended."""

    class Outcome(models.TextChoices):
        """How it ended; "" while it goes on."""

        SETTLED = "settled", "Settled, stayed in the lesson"
        RETURNED = "returned", "Taken out, then back in the lesson"
        INCLUSION = "inclusion", "Taken to the inclusion room"
        ELSEWHERE = "elsewhere", "Taken to another lesson"
        OFFICE = "office", "Taken to the pastoral office"
        NOBODY = "nobody", "Nobody could come"

    REASONS = (
        "Disrupts the lesson",
        "Refuses instructions",
        "Left the lesson",
        "Fight or threat",
        "Unwell or hurt",
        "Upset, needs support",
        "Something else",
    )

    student = models.ForeignKey(
        Student, null=True, blank=True, on_delete=models.PROTECT, related_name="on_calls", help_text="if one is named"
    )
    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was made by")
    about = models.CharField(max_length=120, blank=True, help_text="a name that the caller could not choose")
    room = models.CharField(max_length=40)
    period = models.CharField(max_length=5, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    coming_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    coming_at = models.DateTimeField(null=True, blank=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    arrived_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(
        Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="calls", help_text="written afterwards"
    )

    objects = OnCallQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-asked_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(arrived_at__gte=F("asked_at")),
                name="on_call_in_order",
                violation_error_message="Nobody arrives before they are asked.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at=None) | ~Q(outcome="") & Q(ended_at__isnull=False),
                name="on_call_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.room} {self.asked_at:%Y-%m-%d %H:%M}"


class SuspensionReason(models.Model):
    """A reason that the census knows, with the dates between which it may be given. Source: CBDS; domain.md 4.8."""

    code = models.CharField(max_length=2, primary_key=True)
    name = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Suspension(Withdrawable):
    """A suspension, a lunchtime one or a permanent exclusion, counted in sessions and never in days.

    sessions: those of the school calendar that it takes; a lunchtime is one, half a day. It cannot be lengthened: a
    further one follows on new evidence. work: what was set, and by whom it was marked.
    """

    class Kind(models.TextChoices):
        """As the census names them (CBDS)."""

        SUSPENSION = "SUSP", "Suspension"
        LUNCHTIME = "LNCH", "Lunchtime suspension"
        PERMANENT = "PERM", "Permanent exclusion"

    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="suspensions")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.SUSPENSION)
    starts_on = models.DateField()
    starts_session = models.CharField(max_length=2, choices=[("AM", "AM"), ("PM", "PM")], default="AM")
    ends_on = models.DateField(null=True, blank=True)
    ends_session = models.CharField(max_length=2, choices=[("AM", "AM"), ("PM", "PM")], default="PM")
    sessions = models.PositiveSmallIntegerField(null=True, blank=True)
    reasons = ArrayField(models.CharField(max_length=2), size=3)
    circumstances = models.TextField(blank=True)
    new_evidence = models.CharField(
        max_length=300, blank=True, help_text="why it follows upon another that is hardly over"
    )
    incident = models.ForeignKey(Incident, null=True, blank=True, on_delete=models.PROTECT, related_name="suspensions")
    decided_by = models.CharField(max_length=80, help_text="the head, or who acts as head")
    sen_provision = models.CharField(max_length=1, blank=True, help_text="as it stood on the first day")
    parents_told_on = models.DateField(null=True, blank=True, help_text="in writing")
    la_told_on = models.DateField(null=True, blank=True, help_text="the local authority")
    social_worker_told_on = models.DateField(null=True, blank=True)
    virtual_school_told_on = models.DateField(null=True, blank=True, help_text="of a looked-after child")
    governors_told_on = models.DateField(null=True, blank=True)
    representations_on = models.DateField(null=True, blank=True, help_text="when the parents made representations")
    misses_exam = models.BooleanField(default=False, help_text="a public exam or national test")
    work = models.CharField(max_length=300, blank=True)
    provision = models.CharField(max_length=200, blank=True, help_text="full-time, from the 6th school day")
    governors_met_on = models.DateField(null=True, blank=True)
    governors_decided = models.CharField(max_length=200, blank=True)
    review_asked_on = models.DateField(null=True, blank=True, help_text="an independent review panel")
    review_decided = models.CharField(max_length=200, blank=True)
    reintegration_at = models.DateTimeField(null=True, blank=True)
    reintegration = models.TextField(blank=True, help_text="who came, what was agreed")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = SuspensionQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-starts_on", "student")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student", "starts_on", "starts_session", "kind"],
                condition=Q(withdrawn_at=None),
                name="suspension_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="PERM", ends_on=None, sessions=None)
                | ~Q(kind="PERM") & Q(ends_on__gte=F("starts_on"), sessions__range=(1, 90)),
                name="suspension_spans",
                violation_error_message="A suspension takes 1 to 90 sessions; a permanent exclusion has no end.",
            ),
            models.CheckConstraint(
                condition=Q(reasons__len__range=(1, 3)),
                name="suspension_reasons",
                violation_error_message="Give one to three reasons.",
            ),
        )
        indexes = (models.Index(fields=["starts_on"], name="suspension_begins"),)

    def __str__(self) -> str:
        return f"{self.student_id} {self.kind} {self.starts_on}"

    @property
    def had_reintegration(self) -> bool:
        """Test for a reintegration meeting that was had: who came and what was agreed is said. A day is a booking."""
        return bool(self.reintegration)
