"""What the school chooses from: types of incident with their strand, and the other words of the forms."""

import pghistory
from django.db import models
from django.db.models import Q

from behaviour.models.incidents import Incident
from behaviour.querysets import IncidentTypeQuerySet
from students.strands import Strand


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class IncidentType(models.Model):
    """A type of incident as the school names it; incidents hold the name, as the MIS writes it.

    strand: "" for a type that came with an import and that nobody has placed yet: no form offers it, and no ladder
    counts it. goes_to_dsl: child-on-child sexual harm and other safeguarding matters, which are no behaviour comment.
    """

    name = models.CharField(max_length=80, unique=True)
    strand = models.CharField(max_length=10, choices=Strand, default=Strand.BEHAVIOUR, blank=True)
    points = models.PositiveSmallIntegerField(default=1, help_text="what each student who did it gets")
    severity = models.PositiveSmallIntegerField(default=1)
    is_prejudice = models.BooleanField(default=False, help_text="asks for a bullying or prejudice case")
    goes_to_dsl = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)

    objects = IncidentTypeQuerySet.as_manager()

    class Meta:
        ordering = ("order", "name")
        constraints = (
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="incident_type_severity"),
            models.CheckConstraint(
                condition=~Q(strand="attendance"),
                name="incident_type_strand",
                violation_error_message="Attendance is counted from marks, not from incidents.",
            ),
            models.CheckConstraint(
                condition=~Q(strand="") | Q(is_active=False),
                name="incident_type_offered_once_placed",
                violation_error_message="Say which strand it counts in before forms offer it.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def severity_in_words(self) -> str:
        """Return how grave an incident of the type is, unless somebody says otherwise of one."""
        return str(Incident.Severity(self.severity).label)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class ListedWord(models.Model):
    """One word that a form offers: a place, an action, a status, a type of achievement."""

    class Kind(models.TextChoices):
        """Which list it stands in."""

        LOCATION = "location", "Place"
        ACTIVITY = "activity", "Subject or activity"
        PERIOD = "period", "Part of the day"
        ACTION = "action", "Action"
        STATUS = "status", "Status"
        ACHIEVEMENT = "achievement", "Type of achievement"

    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=80)
    points = models.PositiveSmallIntegerField(default=0, help_text="of an achievement")
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ("kind", "order", "name")
        constraints = (models.UniqueConstraint(fields=["kind", "name"], name="listed_word_once"),)

    def __str__(self) -> str:
        return self.name
