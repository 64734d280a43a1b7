"""Charts: described with Altair, drawn as SVG on the server, for pages and PDFs alike.

The SVG carries presentation attributes only, so a page that allows no inline style takes it as it is. On a page its
colours are CSS variables and follow the scheme; on paper they are fixed.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import altair as alt
import vl_convert
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from attendance.waterfall import Turn
from reports.summaries.trend import WeekPoint

LABEL_DAYS = 21  # how far the number reaches on the narrowest chart
LABEL_SHARE = 7  # of the height, what the number beside its dot needs above it
CACHE_SECONDS = 7 * 24 * 60 * 60
_VERSION = 4  # counts up when the drawing changes, so that no old one is served


@dataclass(frozen=True)
class Palette:
    """The colours of a chart."""

    this_year: str
    last_year: str
    text: str
    grid: str
    worse: str = "#b3222b"
    better: str = "#14713f"


PAPER = Palette("#1c5dbf", "#6b778a", "#465164", "#dde2ea")
SCREEN = Palette(
    "var(--chart-this)", "var(--chart-last)", "var(--chart-text)", "var(--chart-grid)", "var(--bad)", "var(--good)"
)


def weekly_trend_svg(
    points: Sequence[WeekPoint], *, width: int = 560, height: int = 190, palette: Palette = SCREEN
) -> SafeString:
    """Draw attendance by week, this year over last, or return the drawing made earlier for the same data.

    width, height: CSS pixels of the plot; the drawing scales to its box. "" when there is nothing to draw.
    """
    rows = _rows(points)
    if not rows:
        return SafeString("")
    return _drawn_once("weekly trend", rows, width, height, palette, _weekly_trend)


def waterfall_svg(
    before: int,
    numbers: Mapping[Turn, int],
    after: int,
    *,
    width: int = 560,
    height: int = 210,
    palette: Palette = SCREEN,
) -> SafeString:
    """Draw how the number of persistently absent students came from one date to the other; "" with none on either."""
    rows = _steps(before, numbers, after)
    if not any(row["number"] for row in rows):
        return SafeString("")
    return _drawn_once("waterfall", rows, width, height, palette, _waterfall)


def engine_start() -> None:
    """Start the engine that draws: it takes half a second once in each process."""
    vl_convert.vegalite_to_svg({"data": {"values": [{}]}, "mark": "point"})


Drawing = Callable[[list[dict[str, Any]], int, int], alt.LayerChart]


def _drawn_once(
    name: str, rows: list[dict[str, Any]], width: int, height: int, palette: Palette, draw: Drawing
) -> SafeString:
    """Return the drawing made earlier for the same data, or draw it and keep it."""
    said = json.dumps([_VERSION, name, rows, width, height, asdict(palette)])
    key = f"chart:{hashlib.sha256(said.encode()).hexdigest()}"
    drawn = cache.get(key)
    if drawn is None:
        drawn = _coloured(_quiet(vl_convert.vegalite_to_svg(draw(rows, width, height).to_dict())), palette)
        cache.set(key, drawn, CACHE_SECONDS)
    return mark_safe(drawn)  # noqa: S308 - drawn here from numbers and dates


NARROW = 400
_STEPS = (
    (Turn.BECAME, "Became", 1),
    (Turn.ARRIVED, "Arrived", 1),
    (Turn.RECOVERED, "Recovered", -1),
    (Turn.LEFT, "Left", -1),
)


def _steps(before: int, numbers: Mapping[Turn, int], after: int) -> list[dict[str, Any]]:
    """Return the bars in order: where each begins and ends, its label and its colour."""
    up, down = PAPER.worse, PAPER.better
    rows: list[dict[str, Any]] = [
        {"step": "PA then", "low": 0, "high": before, "number": before, "text": str(before), "ink": PAPER.last_year}
    ]
    level = before
    for turn, words, sign in _STEPS:
        ends = level + sign * numbers[turn]
        low, high = sorted((level, ends))
        text = f"{'+' if sign > 0 else '−'}{numbers[turn]}" if numbers[turn] else "0"
        ink = up if sign > 0 else down
        rows.append({"step": words, "low": low, "high": high, "number": numbers[turn], "text": text, "ink": ink})
        level = ends
    rows.append(
        {"step": "PA now", "low": 0, "high": after, "number": after, "text": str(after), "ink": PAPER.this_year}
    )
    return rows


def _waterfall(rows: list[dict[str, Any]], width: int, height: int) -> alt.LayerChart:
    top = max(row["high"] for row in rows)
    order = [row["step"] for row in rows]
    x = (
        alt.X("step:N", sort=order)
        .title(None)
        .axis(labelAngle=0, domain=False, labelLimit=0, labelFontSize=11 if width > NARROW else 9)
    )
    y = alt.Y("low:Q").title(None).scale(domain=[0, top * 1.12], nice=False).axis(domain=False, tickCount=4)
    base = alt.Chart(alt.InlineData(values=rows))
    colour = alt.Color("ink:N", scale=None)
    bars = base.mark_bar(size=width // 10, cornerRadius=2).encode(x, y, alt.Y2("high:Q"), colour)
    words = base.mark_text(dy=-8, fontWeight=700, fontSize=12, color=PAPER.text).encode(
        x, alt.Y("high:Q"), text="text:N"
    )
    return (
        alt.layer(bars, words)
        .properties(
            width=width, height=height, background="transparent", padding={"left": 4, "right": 4, "top": 8, "bottom": 4}
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=PAPER.text,
            labelFontSize=11,
            gridColor=PAPER.grid,
            tickSize=0,
            labelPadding=6,
            labelFont="Inter Variable, Inter, sans-serif",
        )
        .configure_axisX(grid=False)
        .configure_text(font="Inter Variable, Inter, sans-serif")
    )


def _rows(points: Sequence[WeekPoint]) -> list[dict[str, Any]]:
    lines = (("last year", "percent_last_year"), ("this year", "percent"))
    return [
        {"week": point.monday.isoformat(), "percent": float(value), "line": line}
        for line, name in lines
        for point in points
        if (value := getattr(point, name)) is not None
    ]


def _coloured(svg: str, palette: Palette) -> str:
    """Return the drawing, made in the colours of paper, in those of the palette (Altair takes no CSS variables)."""
    for drawn, wanted in zip(asdict(PAPER).values(), asdict(palette).values(), strict=True):
        svg = svg.replace(f'"{drawn}"', f'"{wanted}"')
    return svg


def _weekly_trend(rows: list[dict[str, Any]], width: int, height: int) -> alt.LayerChart:
    lines = {"last year": (PAPER.last_year, 1.5, [4, 3]), "this year": (PAPER.this_year, 2.25, [1, 0])}
    low, high = _span(rows)
    x = alt.X("week:T").title(None).axis(format="%b", tickCount="month", labelAlign="left", labelOffset=2, domain=False)
    y = alt.Y("percent:Q").title(None).scale(domain=[low, high], nice=False, zero=False).axis(domain=False, tickCount=5)
    layers: list[alt.Chart] = []
    for name, (colour, thickness, dash) in lines.items():
        own = [row for row in rows if row["line"] == name]
        if own:
            base = alt.Chart(alt.InlineData(values=own)).encode(x, y)
            layers.append(base.mark_line(color=colour, strokeWidth=thickness, strokeDash=dash, strokeJoin="round"))
            layers.extend(_end(own, rows, name, colour, x, y))
    return (
        alt.layer(*layers)
        .properties(
            width=width,
            height=height,
            background="transparent",
            padding={"left": 4, "right": 14, "top": 12, "bottom": 4},
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=PAPER.text,
            labelFontSize=11,
            gridColor=PAPER.grid,
            tickColor=PAPER.grid,
            tickSize=0,
            labelPadding=6,
            labelFont="Inter Variable, Inter, sans-serif",
        )
        .configure_axisX(grid=False)
        .configure_text(font="Inter Variable, Inter, sans-serif", fontSize=11)
    )


def _end(
    own: list[dict[str, Any]], rows: list[dict[str, Any]], name: str, colour: str, x: alt.X, y: alt.Y
) -> list[alt.Chart]:
    """Return the dot on the line's last week, and this year's number above it and above every line around it."""
    last = max(own, key=lambda row: row["week"])
    base = alt.Chart(alt.InlineData(values=[last])).encode(x, y)
    dot = base.mark_point(filled=True, size=28, color=colour, opacity=1)
    if name != "this year":
        return [dot]
    return [dot, _number(last, rows, colour, x, y)]


def _number(last: dict[str, Any], rows: list[dict[str, Any]], colour: str, x: alt.X, y: alt.Y) -> alt.Chart:
    """Return the last week's number: beside its dot where no other line passes, else above every line around it."""
    weeks = [(_days_between(row["week"], last["week"]), row["percent"]) for row in rows]
    low, high = _span(rows)
    room = (high - low) / LABEL_SHARE
    text = f"{last['percent']:.1f}"
    base = alt.Chart(alt.InlineData(values=[last])).encode(x, y)
    ahead = [percent - last["percent"] for days, percent in weeks if 0 <= days <= LABEL_DAYS]
    others = [gap for gap in ahead if gap]
    if all(gap > room for gap in others) or all(gap < 0 for gap in others):
        return base.mark_text(align="left", dx=6, dy=-6, color=colour, fontWeight=700, text=text)
    top = max(percent for days, percent in weeks if abs(days) <= LABEL_DAYS)
    above = alt.Chart(alt.InlineData(values=[{**last, "percent": top}])).encode(x, y)
    is_at_edge = min(days for days, _ in weeks) > -LABEL_DAYS
    return above.mark_text(
        align="left" if is_at_edge else "center",
        dx=-3 if is_at_edge else 0,
        dy=-9,
        color=colour,
        fontWeight=700,
        text=text,
    )


def _days_between(week: str, other: str) -> int:
    return (date.fromisoformat(week) - date.fromisoformat(other)).days


def _span(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the ends of the scale: the values with some air, never above 100 and at least eight points apart."""
    values = [row["percent"] for row in rows]
    low, high = min(values), max(values)
    top = min(100.0, -(-(high + 0.5) // 2) * 2)
    return max(0.0, min((low - 0.5) // 2 * 2, top - 8)), top


def _quiet(svg: str) -> str:
    """Return the drawing hidden from screen readers, which are given the table; it fills the width of its box."""
    head, rest = svg.split(">", 1)
    box = head[head.index("viewBox") :]
    start = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" aria-hidden="true" focusable="false"'
    return f"{start} {box}>{_bare(rest)}"


def _bare(svg: str) -> str:
    for attribute in (' role="graphics-symbol"', ' role="graphics-object"', ' aria-hidden="true"'):
        svg = svg.replace(attribute, "")
    for name in ("aria-roledescription", "aria-label"):
        while (at := svg.find(f' {name}="')) >= 0:
            svg = svg[:at] + svg[svg.index('"', at + len(name) + 3) + 1 :]
    return svg
