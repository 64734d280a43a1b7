"""Tags and filters of the one family of parts; what each looks like is in templates/components/."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pastoral.core.icons import ICONS
from pastoral.core.sorting import Order

register = template.Library()

EN_DASH = "–"
MINUS = "−"
Number = int | float | Decimal
BANDS = {"red": ("R", "Red"), "amber": ("A", "Amber"), "green": ("G", "Green")}


# --- words and numbers -------------------------------------------------------------------------------


def rounded(value: Number | str, places: int = 1) -> Decimal:
    """Return the value rounded half up, the way the school reads figures."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@register.filter
def percent(part: Number | None, whole: Number | None = None) -> str:
    """Print a percentage to one decimal, half up: `attended|percent:possible`, or `value|percent` of a ready one.

    "–" when nothing is there to divide by; never 0 or 100 in its place (figures.md).
    """
    number = percent_number(part, whole)
    return number if number == EN_DASH else f"{number}\N{NO-BREAK SPACE}%"


@register.filter
def percent_number(part: Number | None, whole: Number | None = None) -> str:
    """Print a percentage as `percent` does, without its sign: for table columns headed %."""
    if part is None or part == "":
        return EN_DASH
    if whole is None:
        return _tenths(part)
    return str(rounded(Decimal(100) * Decimal(str(part)) / Decimal(str(whole)))) if whole else EN_DASH


# There are a thousand percentages, and a long list prints each many times over.
@lru_cache(maxsize=2000)
def _tenths(value: Number) -> SafeString:
    return mark_safe(str(rounded(value)))  # noqa: S308 - digits


@register.filter
def signed(value: Number | None, places: int = 1) -> str:
    """Print a difference with its sign: +0.4, −3.0, 0.0; whole numbers stay whole."""
    if value is None or value == "":
        return EN_DASH
    number = Decimal(value) if isinstance(value, int) else rounded(value, places)
    if number == 0:
        return str(abs(number))
    return f"+{number}" if number > 0 else f"{MINUS}{abs(number)}"


@register.filter
def day(value: date | datetime | None) -> str:
    """Print a date as people say it: Fri 20 Nov; with its year when that is not the running one."""
    if not value:
        return EN_DASH
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return _day(local, local.year == timezone.localdate().year)


# A page prints the same weeks again and again.
@lru_cache(maxsize=1000)
def _day(value: date, is_this_year: bool) -> str:
    return format_date(value, "D j M" if is_this_year else "D j M Y")


@register.filter
def daytime(value: datetime | None) -> str:
    """Print a moment in school time on the 24-hour clock: Fri 20 Nov 15:05."""
    if not value:
        return EN_DASH
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.simple_tag
def today() -> date:
    """Return today's date at the school."""
    return timezone.localdate()


# --- icons and badges --------------------------------------------------------------------------------


@register.simple_tag
@cache  # a page draws a hundred; there are only as many as ICONS has
def icon(name: str) -> SafeString:
    """Draw an icon beside words that say the same; it is silent to screen readers."""
    shapes = mark_safe(ICONS[name])  # noqa: S308 - this application's own drawing, not input
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>', shapes)


@register.inclusion_tag("components/rag.html")
def rag(band: str | None, *, is_early: bool = False) -> dict[str, Any]:
    """Draw a RAG band: shape, letter and colour. is_early greys it (under 20 possible sessions)."""
    key = str(band or "none").lower()
    letter, label = BANDS.get(key, (EN_DASH, "No band"))
    if is_early:
        label = f"{label}, early: under 20 possible sessions"
    return {"band": key if key in BANDS else "none", "letter": letter, "label": label, "is_early": is_early}


@register.inclusion_tag("components/rag_move.html")
def rag_move(before: str | None, now: str | None, *, is_early: bool = False) -> dict[str, Any]:
    """Draw a band before and now with an arrow between."""
    return {"before": before, "now": now, "is_early": is_early}


@register.inclusion_tag("components/delta.html")
def delta(value: Number | None, *, places: int = 1, is_more_better: bool = True) -> dict[str, Any]:
    """Print a change with an arrow; green when it is for the better, red when for the worse."""
    if value is None:
        return {"value": None}
    number = rounded(value, places)
    kind = "even" if number == 0 else "up" if (number > 0) == is_more_better else "down"
    arrow = "▲" if number > 0 else "▼" if number < 0 else ""
    words = "up" if number > 0 else "down" if number < 0 else "unchanged"
    shown = str(abs(value)) if isinstance(value, int) else str(abs(number))
    return {"value": shown, "kind": kind, "arrow": arrow, "words": words}


