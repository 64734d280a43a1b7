"""Interventions: what is done for students, how much of it was delivered, and how each of them came out of it."""

from datetime import date

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.models import Proposal
from behaviour.models import BullyingCase, Involvement, TutorMark
from contacts.models import Contact
from interventions.models.cases import PACase
from interventions.models.settings import Aim, InterventionType
from interventions.querysets import InterventionQuerySet, InterventionStudentQuerySet
from pastoral.core.constraints import one_of
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Intervention(Withdrawable):
    """Something done for one student or a group, with an aim, an owner, a dosage and days on which it is looked at.

    It runs from starts_on until ended_on. A restricted one is known to exist by whoever sees the student's
    interventions; what it says is for its owner, who delivers it, and those who read restricted text.
    because: what was seen that made somebody act (duty D116).
    """

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    type = models.ForeignKey(InterventionType, on_delete=models.PROTECT, related_name="interventions")
    aim = models.CharField(max_length=11, choices=Aim)
    target = models.CharField(max_length=300, help_text="what is to be different, and how one will know")
    because = models.CharField(max_length=300, help_text="what was seen")
    group_name = models.CharField(max_length=80, blank=True, help_text="for a group")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deliverer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delivered_by = models.CharField(max_length=120, blank=True, help_text="if by no colleague: an agency, a volunteer")
    starts_on = models.DateField()
    planned_until = models.DateField()
    planned_sessions = models.PositiveSmallIntegerField(help_text="0 for what has no sessions: a changed timetable")
    session_minutes = models.PositiveSmallIntegerField(help_text="staff time of one session")
    grace_days = models.PositiveSmallIntegerField(default=0, help_text="school days that count for neither side")
    is_restricted = models.BooleanField(default=False, help_text="what it says is for few")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="interventions")
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_ones", help_text="the one before"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InterventionQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-starts_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(planned_until__gte=F("starts_on")),
                name="intervention_in_order",
                violation_error_message="It has to end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None) | Q(ended_on__gte=F("starts_on"), ended_by__isnull=False),
                name="intervention_ended_by_somebody",
                violation_error_message="It cannot end before it began.",
            ),
            models.CheckConstraint(condition=Q(deliverer=None) | Q(delivered_by=""), name="intervention_one_deliverer"),
            models.CheckConstraint(
                condition=Q(
                    planned_sessions__range=(0, 200), session_minutes__range=(0, 400), grace_days__range=(0, 20)
                ),
                name="intervention_dosage",
                violation_error_message="Choose up to 200 sessions, 400 minutes and 20 school days of grace.",
            ),
        )

    def __str__(self) -> str:
        return f"Intervention {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class InterventionStudent(models.Model):
    """One student in an intervention, from when to when, and how it came out for them.

    The effect is measured from joined_on. "Not worked" names the next step, as an action or the next intervention.
    measured: the effect as it was computed when the outcome was given, frozen, figures of `figures.impact`.
    """

    class Outcome(models.TextChoices):
        """How it came out; "" until somebody says."""

        WORKED = "worked", "Worked"
        PARTLY = "partly", "Worked in part"
        NOT = "not", "Did not work"
        NOT_DELIVERED = "not_delivered", "Not delivered"

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="students")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="interventions")
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True, help_text="if before the others")
    outcome = models.CharField(max_length=13, choices=Outcome, blank=True)
    outcome_note = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    outcome_on = models.DateField(null=True, blank=True)
    outcome_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    measured = models.JSONField(default=dict, blank=True)

    objects = InterventionStudentQuerySet.as_manager()

    class Meta:
        ordering = ("intervention", "student")
        constraints = (
            models.UniqueConstraint(fields=["intervention", "student"], name="intervention_student_once"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")), name="intervention_student_in_order"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on=None, outcome_by=None)
                | Q(outcome_on__isnull=False, outcome_by__isnull=False) & ~Q(outcome=""),
                name="intervention_student_outcome_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not") | ~Q(next_step=""),
                name="intervention_student_not_worked_next",
                violation_error_message="It did not work: say what is done next.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.intervention_id} {self.student_id}"

    def is_in(self, on: date) -> bool:
        """Test whether the student was in the intervention on the day; on the day of leaving they are out of it.

        Who left the school is in it to the last day on roll.
        """
        gone = self.student.left_on
        return self.joined_on <= on and (self.left_on is None or self.left_on > on) and (gone is None or on <= gone)


SOURCES = ("involvement", "tutor_mark", "contact", "proposal", "bullying_case", "screen")


@pghistory.track(pghistory.DeleteEvent(row=pghistory.Old))
class InterventionSource(models.Model):
    """A record from which an intervention came, and stays linked to: exactly one of those below."""

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="sources")
    involvement = models.ForeignKey(
        Involvement, null=True, blank=True, on_delete=models.PROTECT, related_name="intervention_sources"
    )
    tutor_mark = models.ForeignKey(
        TutorMark, null=True, blank=True, on_delete=models.PROTECT, related_name="intervention_sources"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="intervention_sources"
    )
    proposal = models.ForeignKey(
        Proposal, null=True, blank=True, on_delete=models.PROTECT, related_name="intervention_sources"
    )
    bullying_case = models.ForeignKey(
        BullyingCase, null=True, blank=True, on_delete=models.PROTECT, related_name="intervention_sources"
    )
    screen = models.ForeignKey(
        "interventions.NeedsScreen", null=True, blank=True, on_delete=models.PROTECT, related_name="led_to"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=one_of(SOURCES), name="intervention_source_one"),
            models.UniqueConstraint(
                fields=["intervention", *SOURCES], nulls_distinct=False, name="intervention_source_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.intervention_id} {next(name for name in SOURCES if getattr(self, f'{name}_id') is not None)}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class DeliveredSession(Withdrawable):
    """One session that took place: mentoring, a check-in, a group. Who of the students was there stands beside it."""

    token = models.UUIDField(unique=True, help_text="the sending; a second tap logs nothing twice")
    intervention = models.ForeignKey(Intervention, on_delete=models.PROTECT, related_name="sessions")
    held_at = models.DateTimeField()
    logged_at = models.DateTimeField(default=timezone.now)
    minutes = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta(Withdrawable.Meta):
        ordering = ("-held_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(condition=Q(held_at__lte=F("logged_at")), name="delivered_before_logged"),
            models.CheckConstraint(
                condition=Q(minutes__range=(0, 400)),
                name="delivered_minutes",
                violation_error_message="Choose up to 400 minutes.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.intervention_id} {self.held_at:%Y-%m-%d}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class SessionPlace(models.Model):
    """Whether a student of the intervention was at a session, and how near they feel to their goal, 1 to 5."""

    session = models.ForeignKey(DeliveredSession, on_delete=models.CASCADE, related_name="places")
    member = models.ForeignKey(InterventionStudent, on_delete=models.CASCADE, related_name="places")
    was_there = models.BooleanField(default=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["session", "member"], name="session_place_once"),
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(1, 5)), name="session_place_rating"),
        )

    def __str__(self) -> str:
        return f"{self.session_id} {self.member_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class InterventionReview(models.Model):
    """A day on which it is looked at: due until it was held, then what was found and decided."""

    class Decision(models.TextChoices):
        """What was decided; the outcome for each student is given when it ends."""

        GO_ON = "go_on", "Go on"
        CHANGE = "change", "Change it"
        END = "end", "End it"

    intervention = models.ForeignKey(Intervention, on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField(blank=True)
    decision = models.CharField(max_length=6, choices=Decision, blank=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["intervention", "due_on"], name="intervention_review_once"),
            models.CheckConstraint(
                condition=Q(held_on=None, by=None, decision="")
                | Q(held_on__isnull=False, by__isnull=False) & ~Q(decision=""),
                name="intervention_review_decides",
                violation_error_message="Say what was decided.",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(held_on=None), name="intervention_review_due"),)

    def __str__(self) -> str:
        return f"{self.intervention_id} {self.due_on}"
