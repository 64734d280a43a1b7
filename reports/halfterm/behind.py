"""The records behind one figure, for one person: the same items that were counted, read with that person's rights."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from attendance.figures import percentage
from attendance.summaries.reach import Reached, reached
from pastoral.core.models import User
from pastoral.core.paging import ListPage, list_page
from pastoral.core.spreadsheets import Cell, Table
from reports.halfterm.counting import RATE, SUM, Item, Part, Spec, whom
from reports.halfterm.freezing import PARTS_BY_FIGURE
from reports.halfterm.shape import Figure, Figures
from reports.halfterm.sides import Side, side_of, team_of
from reports.halfterm.spans import SLUGS, Window
from reports.models import HalfTermReport
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from students.summaries import SchoolCalendar

SIZE = 100
NARROWS = ("group", "year", "cohort", "what", "code", "of")
# Where nobody is listed who adds nothing to the figure.
ALL_LISTED = frozenset({"attendance"})


@dataclass(frozen=True)
class Row:
    """One record or student. who: None for a record of nobody alone, such as a meeting. number: what it adds."""

    item: Item
    who: Reached | None
    number: str


@dataclass(frozen=True)
class Behind:
    """What is behind one figure in one window. hidden: records of students whom the person does not see now."""

    report: HalfTermReport
    figure: Figure
    spec: Spec
    window: Window
    asked: Mapping[str, str]
    rows: tuple[Row, ...]
    hidden: int

    @classmethod
    def load(
        cls, report: HalfTermReport, key: str, slug: str, asked: Mapping[str, str], user: User, now: datetime
    ) -> Self | None:
        """Read the records anew; None for a figure or window that the report does not have, or not for this person."""
        figures = Figures.of(report.figures)
        figure, window, known = figures.figure(key), figures.window(slug), PARTS_BY_FIGURE.get(key)
        if figure is None or window is None or known is None or slug not in SLUGS:
            return None
        part, spec = known
        side = side_of(
            window, report.year_group_id, as_at=report.as_at, now=now, calendar=SchoolCalendar.load(), user=user
        )
        items = _items(part, spec, side, asked)
        if items is None:
            return None
        of = {person.student_id for person in whom(spec, side)}
        of |= {item.student_id for item in items if item.student_id is not None}
        people = reached(user, of)
        seen = [item for item in items if item.student_id is None or item.student_id in people]
        rows = [Row(item, people.get(item.student_id or 0), _number(spec, item)) for item in seen]
        rows.sort(key=lambda row: (row.who.name if row.who else "", row.item.on is None, row.item.on))
        hidden = _beyond(part, spec, side, asked, of - people.keys())
        return cls(report, figure, spec, window, asked, tuple(rows), hidden)

    def page(self, cursor: str) -> ListPage[Row]:
        """Return one page of them."""
        return list_page(self.rows, cursor=cursor, size=SIZE)

    @property
    def asked_words(self) -> list[str]:
        """What the list is narrowed to, in words."""
        asked = {name: word for name, word in self.asked.items() if name != "of"}
        cohort = COHORTS_BY_SLUG.get(asked.get("cohort", ""))
        named = {"year": f"Year {asked.get('year')}", "cohort": cohort.name if cohort else asked.get("cohort", "")}
        named["what"] = "not said" if asked.get("what") == "-" else asked.get("what", "")
        return [named.get(name, word) for name, word in asked.items()]

    @property
    def has_days(self) -> bool:
        """Test for records with a day."""
        return any(row.item.on for row in self.rows)

    @property
    def has_words(self) -> bool:
        """Test for records that say what they are."""
        return any(row.item.what for row in self.rows)

    @property
    def has_numbers(self) -> bool:
        """Test for records that add other numbers than one each."""
        return any(row.number for row in self.rows)

    @property
    def number(self) -> Any:
        """The figure as it was frozen in this window."""
        return self.figure.values[self.window.slug]

    def table(self) -> Table:
        """Return the records as a file."""
        about = (
            f"{self.figure.name}, {self.window.name}: {self.window.first} to {self.window.last}",
            self.figure.means,
        )
        rows: list[Sequence[Cell]] = [
            (
                row.who.name if row.who else "",
                row.who.tutor_group if row.who else "",
                row.item.on,
                row.item.what,
                row.number or 1,
            )
            for row in self.rows
        ]
        return Table("Records", about, ("Student", "Group", "Day", "What", "Number"), rows)


def _items(part: Part, spec: Spec, side: Side, asked: Mapping[str, str]) -> list[Item] | None:
    """Return the items behind a figure as the side's reader may read them, narrowed; None where it has none."""
    held = part.items_of(side, asked.get("of") or spec.source)
    if held is None:
        return None
    items = _asked_for(spec, side, asked, held)
    if spec.how in (RATE, SUM) and spec.key not in ALL_LISTED:
        return [item for item in items if item.weight or item.url]
    return items


def _beyond(part: Part, spec: Spec, side: Side, asked: Mapping[str, str], unseen: Collection[int]) -> int:
    """Return how many items the year's team counted of students whom the reader does not see now; no query for none."""
    if not unseen:
        return 0
    teams = replace(side, user=team_of(side.year, side.window.last))
    return sum(item.student_id in unseen for item in _items(part, spec, teams, asked) or ())


def _asked_for(spec: Spec, side: Side, asked: Mapping[str, str], items: Sequence[Item]) -> list[Item]:
    """Narrow the items to the row of a table that was followed."""
    found = list(items)
    if code := asked.get("code"):
        codes = side.marks.codes
        found = [Item(key, codes[key][code]) for key in side.students if codes.get(key, {}).get(code)]
    if what := asked.get("what"):
        found = [item for item in found if item.what == ("" if what == "-" else what)]
    holds = [test for test in (_of_place(asked), _of_cohort(asked)) if test]
    if holds:
        mine = {person.student_id for person in whom(spec, side) if all(test(person) for test in holds)}
        found = [item for item in found if item.student_id in mine]
    return found


def _of_place(asked: Mapping[str, str]) -> Any:
    group, year = asked.get("group"), asked.get("year")
    if group:
        return lambda person: person.tutor_group == group
    return (lambda person: str(person.year) == year) if year else None


def _of_cohort(asked: Mapping[str, str]) -> Any:
    slug = asked.get("cohort")
    if not slug:
        return None
    cohort = COHORTS_BY_SLUG.get(slug)
    return cohort.holds if cohort else lambda _person: False


def _number(spec: Spec, item: Item) -> str:
    """Return what an item adds, in words; "" for one each."""
    if item.of > 1:
        rate = percentage(item.weight, item.of)
        return f"{item.weight} of {item.of}" + (f" ({rate} %)" if rate is not None else "")
    return str(item.weight) if spec.how == SUM else ""
