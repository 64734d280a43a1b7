"""The school calendar: spans of dates as the school states them, and the school days that follow from them."""

from django.db import models
from django.db.models import F, Q

from students.querysets import SchoolDayQuerySet


class CalendarSpan(models.Model):
    """A span of dates that the school named: a half term, an INSET day, a bank holiday or a closure."""

    class Kind(models.TextChoices):
        """What the span is; all but a term take days away."""

        TERM = "term", "Half term"
        INSET = "inset", "INSET"
        BANK_HOLIDAY = "bank holiday", "Bank holiday"
        CLOSURE = "closure", "Closure"

    kind = models.CharField(max_length=12, choices=Kind)
    first_day = models.DateField()
    last_day = models.DateField()
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("first_day", "kind")
        constraints = (
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="calendar_span_in_order"),
            models.UniqueConstraint(fields=["kind", "first_day"], name="calendar_span_once"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.first_day} to {self.last_day})"


class SchoolDay(models.Model):
    """One day on which school meets: inside a half term, Monday to Friday, and not taken away. Built by a service."""

    day = models.DateField(primary_key=True)
    academic_year = models.PositiveSmallIntegerField(help_text="2026 for 2026/27")
    monday = models.DateField()
    half_term = models.ForeignKey(CalendarSpan, on_delete=models.CASCADE, related_name="school_days")

    objects = SchoolDayQuerySet.as_manager()

    class Meta:
        ordering = ("day",)
        indexes = (models.Index(fields=["academic_year", "day"], name="school_day_year"),)

    def __str__(self) -> str:
        return self.day.isoformat()
