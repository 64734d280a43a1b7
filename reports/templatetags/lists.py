"""Tags of the dashboard's pages: addresses of lists, and badges drawn once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from attendance.figures import Counts, StudentWeek
from pastoral.core.templatetags.pastoral import EN_DASH, icon, rag, rag_move
from reports.summaries.people import Person
from reports.summaries.reasons import Reason
from reports.summaries.shown import MarkShown, mark_shown
from reports.summaries.yearcalendar import SessionCell
from students.calendar import academic_year_name
from students.summaries import Flag

register = template.Library()


@register.simple_tag(takes_context=True)
def list_url(context: Mapping[str, Any], slug: str, **extra: str | int) -> str:
    """Return the address of a named list in the page's own week and cohort; `cohort=` and `group=` narrow it."""
    address: str = context["place"].list(slug, **extra)
    return address


@register.simple_tag(takes_context=True)
def student_url(context: Mapping[str, Any], key: int) -> str:
    """Return the address of a student's page, on a page that knows its place."""
    address: str = context["place"].student(key)
    return address


@register.simple_tag(takes_context=True)
def year_url(context: Mapping[str, Any], year: int) -> str:
    """Return the address of a year's page in the page's own week and cohort."""
    address: str = replace(context["place"], year=year).page()
    return address


@register.filter
def seen_button(person: Person) -> SafeString:
    """Draw the button that notes with one tap that the student was seen; it sends the page's form "seen-tap"."""
    address = _seen_address().replace("/0/", f"/{person.student_id}/")
    return format_html(
        '<button class="btn btn-sm" type="submit" form="seen-tap" formaction="{}" hx-post="{}" hx-swap="outerHTML">'
        '{} Seen<span class="visually-hidden">: {}</span></button>',
        address,
        address,
        _eye(),
        person.name,
    )


@cache
def _seen_address() -> str:
    return reverse("contacts:seen_tap", args=[0])


@cache
def _eye() -> SafeString:
    return icon("eye")


@register.filter
def band_badge(figures: StudentWeek) -> SafeString:
    """Draw the band now; greyed under 20 possible sessions."""
    return _badge(str(figures.band), figures.is_early)


@register.filter
def band_move(figures: StudentWeek) -> SafeString:
    """Draw the band before and now with an arrow, or the band alone when it did not move."""
    if not figures.has_moved:
        return band_badge(figures)
    return _move(str(figures.band_before), str(figures.band), figures.is_early)


# A long list shows the same few drawings hundreds of times: each is made once.
@cache
def _badge(band: str, is_early: bool) -> SafeString:
    return mark_safe(render_to_string("components/rag.html", rag(band, is_early=is_early)))  # noqa: S308 - our template


@cache
def _move(before: str, now: str, is_early: bool) -> SafeString:
    words = rag_move(before, now, is_early=is_early)
    return mark_safe(render_to_string("components/rag_move.html", words))  # noqa: S308 - our template


@register.filter
def lates(counts: Counts) -> SafeString | str:
    """Print lates and their minutes: "5 · 67 min"; "1 · ? min" when no minutes were entered, "0" for none."""
    if not counts.lates:
        return "0"
    return format_html('{} · <span class="text-secondary">{} min</span>', counts.lates, counts.minutes_late or "?")


# Two cells of every row of every list, and of the dashboard: an include each would cost a page more than its marks.
@register.filter
def can_miss(figures: StudentWeek) -> SafeString | str:
    """Print the sessions that can still be missed, or by how many the year's limit is passed; a dash without marks."""
    if figures.sessions_over:
        return format_html('<span class="text-bad nowrap">over by {}</span>', figures.sessions_over)
    return str(figures.sessions_left_to_miss) if figures.ytd.possible else EN_DASH


@register.filter
def why(reasons: Sequence[Reason]) -> SafeString:
    """Print the reasons side by side, each in a few letters with its words for those who point; "" for none."""
    return format_html_join(" · ", '<span title="{}">{}</span>', ((one.words, one.short) for one in reasons))


@register.filter
def flags_of(person: Person, kinds: frozenset[str]) -> tuple[Flag, ...]:
    """Return the person's flags of those kinds."""
    return tuple(flag for flag in person.flags if flag.kind in kinds)


# Hundreds of students share the same few sets of flags.
@register.filter
@lru_cache(maxsize=1000)
def chips(flags: tuple[Flag, ...]) -> SafeString:
    """Draw the flags as chips; "" for none."""
    words = {"chips": [(flag.mark, flag.words) for flag in flags]}
    drawn = render_to_string("components/chips.html", words).strip()
    return mark_safe(drawn)  # noqa: S308 - our template


@register.filter
def academic_year(year: int) -> str:
    """Print an academic year as people write it: 2026/27."""
    return academic_year_name(year)


@register.filter
def mark_for(key: int, sees_sensitive: bool) -> MarkShown:
    """Return the mark of a code's key as the person may see it."""
    return mark_shown(key, sees_sensitive=sees_sensitive)


_NO_MARK = {"not marked": "none", "no school": "closed", "": "ahead"}


@register.filter
def session_sign(cell: SessionCell) -> SafeString:
    """Draw one session of the calendar: its sign, and its words for those who point or listen."""
    if cell.shown is None:
        return format_html(
            '<span class="mark mark-{}"><span class="visually-hidden">{} {}</span></span>',
            _NO_MARK[cell.why_none],
            cell.session,
            cell.why_none or "none yet",
        )
    minutes = f", {cell.minutes} minute{'s' * (cell.minutes != 1)} late" if cell.minutes else ""
    return format_html(
        '<span class="mark mark-{}{}" title="{} {}{}">{}</span>',
        cell.shown.kind,
        " is-behind" if cell.is_behind else "",
        cell.session,
        cell.shown.words,
        minutes,
        cell.shown.sign,
    )
