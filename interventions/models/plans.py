"""Plans: what a student, the family and the school undertake, and each version as it stood."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from attendance.models import PlannedMark
from contacts.models import EarlyHelp
from interventions.models.cases import PACase
from interventions.models.interventions import Intervention
from interventions.models.settings import PlanKind
from interventions.querysets import PlanQuerySet
from pastoral.core.versions import version_of
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Plan(Withdrawable):
    """One plan of one student: a draft until it is begun, then running until it has an outcome.

    Every version that was begun or changed stands frozen in `versions`. A reduced timetable points to the planned
    marks that carry it, an early help assessment to the episode. A restricted plan is known to exist by whoever sees
    the student's plans; what it says is for the owner, for whom it is shared with, and for who reads restricted text.
    """

    class Outcome(models.TextChoices):
        """How it ended; "" before."""

        MET = "met", "Targets met"
        PARTLY = "partly", "Targets met in part"
        NOT = "not", "Targets not met"
        REPLACED = "replaced", "Replaced by another plan"
        STOPPED = "stopped", "Stopped for another reason"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="plans")
    kind = models.ForeignKey(PlanKind, on_delete=models.PROTECT, related_name="plans")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    intervention = models.ForeignKey(
        Intervention, null=True, blank=True, on_delete=models.PROTECT, related_name="plans", help_text="it came from"
    )
    early_help = models.ForeignKey(EarlyHelp, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    timetable = models.ForeignKey(PlannedMark, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    follows = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_plan", help_text="the plan before"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, help_text="why there is a plan")
    strengths = models.TextField(blank=True)
    student_words = models.TextField(blank=True)
    family_words = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    is_restricted = models.BooleanField(default=False, help_text="what it says is for few")
    begun_on = models.DateField(null=True, blank=True, help_text="a draft until then")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    outcome_note = models.TextField(blank=True)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PlanQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-starts_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="plan_in_order",
                violation_error_message="It has to end after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, outcome="", outcome_note="")
                | Q(ended_on__isnull=False, ended_by__isnull=False, begun_on__isnull=False)
                & ~Q(outcome="")
                & ~Q(outcome_note=""),
                name="plan_ended_with_outcome",
                violation_error_message="A plan that was begun ends with how it ended and what came of it.",
            ),
        )

    def __str__(self) -> str:
        return f"Plan {self.pk}"

    @property
    def ended_as(self) -> str:
        """Return the version of how it was ended: what a page sends along that goes on with it."""
        return version_of(self, ("ended_on", "ended_by_id", "outcome", "outcome_note"))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanTarget(models.Model):
    """One target: what is to be so, how one will know, and by when. One that was reviewed is retired, not deleted."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="targets")
    order = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    measure = models.CharField(max_length=200, blank=True, help_text="how one will know")
    by_on = models.DateField(null=True, blank=True)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan", "order", "pk")

    def __str__(self) -> str:
        return self.words


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PlanStrategy(models.Model):
    """What somebody does for the plan. A dated one for a colleague is also one of their actions."""

    class Side(models.TextChoices):
        """Whose part it is."""

        SCHOOL = "school", "School"
        STUDENT = "student", "Student"
        FAMILY = "family", "Family"
        AGENCY = "agency", "Agency"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="strategies")
    order = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=7, choices=Side, default=Side.SCHOOL)
    words = models.CharField(max_length=200)
    who = models.CharField(max_length=120, blank=True, help_text="who does it")
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan", "side", "order", "pk")

    def __str__(self) -> str:
        return self.words


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class Hazard(models.Model):
    """One hazard of a risk assessment, before its controls and with them: likelihood × severity, each 1 to 5."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="hazards")
    order = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, help_text="what could happen")
    to_whom = models.CharField(max_length=120)
    likelihood = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField()
    controls = models.TextField()
    likelihood_left = models.PositiveSmallIntegerField(help_text="with the controls")
    severity_left = models.PositiveSmallIntegerField(help_text="with the controls")
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("plan", "order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    likelihood__range=(1, 5),
                    severity__range=(1, 5),
                    likelihood_left__range=(1, 5),
                    severity_left__range=(1, 5),
                ),
                name="hazard_scales",
                violation_error_message="Choose 1 to 5.",
            ),
            models.CheckConstraint(
                condition=~Q(controls=""), name="hazard_controls", violation_error_message="Say what is done about it."
            ),
        )

    def __str__(self) -> str:
        return self.words

    @property
    def risk(self) -> int:
        """Likelihood × severity before the controls, 1 to 25."""
        return self.likelihood * self.severity

    @property
    def risk_left(self) -> int:
        """Likelihood × severity with the controls, 1 to 25."""
        return self.likelihood_left * self.severity_left


class PlanVersion(models.Model):
    """A plan as it stood when it was begun or changed: whole, frozen, with its hash. Append-only."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="everything the plan said, by section")
    sha256 = models.CharField(max_length=64)
    because = models.CharField(max_length=200, help_text="what changed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("plan", "-number")
        constraints = (models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once"),)
        triggers = (pgtrigger.Protect(name="plan_version_append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.plan_id} version {self.number}"
