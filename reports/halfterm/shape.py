"""What a report holds once it is frozen: plain values for the page, the paper and the files alike.

In JSON everything is text, a whole number, or nothing; decimals are text, so that none of them changes on its way.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.templatetags.pastoral import EN_DASH, MINUS, signed
from reports.halfterm.counting import PERCENT
from reports.halfterm.spans import SLUGS, Window

HELD_BACK = "c"
WIDE = 6  # columns, from which on a table stands alone
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
NO_DATA = "no data"


@dataclass(frozen=True)
class Value:
    """A figure in one window. number: "92.4", 12, or None where nothing could be counted. n: what it is of.

    change: of the half term over this window. is_held: the school has records of the window.
    """

    number: str | int | None
    n: int | None = None
    change: str | int | None = None
    is_held: bool = True

    @property
    def words(self) -> str:
        """The number as it is printed, without its unit."""
        if not self.is_held:
            return NO_DATA
        return EN_DASH if self.number is None else str(self.number)

    @property
    def change_words(self) -> str:
        """The change with its sign; "" for none to tell."""
        return (
            "" if self.change is None else signed(self.change if isinstance(self.change, int) else Decimal(self.change))
        )


@dataclass(frozen=True)
class Figure:
    """One number of the report in the three windows."""

    key: str
    name: str
    unit: str
    means: str
    is_better: bool | None
    values: dict[str, Value]

    @property
    def now(self) -> Value:
        """The half term's."""
        return self.values[SLUGS[0]]

    @property
    def shown(self) -> list[tuple[str, Value]]:
        """The values by window, in their order."""
        return [(slug, self.values[slug]) for slug in SLUGS]

    @property
    def cells(self) -> list[tuple[str, Value, str]]:
        """The values by window, each with the tone of its change: "good", "bad" or ""."""
        return [(slug, value, self._tone(value)) for slug, value in self.shown]

    def _tone(self, value: Value) -> str:
        change = Decimal(str(value.change or 0))
        if self.is_better is None or not change:
            return ""
        return "good" if (change > 0) == self.is_better else "bad"

    @property
    def unit_words(self) -> str:
        """The unit after a number."""
        return f" {self.unit}" if self.unit else ""

    @property
    def is_rate(self) -> bool:
        """Test for a figure in per cent, whose changes are points."""
        return self.unit == PERCENT


@dataclass(frozen=True)
class Line:
    """One row of a table. asks: what narrows the list behind its numbers to it. is_small: fewer than five students."""

    name: str
    cells: tuple[str | int | None, ...]
    asks: dict[str, str] = field(default_factory=dict)
    is_small: bool = False

    @property
    def query(self) -> str:
        """What narrows the list behind it, as an address asks for it."""
        return urlencode(self.asks)

    @property
    def shown(self) -> list[str]:
        """The cells as they are printed."""
        return [_printed(cell) for cell in self.cells]


def _printed(cell: str | int | None) -> str:
    if cell is None:
        return EN_DASH
    words = str(cell)
    return MINUS + words[1:] if words.startswith("-") else words


def _plain(cell: str | int | None) -> Cell:
    """Return the cell as a spreadsheet reckons with it."""
    return Decimal(cell) if isinstance(cell, str) and _NUMBER.fullmatch(cell) else cell


@dataclass(frozen=True)
class Grid:
    """A table. figure: whose list is behind its rows; "" for none."""

    key: str
    title: str
    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""
    figure: str = ""

    @property
    def is_wide(self) -> bool:
        """Test for a table that needs the page's width."""
        return len(self.headings) > WIDE


@dataclass(frozen=True)
class Chart:
    """A chart by its kind, with the data that it is drawn from, and what it says in words."""

    kind: str
    title: str
    words: str
    data: Any