# --- small charts ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Segment:
    """One piece of a stacked bar: kind names its colour; x and width are in per cent."""

    kind: str
    count: int
    x: float
    width: float


@register.inclusion_tag("components/bar.html")
def rag_bar(green: int, amber: int, red: int, none: int = 0) -> dict[str, Any]:
    """Draw how many stand in each band as one bar, with the numbers as its text."""
    counts = {"green": green, "amber": amber, "red": red, "none": none}
    total = sum(counts.values())
    segments, at = [], 0.0
    for kind, count in counts.items():
        if count:
            width = 100 * count / total
            segments.append(Segment(kind, count, round(at, 3), round(width, 3)))
            at += width
    return {
        "segments": segments,
        "label": f"{green} green, {amber} amber, {red} red" + (f", {none} without" * bool(none)),
    }


@register.inclusion_tag("components/spark.html")
def spark(
    values: Sequence[Number | None], *, low: Number | None = None, high: Number | None = None, label: str = ""
) -> dict[str, Any]:
    """Draw a line of values (per cent, oldest first) with a dot on the last; a gap where a value is None."""
    held = [float(value) for value in values if value is not None]
    if not held:
        return {"paths": ""}
    floor, ceiling = float(low if low is not None else min(held)), float(high if high is not None else max(held))
    points = _scaled(values, floor, ceiling)
    last = next(point for point in reversed(points) if point)
    words = (
        label
        or f"{len(values)} weeks, last {rounded(held[-1])}, lowest {rounded(min(held))}, highest {rounded(max(held))}"
    )
    return {"path": _path(points), "x": last[0], "y": last[1], "label": words}


def _scaled(values: Sequence[Number | None], floor: float, ceiling: float) -> list[tuple[float, float] | None]:
    step = 96 / max(len(values) - 1, 1)
    height = (ceiling - floor) or 1.0
    return [
        None if held is None else (round(2 + n * step, 1), round(21 - 18 * (held - floor) / height, 1))
        for n, held in enumerate(None if value is None else min(max(float(value), floor), ceiling) for value in values)
    ]


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    parts, is_drawing = [], False
    for point in points:
        if point:
            parts.append(f"{'L' if is_drawing else 'M'}{point[0]} {point[1]}")
        is_drawing = point is not None
    return "".join(parts)


@register.inclusion_tag("components/gap.html")
def gap(points: Number | None, *, scale: Number = 15, wide: Number = 5) -> dict[str, Any]:
    """Draw a gap to everybody else, in points: left of the line is worse. Beyond `wide` points the dot is red."""
    if points is None:
        return {"x": None}
    reach = max(-1.0, min(1.0, float(points) / float(scale)))
    return {
        "x": round(50 + 48 * reach, 1),
        "is_wide": float(points) <= -float(wide),
        "label": f"{signed(points)} points",
    }


# --- pages -------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def query_with(context: Mapping[str, Any], **changes: str | int | None) -> str:
    """Return the page's query string with some parts changed; None or "" takes a part out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.inclusion_tag("components/sort_by.html", takes_context=True)
def sort_by(
    context: Mapping[str, Any], orders: Sequence[Order], *, is_always: bool = False, anchor: str = ""
) -> dict[str, Any]:
    """Let the list be sorted by one choice, keeping what else the address asks for but the page of the list."""
    asked = context["request"].GET.lists()
    kept = [(name, value) for name, values in asked for value in values if name not in _NOT_KEPT]
    return {"orders": orders, "kept": kept, "is_always": is_always, "anchor": anchor}


_NOT_KEPT = frozenset({"sort", "before", "format", "print"})


@register.simple_tag
def demo_sign_ins() -> list[dict[str, str]]:
    """Return the demonstration's sign-ins (role, staff_code, password); none anywhere but in the demonstration."""
    path = settings.VAR_DIR / "demo_sign_ins.json"
    if not settings.DEMO or not path.exists():
        return []
    rows: list[dict[str, str]] = json.loads(path.read_text())
    return rows
