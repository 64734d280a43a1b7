"""Consistency: for the same behaviour, which sanction, by cohort, year, tutor group or member of staff."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from pastoral.core.models import User
from pastoral.core.spreadsheets import Table
from reports.conduct.asked import LED, NOT_SAID, Asked
from reports.conduct.intervals import Difference, Side
from reports.conduct.parts import Part
from reports.conduct.patterns import LIST, Patterns
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.people import Person
from students.staff import staff_names

BY = {"cohort": "Cohort", "year": "Year", "group": "Tutor group", "staff": "Member of staff"}
NOTHING = "No action written"
MOST_ACTIONS = 7


@dataclass(frozen=True)
class Group:
    """Some of the parts: those of one cohort, year, tutor group or member of staff. key: as the address asks for it."""

    key: str
    name: str
    holds: Callable[[Part], bool]


@dataclass(frozen=True)
class Cell:
    """How often a group's behaviour of one type met one action, against everybody else's. url: the list of them."""

    type: str
    action: str
    group: Group
    difference: Difference
    url: str

    @property
    def action_words(self) -> str:
        """The action in words."""
        return self.action or NOTHING

    @property
    def is_more(self) -> bool:
        """Test whether the group meets the action more often than others."""
        return self.difference.points > 0


@dataclass(frozen=True)
class TypeTable:
    """One type of behaviour: a row for each group, a cell for each action, everybody last. cases: of each group."""

    type: str
    actions: tuple[str, ...]
    rows: tuple[tuple[Group, int, str, tuple[Cell, ...]], ...]
    everybody: tuple[tuple[Side, str], ...]
    cases: int
    url: str

    @property
    def action_words(self) -> list[str]:
        """The actions as headings."""
        return [action or NOTHING for action in self.actions]


@dataclass(frozen=True)
class Consistency:
    """Every type of behaviour asked for against every action and group. compared: comparisons with enough of both."""

    patterns: Patterns
    by: str
    tables: tuple[TypeTable, ...]

    @classmethod
    def load(cls, user: User, asked: Asked, by: str) -> Self:
        """Read what the patterns read, and compare."""
        patterns = Patterns.load(user, asked)
        held: dict[str, list[Part]] = defaultdict(list)
        for part in patterns.parts:
            held[part.type].append(part)
        groups = groups_of(patterns, by)
        ordered = sorted(held.items(), key=lambda item: (-len(item[1]), item[0]))
        return cls(patterns, by, tuple(_table(asked, by, name, parts, groups) for name, parts in ordered))

    @property
    def cells(self) -> list[Cell]:
        """Every comparison."""
        return [cell for table in self.tables for _group, _cases, _url, cells in table.rows for cell in cells]

    @property
    def flagged(self) -> list[Cell]:
        """The comparisons that the rule flags, the widest first."""
        found = [cell for cell in self.cells if cell.difference.is_flagged]
        return sorted(found, key=lambda cell: -abs(cell.difference.points))

    @property
    def compared(self) -> int:
        """How many comparisons had enough on both sides."""
        return sum(not cell.difference.is_small for cell in self.cells)

    def table_of(self, name: str) -> TypeTable | None:
        """Return the table of one type, else of the most frequent."""
        return next((table for table in self.tables if table.type == name), self.tables[0] if self.tables else None)

    def table(self) -> Table:
        """Return every comparison as rows of a file."""
        rows = [
            (
                cell.type,
                cell.action_words,
                cell.group.name,
                cell.difference.own.count,
                cell.difference.own.cases,
                cell.difference.own.percent,
                cell.difference.others.percent,
                cell.difference.others.cases,
                "too few" if cell.difference.is_small else "flagged" if cell.difference.is_flagged else "",
            )
            for cell in self.cells
        ]
        headings = (
            "Type", "Action", BY[self.by], "Met the action", "Incidents", "%", "Everybody else, %",
            "Everybody else, incidents", "Flag",
        )  # fmt: skip
        return Table("Consistency", (self.patterns.asked.span_words,), headings, rows)


def groups_of(patterns: Patterns, by: str) -> tuple[Group, ...]:
    """Return the groups that hold somebody, in the order of lists."""
    if by == "staff":
        codes = sorted({part.staff for part in patterns.parts} - {""})
        names = staff_names(codes)
        return tuple(Group(code, names.get(code, code), _by_staff(code)) for code in codes)
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for person in patterns.people:
        for key in _places(person, by):
            found[key].add(person.student_id)
    order = {slug: place for place, slug in enumerate(COHORTS_BY_SLUG)}
    keys = sorted(found, key=lambda key: (order.get(key[0], 0), len(key[0]), key[0]))
    return tuple(Group(*key, _by_student(found[key])) for key in keys)


def _places(person: Person, by: str) -> list[tuple[str, str]]:
    """Return key and name of the groups that the student is in."""
    if by == "cohort":
        return [(slug, cohort.name) for slug, cohort in COHORTS_BY_SLUG.items() if cohort.holds(person)]
    key, name = (str(person.year), f"Year {person.year}") if by == "year" else (person.tutor_group, person.tutor_group)
    return [(key, name)] if name and person.year else []


def _by_staff(code: str) -> Callable[[Part], bool]:
    return lambda part: part.staff == code


def _by_student(members: set[int]) -> Callable[[Part], bool]:
    return lambda part: part.student_id in members


def _table(asked: Asked, by: str, name: str, parts: Sequence[Part], groups: Sequence[Group]) -> TypeTable:
    counted = Counter(part.action for part in parts)
    actions = tuple(sorted(counted, key=lambda action: (not action, -counted[action], action))[:MOST_ACTIONS])

    def address(**more: str) -> str:
        return asked.url(LIST, reach=LED, type=name, **more)

    def row(group: Group) -> tuple[Group, int, str, tuple[Cell, ...]]:
        own = [part for part in parts if group.holds(part)]
        others = [part for part in parts if not group.holds(part)]
        cells = tuple(
            Cell(
                name, action, group, Difference(_side(own, action), _side(others, action)),
                address(action=action or NOT_SAID, **{by: group.key}),
            )
            for action in actions
        )  # fmt: skip
        return group, len(own), address(**{by: group.key}), cells

    rows = [row(group) for group in groups]
    return TypeTable(
        type=name,
        actions=actions,
        rows=tuple(each for each in rows if each[1]),
        everybody=tuple((_side(parts, each), address(action=each or NOT_SAID)) for each in actions),
        cases=len(parts),
        url=address(),
    )


def _side(parts: Sequence[Part], action: str) -> Side:
    count = sum(part.action == action for part in parts)
    return Side(count, len(parts), len({part.student_id for part in parts}))
