"""Days on which school does not meet, and why."""

from dataclasses import dataclass
from datetime import date

from students.models import CalendarSpan, SchoolDay

WEEKEND = 5


@dataclass(frozen=True)
class ClosedDay:
    """A day without school. why: "Saturday", "INSET", "Half term or holiday"; with the school days around it."""

    day: date
    why: str
    before: date | None
    after: date | None


def closed_day(day: date) -> ClosedDay | None:
    """Return why there is no school on the day; None, in one query, when there is."""
    if SchoolDay.objects.filter(day=day).exists():
        return None
    before = SchoolDay.objects.filter(day__lt=day).order_by("-day").values_list("day", flat=True).first()
    after = SchoolDay.objects.filter(day__gt=day).order_by("day").values_list("day", flat=True).first()
    return ClosedDay(day, _why(day, is_within=before is not None and after is not None), before, after)


def _why(day: date, *, is_within: bool) -> str:
    spans = CalendarSpan.objects.exclude(kind=CalendarSpan.Kind.TERM).filter(first_day__lte=day, last_day__gte=day)
    span = spans.first()
    if span:
        kind = span.get_kind_display()
        return span.name if kind == span.name else f"{kind}: {span.name}"
    if day.weekday() >= WEEKEND:
        return f"{day:%A}"
    if is_within:
        return "Half term or holiday"
    return "No term dates are held; the Data Manager imports them"
