"""Cases of bullying and prejudice: more than one incident, two sides, and not over until it was looked at again."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from behaviour.models.incidents import Incident
from behaviour.querysets import BullyingCaseQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import Student


class Form(models.TextChoices):
    """What was done. Sexual harm is not among them: it goes to the DSL."""

    VERBAL = "verbal", "Verbal"
    PHYSICAL = "physical", "Physical"
    INDIRECT = "indirect", "Indirect or by leaving out"
    DAMAGE = "damage", "Extortion or damage to belongings"


class Medium(models.TextChoices):
    """Where it was done."""

    IN_PERSON = "in_person", "In person"
    ONLINE = "online", "Online or by phone"
    BOTH = "both", "Both"


class Motivation(models.TextChoices):
    """What it was about: the protected characteristics of the Equality Act 2010 that apply, and what else is met."""

    RACE = "race", "Race, ethnicity or nationality"
    RELIGION = "religion", "Religion or belief"
    DISABILITY = "disability", "Disability or SEN"
    ORIENTATION = "orientation", "Sexual orientation"
    REASSIGNMENT = "reassignment", "Gender reassignment"
    SEX = "sex", "Sex"
    APPEARANCE = "appearance", "Appearance or health"
    HOME = "home", "Home circumstances"
    MEANS = "means", "Money or belongings"
    OTHER = "other", "Something else, or not known"


PROTECTED = frozenset(
    {
        Motivation.RACE,
        Motivation.RELIGION,
        Motivation.DISABILITY,
        Motivation.ORIENTATION,
        Motivation.REASSIGNMENT,
        Motivation.SEX,
    }
)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class BullyingCase(Withdrawable):
    """One case over its incidents. It is prejudice where a protected characteristic is among the motivations."""

    class Finding(models.TextChoices):
        """What looking into it found."""

        ALLEGED = "alleged", "Being looked into"
        FOUND = "found", "Found to be so"
        NOT_FOUND = "not_found", "Not found to be so"

    token = models.UUIDField(null=True, blank=True, unique=True, help_text="the sending it was made by")
    form = models.CharField(max_length=10, choices=Form)
    medium = models.CharField(max_length=10, choices=Medium, default=Medium.IN_PERSON)
    motivations = ArrayField(models.CharField(max_length=12, choices=Motivation))
    finding = models.CharField(max_length=10, choices=Finding, default=Finding.ALLEGED)
    summary = models.TextField()
    action = models.TextField(blank=True, help_text="what was done with those who did it")
    outcome = models.TextField(blank=True, help_text="how it stands for the one it was done to")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    incidents = models.ManyToManyField(Incident, through="CaseIncident", related_name="cases")

    objects = BullyingCaseQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-opened_at", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(action="") & ~Q(outcome=""),
                name="bullying_case_closed_with_outcome",
                violation_error_message="A case is closed with an action and an outcome.",
            ),
            models.CheckConstraint(
                condition=~Q(finding="alleged") | Q(closed_at=None),
                name="bullying_case_closed_with_finding",
                violation_error_message="Say what was found before the case is closed.",
            ),
            models.CheckConstraint(condition=~Q(motivations=[]), name="bullying_case_motivated"),
        )

    def __str__(self) -> str:
        return f"Case {self.pk}"


@pghistory.track(pghistory.DeleteEvent(row=pghistory.Old))
class CaseIncident(models.Model):
    """One incident of a case."""

    case = models.ForeignKey(BullyingCase, on_delete=models.CASCADE, related_name="links")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="links")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "incident"], name="case_incident_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.incident_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CaseStudent(models.Model):
    """One student in a case, on which side, and what support both sides get."""

    class Side(models.TextChoices):
        """To whom it was done, and who did it."""

        TARGET = "target", "Target"
        PERPETRATOR = "perpetrator", "Perpetrator"

    case = models.ForeignKey(BullyingCase, on_delete=models.CASCADE, related_name="students")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="bullying_cases")
    side = models.CharField(max_length=12, choices=Side)
    support = models.TextField(blank=True)
    parents_told_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("case", "-side", "student")
        constraints = (models.UniqueConstraint(fields=["case", "student"], name="case_student_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.student_id} {self.side}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CaseCheck(models.Model):
    """A look back with the target, two and six weeks after: is it over?"""

    WEEKS = (2, 6)

    case = models.ForeignKey(BullyingCase, on_delete=models.CASCADE, related_name="checks")
    weeks = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_over = models.BooleanField(null=True, blank=True, help_text="whether the target says that it has stopped")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("case", "due_on")
        constraints = (
            models.UniqueConstraint(fields=["case", "weeks"], name="case_check_once"),
            models.CheckConstraint(
                condition=Q(done_on=None, done_by=None, is_over=None)
                | Q(done_on__isnull=False, done_by__isnull=False, is_over__isnull=False),
                name="case_check_done_with_answer",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} after {self.weeks} weeks"
