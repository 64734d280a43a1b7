"""Marks in templates: one drawing for every page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from attendance.summaries.shown import MarkShown

register = template.Library()

_NOT_MARKED = mark_safe('<span class="mark mark-none"><span class="visually-hidden">not marked</span></span>')


@register.filter
def mark_sign(shown: MarkShown | None) -> SafeString:
    """Draw a mark's sign with its words for those who point or listen; an empty box for none."""
    if shown is None:
        return _NOT_MARKED
    return format_html('<span class="mark mark-{}" title="{}">{}</span>', shown.kind, shown.words, shown.sign)


@register.filter
def minutes_late(minutes: int | None) -> str:
    """Print minutes late: "12 min"; nothing for none."""
    return f"{minutes}\N{NO-BREAK SPACE}min" if minutes else ""
