"""Suspensions at an earlier school, which the law counts with those of this one."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from behaviour.querysets import SuspensionElsewhereQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.calendar import academic_year_name
from students.models import Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class SuspensionElsewhere(Withdrawable):
    """Sessions for which an earlier school suspended a student in a school year, as somebody told us on a day.

    The 45 school days of a year are counted across schools; the governors' totals of a term are this school's alone.
    """

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="suspensions_elsewhere")
    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    sessions = models.PositiveSmallIntegerField(help_text="half days")
    school = models.CharField(max_length=120)
    source = models.CharField(max_length=200, help_text="how we know: the transfer file, a letter, the authority")
    told_on = models.DateField(help_text="when we were told")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = SuspensionElsewhereQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("student", "-academic_year", "pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(sessions__range=(1, 90)),
                name="elsewhere_sessions",
                violation_error_message="A school may suspend for 1 to 90 sessions in a school year.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} {self.academic_year} {self.sessions}"

    @property
    def year_name(self) -> str:
        """The school year as people write it."""
        return academic_year_name(self.academic_year)
