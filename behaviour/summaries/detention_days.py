"""Days on which a detention may be held: school days, and the Saturdays and INSET days that the school allows.

Source: Education and Inspections Act 2006 s.92(3): a school day, a weekend that is not next to a half-term break, a day
set aside for other duties than teaching. Never in the holidays.
"""

from datetime import date, timedelta

from behaviour.models import DetentionDays
from pastoral.core.templatetags.pastoral import day as said
from students.models import CalendarSpan, SchoolDay
from students.summaries import SchoolCalendar

SATURDAY = 5
NEAR = timedelta(days=4)  # a Friday INSET or a bank holiday Monday may lie between
HOW = "The Data Manager can allow them with the detention levels."


def days_allowed() -> DetentionDays:
    """Return what the school allows besides school days: nothing until it says so."""
    return DetentionDays.objects.first() or DetentionDays()


def day_fault(day: date, calendar: SchoolCalendar) -> str:
    """Return why no detention is held on the day; "" where it may be."""
    if calendar.is_school_day(day):
        return ""
    allowed = days_allowed()
    after = calendar.next_school_day(day)
    hint = f" The next one is {said(after)}." if after else ""
    if day.weekday() == SATURDAY and _is_in_term(day):
        off = "" if allowed.on_saturdays else f"Detentions on Saturdays are not allowed here. {HOW}"
    elif day.weekday() < SATURDAY and _is_inset(day):
        off = "" if allowed.on_inset_days else f"Detentions on INSET days are not allowed here. {HOW}"
    else:
        off = "None is held in the holidays, on a Sunday, or at a weekend next to half term."
    return f"{said(day)} is no school day.{hint} {off}" if off else ""


def _is_in_term(day: date) -> bool:
    """Test whether school meets on both sides of the weekend, in the same half term."""
    before = SchoolDay.objects.filter(day__lt=day).order_by("-day").first()
    after = SchoolDay.objects.filter(day__gt=day).order_by("day").first()
    if before is None or after is None or before.half_term_id != after.half_term_id:
        return False
    return day - before.day <= NEAR and after.day - day <= NEAR


def _is_inset(day: date) -> bool:
    """Test for an INSET day of a term; one that a bank holiday or a closure takes away is none."""
    spans = CalendarSpan.objects.filter(first_day__lte=day, last_day__gte=day).values_list("kind", flat=True)
    return set(spans) == {CalendarSpan.Kind.TERM, CalendarSpan.Kind.INSET}
