"""When days of the school begin and end, for the clocks: in Python, and as the database reads it."""

from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, Expression, F, Func
from django.utils import timezone

_AT = "((%(expressions)s)::timestamp + interval '{span}') AT TIME ZONE 'Europe/London'"


def day_begins(day: date) -> datetime:
    """Return the moment at which the day begins at the school."""
    return timezone.make_aware(datetime.combine(day, time.min))


def day_ends(day: date) -> datetime:
    """Return the moment at which the day is over at the school."""
    return day_begins(day + timedelta(days=1))


def end_of(day: Expression | F, *, days: int = 0) -> Expression:
    """Return when a date that the database holds is over, or so many days after it."""
    return _later(day, f"{days + 1} days")


def noon_of(day: Expression | F) -> Expression:
    """Return the middle of a date that the database holds; nothing of none."""
    return _later(day, "12 hours")


def _later(day: Expression | F, span: str) -> Expression:
    return Func(day, template=_AT.format(span=span), output_field=DateTimeField())