@dataclass(frozen=True)
class Section:
    """One section. is_dsl: for who reads the DSL's matters alone."""

    key: str
    title: str
    figures: tuple[Figure, ...] = ()
    grids: tuple[Grid, ...] = ()
    charts: tuple[Chart, ...] = ()
    drafted: str = ""
    is_dsl: bool = False


@dataclass(frozen=True)
class Run:
    """A weekly RAG that the report rests on."""

    week: str
    issue: int
    frozen_at: str
    cells: tuple[str | int | None, ...]

    @property
    def monday(self) -> date:
        """The Monday of its week."""
        return date.fromisoformat(self.week)

    @property
    def frozen(self) -> datetime | None:
        """When it was frozen."""
        return datetime.fromisoformat(self.frozen_at) if self.frozen_at else None


@dataclass(frozen=True)
class Figures:
    """Everything that is printed but the words."""

    school: str
    scope: str
    half_term: str
    members: int
    windows: dict[str, dict[str, Any] | None]
    runs: tuple[Run, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    effects: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the plain values that are kept."""
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Read back what was kept."""
        return cls(
            **{
                **kept,
                "runs": tuple(Run(**{**run, "cells": tuple(run["cells"])}) for run in kept["runs"]),
                "sections": tuple(_section(each) for each in kept["sections"]),
                "notes": tuple(kept["notes"]),
                "effects": tuple((name, words) for name, words in kept.get("effects", ())),
            }
        )

    def window(self, slug: str) -> Window | None:
        """Return one of the windows; None for one that the calendar does not have."""
        held = self.windows.get(slug)
        if held is None:
            return None
        days = {name: date.fromisoformat(held[name]) for name in ("first", "last")}
        return Window(**{**held, **days})

    @property
    def spans(self) -> list[tuple[str, Window | None]]:
        """The windows in their order."""
        return [(slug, self.window(slug)) for slug in SLUGS]

    def section(self, key: str) -> Section | None:
        """Return one section."""
        return next((each for each in self.sections if each.key == key), None)

    def figure(self, key: str) -> Figure | None:
        """Return one figure of any section."""
        return next((each for section in self.sections for each in section.figures if each.key == key), None)

    def without_dsl(self) -> "Figures":
        """Return the same without what is the DSL's alone."""
        return Figures(**{**self.__dict__, "sections": tuple(each for each in self.sections if not each.is_dsl)})

    def table(self) -> Table:
        """Return every number as one table, for a file."""
        headings = (
            "Section",
            "Figure",
            "Unit or column",
            "Half term",
            "n",
            "Half term before",
            "n",
            "A year ago",
            "n",
            "Means",
        )
        about = tuple(f"{window.name}: {window.first} to {window.last}" for _slug, window in self.spans if window)
        return Table(f"{self.scope} half term", (f"{self.scope}, {self.half_term}", *about), headings, [*self._rows()])

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for section in self.sections:
            for figure in section.figures:
                values = [cell for _slug, value in figure.shown for cell in (_plain(value.words), value.n)]
                yield (section.title, figure.name, figure.unit, *values, figure.means)
            for grid in section.grids:
                for line in grid.lines:
                    for heading, cell in zip(grid.headings[1:], line.cells, strict=True):
                        yield (section.title, f"{grid.title}: {line.name}", heading, _plain(cell), *[None] * 6)


def _section(kept: dict[str, Any]) -> Section:
    grids = (
        Grid(
            **{
                **grid,
                "headings": tuple(grid["headings"]),
                "lines": tuple(Line(**{**line, "cells": tuple(line["cells"])}) for line in grid["lines"]),
            }
        )
        for grid in kept["grids"]
    )
    figures = (
        Figure(**{**each, "values": {slug: Value(**value) for slug, value in each["values"].items()}})
        for each in kept["figures"]
    )
    return Section(
        **{
            **kept,
            "figures": tuple(figures),
            "grids": tuple(grids),
            "charts": tuple(Chart(**chart) for chart in kept["charts"]),
        }
    )
