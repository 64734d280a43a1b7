"""Numbers for governors: counts without names, small ones held back with whatever would give them away.

Several tables share totals (the students at each level of absence), so they are held back together: a number that
stands in two of them has one key, and nobody gets at one held back by way of another table.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Self

from attendance.figures import NOTHING, Counts, percentage, total
from behaviour.models import Suspension
from behaviour.suppression import LEAST, TOTAL, Key, Line, held_back_among, lines_of
from pastoral.core.models import User
from pastoral.core.spreadsheets import Cell, Table
from reports.summaries.cohorts import FILTERS
from reports.summaries.week import Entry, Moment, SchoolWeek
from students.models import Enrolment

HELD_BACK = "c"
SEVERE, PA, OTHERS = "severe", "pa", "others"
LEVELS = {SEVERE: "Missed half or more", PA: "Missed 10 % to half", OTHERS: "Missed under 10 %", TOTAL: "Students"}
SUSPENDED, NOT = "suspended", "not"
SANCTIONS = {SUSPENDED: "Suspended at least once", NOT: "Never suspended", TOTAL: "Students"}
IN, OUT = "in", "out"
COHORTS = ("pupil-premium", "fsm", "sen", "eal", "looked-after", "young-carer", "girls")
OUTSIDE = {"girls": "Boys and others"}
DEFINITIONS = (
    "Students: on roll on the as-at date with possible sessions since 1 September; the others count nowhere.",
    "Missed: authorised and unauthorised absence of possible sessions (half days), year to date. Persistently absent is"
    " 10 % or more, severely absent half or more; the first two columns together are the persistently absent.",
    "Suspended: a suspension or permanent exclusion that began since 1 September and stands, lunchtimes included.",
    f"{HELD_BACK}: held back. Numbers of 1 to {LEAST - 1} are, with as many others as would give them away, and every"
    " rate that rests on one of them. A nought is shown.",
)


@dataclass(frozen=True)
class Row:
    """One line of a table: its words, its numbers as they may be shown, and its attendance, "" without."""

    name: str
    cells: tuple[str, ...]
    attendance: str


@dataclass(frozen=True)
class Part:
    """One table: its title, what its columns are, and its lines, the total last."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Extract:
    """The numbers of a year by tutor group, or of the school by year."""

    name: str
    moment: Moment
    members: tuple[tuple[str, Entry], ...]
    suspended: frozenset[int]

    @classmethod
    def load(cls, user: User, year: int | None, moment: Moment) -> Self:
        """Read the extract in seven queries. year: None for the school."""
        spells = Enrolment.objects.visible_to(user)
        week = SchoolWeek.load(spells if year is None else spells.filter(year_group=year), moment, with_marks=False)
        held = [entry for entry in week.entries if entry.figures.ytd.possible]
        members = tuple(
            (f"Year {entry.person.year}" if year is None else entry.person.tutor_group, entry) for entry in held
        )
        keys = [entry.person.student_id for entry in held]
        stood = Suspension.objects.standing(student__in=keys, starts_on__range=(moment.first, moment.as_at))
        suspended = frozenset(stood.order_by().values_list("student", flat=True))
        return cls(f"Year {year}" if year else "The school", moment, members, suspended)

    @property
    def about(self) -> tuple[str, ...]:
        """What it is of, over which days, as at when, and of how many."""
        moment, n = self.moment, self._shown(("level", TOTAL, TOTAL))
        return (
            f"{self.name}: numbers for governors",
            f"Year to date {moment.first:%-d %b %Y} \N{EN DASH} {moment.as_at:%-d %b %Y}",
            f"As at {moment.as_at:%-d %b %Y}",
            f"n = {n} students",
        )

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The years or tutor groups, in the order of lists."""
        return tuple(dict.fromkeys(name for name, _entry in self.members))

    @cached_property
    def counts(self) -> Mapping[Key, int]:
        """Every number by its key: (table, row, column); what two tables share has the first one's key."""
        found: Counter[Key] = Counter()
        for name, entry in self.members:
            for row in (name, TOTAL):
                for level in (_level(entry), TOTAL):
                    found["level", row, level] += 1
                for sanction in (self._sanction(entry), TOTAL):
                    found[_key("suspension", row, sanction)] += sanction != TOTAL
            for slug in COHORTS:
                side = IN if FILTERS[slug].holds(entry.person) else OUT
                for level in (_level(entry), TOTAL):
                    found[slug, side, level] += 1
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """Every equation that a reader can make of all the tables together."""
        levels, rows = (SEVERE, PA, OTHERS), self.names
        found = [_keyed(line, "level") for line in lines_of((rows, levels))]
        found += [_keyed(line, "suspension") for line in lines_of((rows, (SUSPENDED, NOT)))]
        for slug in self.cohorts:
            found += [_keyed(line, slug) for line in lines_of(((IN, OUT), levels))]
        return found

    @cached_property
    def cohorts(self) -> tuple[str, ...]:
        """The cohorts that hold somebody."""
        return tuple(
            slug for slug in COHORTS if any(FILTERS[slug].holds(entry.person) for _name, entry in self.members)
        )

    @cached_property
    def hidden(self) -> frozenset[Key]:
        """The keys of the numbers that are held back."""
        return held_back_among(self.counts, self.lines)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The tables as they may be shown."""
        by_name = {name: [entry for each, entry in self.members if each == name] for name in self.names}
        everybody = [entry for _name, entry in self.members]
        rows = [(name, name, held) for name, held in by_name.items()] + [("All", TOTAL, everybody)]
        first = "Absence by year" if self.name == "The school" else "Absence by tutor group"
        return (
            Part(first, tuple(LEVELS.values()), tuple(self._row("level", LEVELS, *row) for row in rows)),
            Part("Absence by cohort", tuple(LEVELS.values()), tuple(self._cohort_rows(everybody))),
            Part(
                "Suspensions and permanent exclusions",
                tuple(SANCTIONS.values()),
                tuple(self._row("suspension", SANCTIONS, name, key, []) for name, key, _held in rows),
            ),
        )

    def _cohort_rows(self, everybody: Sequence[Entry]) -> Iterable[Row]:
        for slug in self.cohorts:
            cohort = FILTERS[slug]
            inside = [entry for entry in everybody if cohort.holds(entry.person)]
            outside = [entry for entry in everybody if not cohort.holds(entry.person)]
            yield self._row(slug, LEVELS, cohort.name, IN, inside)
            yield self._row(slug, LEVELS, OUTSIDE.get(slug, f"Not: {cohort.name}"), OUT, outside)

    def _row(self, table: str, columns: Mapping[str, str], name: str, key: str, held: Sequence[Entry]) -> Row:
        cells = tuple(self._shown(_key(table, key, column)) for column in columns)
        counts = total([NOTHING, *(entry.figures.ytd for entry in held)])
        return Row(name, cells, self._attendance(_key(table, key, TOTAL), counts))

    def _shown(self, key: Key) -> str:
        return HELD_BACK if key in self.hidden else str(self.counts[key])

    def _attendance(self, key: Key, counts: Counts) -> str:
        """Return the attendance of a row whose number of students may be shown."""
        if not counts.possible:
            return ""
        return HELD_BACK if key in self.hidden else _words(percentage(counts.attended, counts.possible))

    def _sanction(self, entry: Entry) -> str:
        return SUSPENDED if entry.person.student_id in self.suspended else NOT

    def table(self) -> Table:
        """Return the tables as one, for a file that leaves the school."""
        rows: list[list[Cell]] = []
        for part in self.parts:
            rows += [
                [part.title, row.name, column, _number(cell)]
                for row in part.rows
                for column, cell in zip(part.columns, row.cells, strict=True)
            ]
            rows += [[part.title, row.name, "Attendance %", row.attendance] for row in part.rows if row.attendance]
        return Table("Governors", (*self.about, *DEFINITIONS), ("Table", "Of", "What", "Number"), rows)


def _level(entry: Entry) -> str:
    counts = entry.figures.ytd
    if counts.is_severely_absent:
        return SEVERE
    return PA if counts.is_persistently_absent else OTHERS


def _key(table: str, row: str, column: str) -> Key:
    """Return the key of a number: the totals that tables share are the first one's."""
    if table == "suspension" and column == TOTAL:
        return ("level", row, TOTAL)
    if row == TOTAL and table != "suspension":
        return ("level", TOTAL, column)
    return (table, row, column)


def _keyed(line: Line, table: str) -> Line:
    members, whole = line
    return tuple(_key(table, row, column) for row, column in members), _key(table, *whole)


def _words(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _number(words: str) -> Cell:
    return int(words) if words.isdigit() else words
