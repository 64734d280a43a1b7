"""A report as it is read: figures, the author's words or the drafted ones, and what is drawn from both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.utils.safestring import SafeString

from attendance.figures import Counts
from attendance.waterfall import Turn
from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.charts import PAPER, SCREEN, Palette, waterfall_svg, weekly_trend_svg
from reports.halfterm.shape import Chart, Figures, Section
from reports.halfterm.wording import BECAUSE, BEFORE, outdated
from reports.models import HalfTermReport
from reports.summaries.trend import WeekPoint
from students.scopes import scope_of

STAFFING = "staffing"
PRIORITIES = "priorities"
PRIORITY_PARTS = ("what", "owner", "by")


@dataclass(frozen=True)
class Drawn:
    """A chart, drawn. narrow: the same for a phone; "" on paper."""

    chart: Chart
    wide: SafeString
    narrow: SafeString


@dataclass(frozen=True)
class Shown:
    """One section with its number in the report, what is said, and its charts.

    outdated: the numbers of an earlier count in what is said.
    """

    number: int
    section: Section
    said: str
    drafted: str
    charts: tuple[Drawn, ...]
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """The report as one person reads it, or as it is drawn on paper."""

    report: HalfTermReport
    figures: Figures
    sections: tuple[Shown, ...]
    staffing: str
    because: tuple[dict[str, Any], ...]
    priorities: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, report: HalfTermReport, *, reads_dsl: bool, is_paper: bool = False) -> Self:
        """Read a report that is frozen. reads_dsl: with the headline counts that are the DSL's; never on paper."""
        figures = Figures.of(report.figures)
        if not reads_dsl or is_paper:
            figures = figures.without_dsl()
        words: dict[str, Any] = report.words
        old = outdated(words)
        return cls(
            report=report,
            figures=figures,
            sections=tuple(
                Shown(
                    number=number,
                    section=section,
                    said=words.get(section.key, section.drafted),
                    drafted=section.drafted,
                    charts=tuple(_drawn(chart, is_paper=is_paper) for chart in section.charts),
                    outdated=tuple(old.get(section.key, ())),
                )
                for number, section in enumerate(figures.sections, start=1)
            ),
            staffing=words.get(STAFFING, ""),
            because=tuple(words.get(BECAUSE, ())),
            priorities=tuple({**row, "day": _day(row.get("by"))} for row in words.get(PRIORITIES, ())),
        )

    @property
    def before(self) -> dict[str, list[str]]:
        """By section, the numbers of earlier counts that its draft says no longer."""
        return dict(self.report.words.get(BEFORE, {}))

    @property
    def next_number(self) -> int:
        """The number of the first section after those with figures."""
        return len(self.sections) + 1


def reads_dsl(user: User, year: int | None) -> bool:
    """Test whether the person reads the DSL's matters over the whole year, or over the school."""
    return Right.READ_DSL_CONCERNS in scope_of(user).rights_over(year)


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _drawn(chart: Chart, *, is_paper: bool) -> Drawn:
    palette = PAPER if is_paper else SCREEN
    draw = _trend if chart.kind == "trend" else _movement
    narrow = SafeString("") if is_paper else draw(chart.data, palette, 300, 190)
    return Drawn(chart, draw(chart.data, palette, 560, 190), narrow)


def _trend(data: Sequence[Any], palette: Palette, width: int, height: int) -> SafeString:
    points = [
        WeekPoint(date.fromisoformat(monday), _counts(now, of), _counts(then, of_then))
        for monday, now, of, then, of_then in data
    ]
    return weekly_trend_svg(points, width=width, height=height, palette=palette)


def _counts(attended: int, possible: int) -> Counts:
    return Counts(present=attended, authorised=possible - attended)


def _movement(data: Sequence[int], palette: Palette, width: int, height: int) -> SafeString:
    before, *turns, after = data
    numbers = dict(zip(Turn, turns, strict=True))
    return waterfall_svg(before, numbers, after, width=width, height=height, palette=palette)
