"""What the school sets about behaviour."""

import pghistory
from django.db import models
from django.db.models import Q


class Rule(models.TextChoices):
    """Which hours count of the 48 to reach a parent after an incident; in words, for every page with a clock."""

    ELAPSED = "elapsed", "48 hours by the clock, weekends and holidays too"
    SCHOOL = "school", "48 hours, of which only those of school days count"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old))
class BehaviourRules(models.Model):
    """The school's own; one row. The settings of contacts change the clock, beside the rules of their other clocks.

    work_after: an absence of more sessions than these is one that work is set for.
    """

    contact_clock = models.CharField(max_length=7, choices=Rule, default=Rule.ELAPSED)
    work_after = models.PositiveSmallIntegerField(default=5, db_default=5)
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(only=True), name="behaviour_rules_one_row"),
            models.CheckConstraint(
                condition=Q(work_after__range=(1, 60)),
                name="behaviour_rules_work_after",
                violation_error_message="1 to 60 sessions.",
            ),
        )

    def __str__(self) -> str:
        return "Rules of behaviour"
