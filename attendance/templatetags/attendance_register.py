"""Words of the register page."""

from collections.abc import Sequence
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date

from attendance.forms.register import Field
from attendance.services.register import Choice

register = template.Library()

_CHOSEN = {Choice.PRESENT: "Present", Choice.ABSENT: "Absent", Choice.PLANNED: "as planned", Choice.STANDS: "as it was"}


@register.filter
def clock(at: datetime) -> str:
    """Print a moment as the clock at the school shows it: 08:52."""
    return f"{timezone.localtime(at):%H:%M}"


@register.filter
def chosen(field: Field) -> str:
    """Print what somebody chose for a row: "Absent", "Late 5 min", "V"."""
    said = field.said
    if said.choice is Choice.LATE:
        return f"Late {said.minutes} min" if said.minutes else "Late"
    return _CHOSEN.get(said.choice, said.letters)


@register.filter
def before_words(field: Field, days: Sequence[date]) -> str:
    """Print the marks of the days before for those who listen: "Before: Fri 13 present, present; …"."""
    pairs = zip(field.before[::2], field.before[1::2], strict=True)
    words = (
        f"{format_date(day, 'D j')} " + ", ".join(shown.words if shown else "not marked" for shown in pair)
        for day, pair in zip(days, pairs, strict=True)
    )
    return f"Before: {'; '.join(words)}" if days else "No school day before"
