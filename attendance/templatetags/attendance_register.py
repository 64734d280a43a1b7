"""Words of the register page."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from attendance.forms.register import Field
from attendance.services.register_desk import LATE_LETTERS, Choice
from attendance.summaries.shown import HIDDEN_SIGN, MarkShown

register = template.Library()

NO_MARK = mark_safe('<span class="register-mark"></span>')
NO_DAYS = mark_safe('<span class="register-before"></span>')
_CHOICES: dict[str, tuple[str, str]] = {
    Choice.PRESENT: ("Present", "In the room"),
    Choice.LATE: ("Late", "Arrived late: type the minutes"),
    Choice.ABSENT: ("Absent", "Not here, reason not known"),
    Choice.OTHER: ("Other", "Another code"),
}
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
def set_to(field: Field) -> str:
    """Print the mark that stands in the words of the page's buttons: "Absent", "Late 5 min", "Authorised absence"."""
    shown, held = field.shown, field.row.standing
    if shown is None or held is None:
        return ""
    if shown.sign in LATE_LETTERS:
        return f"Late {held.minutes} min" if held.minutes else "Late"
    return {"/": "Present", "\\": "Present", "N": "Absent"}.get(shown.sign, shown.words)


@register.filter
def before(field: Field, days: Sequence[date]) -> SafeString:
    """Draw the marks of the days before, and say them to those who listen: "Before: Fri 13 Present, Present; …"."""
    if not days:
        return NO_DAYS
    names = _names(tuple(days))
    words = [_words(shown) for shown in field.before]
    said = "; ".join(f"{name} {words[2 * n]}, {words[2 * n + 1]}" for n, name in enumerate(names))
    signs = mark_safe("".join(_sign(shown) for shown in field.before))  # noqa: S308 - each escaped below
    return format_html('<span class="register-before" role="img" aria-label="Before: {}">{}</span>', said, signs)


@lru_cache(maxsize=64)
def _names(days: tuple[date, ...]) -> tuple[str, ...]:
    return tuple(format_date(day, "D j") for day in days)


def _words(shown: MarkShown | None) -> str:
    return shown.words if shown else "not marked"


@lru_cache(maxsize=256)
def _sign(shown: MarkShown | None) -> SafeString:
    if shown is None:
        return NO_MARK
    return format_html('<span class="register-mark is-{}" title="{}">{}</span>', shown.kind, shown.words, shown.sign)


@register.filter
def radio(field: Field, value: str) -> SafeString:
    """Draw one of the row's choices: a native radio button with its words."""
    words, title = _CHOICES.get(value) or _own_words(field, value)
    checked = mark_safe(" checked") if field.said.choice == value else ""
    return format_html(
        '<label class="choice choice-{0}"><input type="radio" name="m-{1}" value="{0}"{2}>'
        '<span title="{3}">{4}</span></label>',
        value,
        field.key,
        checked,
        title,
        words,
    )


def _own_words(field: Field, value: str) -> tuple[str, str]:
    shown = field.planned if value == Choice.PLANNED else field.shown
    if shown is None:
        return "as it was", "The mark that stood when the page was opened"
    if value == Choice.PLANNED:
        return ("As planned" if shown.sign == HIDDEN_SIGN else f"{shown.sign} planned"), shown.words
    return (shown.words if shown.sign == HIDDEN_SIGN else f"{shown.sign} as set"), shown.words
