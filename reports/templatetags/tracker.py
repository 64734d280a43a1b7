"""Drawings of the tracker: a line of weeks for each of hundreds of students, put together without a template."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from pastoral.core.templatetags.pastoral import delta, spark

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
