"""Drawings of the tracker: a line of weeks for each of hundreds of students, put together without a template."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pastoral.core.templatetags.pastoral import delta, spark
from reports.summaries.cohort_page import CohortLine

register = template.Library()


@register.filter
@lru_cache(maxsize=2000)
def week_line(values: Sequence[Decimal | None]) -> SafeString:
    """Draw attendance week by week on one scale for everybody, 0 to 100 %; "–" with nothing to draw."""
    drawn = spark(values, low=0, high=100)
    if not drawn.get("path"):
        return SafeString("–")
    label, path, x, y = drawn["label"], drawn["path"], drawn["x"], drawn["y"]
    return mark_safe(  # noqa: S308 - put together from numbers
        f'<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{label}"><title>{label}</title>'
        '<line class="spark-pa" x1="2" y1="4.8" x2="98" y2="4.8" />'
        f'<path class="spark-line" d="{path}" /><circle class="spark-end" cx="{x}" cy="{y}" r="2" /></svg>'
    )


@register.filter
@lru_cache(maxsize=1000)
def change_points(change: Decimal | None) -> SafeString:
    """Print a change of attendance in points with its arrow; each of the few hundred there are is drawn once."""
    return mark_safe(render_to_string("components/delta.html", delta(change)).strip())  # noqa: S308 - our template


@register.simple_tag(takes_context=True)
def cohort_link(context: Mapping[str, Any], row: CohortLine, state: str, number: int, **more: str) -> SafeString:
    """Print a cohort's number as the way to the students behind it, on the tracker; a bare 0 for none."""
    if not number:
        return SafeString("0")
    asked = {"state": state, "year": str(context["year"] or ""), "cohort": row.cohort.slug}
    asked |= {"also": row.also.slug if row.also else "", **more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return format_html(
        '<a href="{}?{}">{}<span class="visually-hidden"> of {}</span></a>',
        reverse("reports:pa_tracker"),
        query,
        number,
        row.name,
    )
