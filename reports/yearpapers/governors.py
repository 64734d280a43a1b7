"""Numbers for governors: counts without names, small ones held back with whatever would give them away.

Several tables share totals (the students at each level of absence), and the school's extract shares them with the
years' own, so all are held back together: a number that stands in two of them has one key, and nobody gets at one held
back by way of another table or another extract.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Self

from attendance.figures import NOTHING, Counts, percentage, total
from behaviour.models import Suspension
from behaviour.suppression import LEAST, TOTAL, Key, Line, held_back_among, lines_of
from pastoral.core.spreadsheets import Cell, Table
from reports.summaries.cohorts import FILTERS
from reports.summaries.week import Entry, Moment, SchoolWeek
from students.models import Enrolment

HELD_BACK = "c"
NO_GROUP = "No tutor group"
LEVEL, SUSPENSION = "level", "suspension"
SEVERE, PA, OTHERS = "severe", "pa", "others"
LEVELS = {SEVERE: "Missed half or more", PA: "Missed 10 % to half", OTHERS: "Missed under 10 %", TOTAL: "Students"}
_LEVELS = (SEVERE, PA, OTHERS)
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

    @property
    def labelled(self) -> tuple[tuple[Row, tuple[tuple[str, str], ...]], ...]:
        """Return each row with its cells under their columns' names, lower case, as a phone shows them."""
        return tuple((row, tuple(zip(map(str.lower, self.columns), row.cells, strict=True))) for row in self.rows)


@dataclass(frozen=True)
class Extract:
    """The numbers of a year by tutor group, or of the school by year (year None).

    entries: everybody in the school, whichever is asked for: the school's extract and the years' own share totals, and
    a number held back in one must not follow from the others, so all of them are held back together.
    """

    year: int | None
    moment: Moment
    entries: tuple[Entry, ...]
    suspended: frozenset[int]

    @classmethod
    def load(cls, year: int | None, moment: Moment) -> Self:
        """Read the extract in seven queries; the caller asks whether the year, or the school, is the person's."""
        week = SchoolWeek.load(Enrolment.objects.all(), moment, with_marks=False)
        held = tuple(entry for entry in week.entries if entry.figures.ytd.possible)
        keys = [entry.person.student_id for entry in held]
        stood = Suspension.objects.standing(student__in=keys, starts_on__range=(moment.first, moment.as_at))
        return cls(year, moment, held, frozenset(stood.order_by().values_list("student", flat=True)))

    @property
    def name(self) -> str:
        """Of whom it is."""
        return _year(self.year) if self.year else "The school"

    @property
    def about(self) -> tuple[str, ...]:
        """What it is of, over which days, as at when, and of how many."""
        moment, n = self.moment, self._shown(_key(self.year, LEVEL, TOTAL, TOTAL))
        return (
            f"{self.name}: numbers for governors",
            f"Year to date {moment.first:%-d %b %Y} \N{EN DASH} {moment.as_at:%-d %b %Y}",
            f"As at {moment.as_at:%-d %b %Y}",
            f"n = {n} students",
        )

    @cached_property
    def places(self) -> Mapping[int | None, Mapping[str, Sequence[Entry]]]:
        """By year, and None for the school: its rows in the order of lists, each with who is in it."""
        found: dict[int | None, dict[str, list[Entry]]] = {None: {}}
        for entry in self.entries:
            year = entry.person.year
            group = entry.person.tutor_group or NO_GROUP
            found[None].setdefault(_year(year), []).append(entry)
            found.setdefault(year, {}).setdefault(group, []).append(entry)
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The years or tutor groups of this extract."""
        return tuple(self.places.get(self.year, ()))

    @cached_property
    def counts(self) -> Mapping[Key, int]:
        """Every number of every extract by its key; what two tables share has one key."""
        found: Counter[Key] = Counter()
        for place, rows in self.places.items():
            for name, held in rows.items():
                for entry in held:
                    found.update(set(self._keys_of(place, name, entry)))
        return found

    def _keys_of(self, place: int | None, name: str, entry: Entry) -> Iterable[Key]:
        """Return the numbers of one place's tables that count the student, but those that the school's rows count."""
        level, sanction = _level(entry), self._sanction(entry)
        for row in (name, TOTAL) if place is None else (name,):
            yield from (_key(place, table, row, word) for table, word in ((LEVEL, level), (SUSPENSION, sanction)))
            yield _key(place, LEVEL, row, TOTAL)
        for slug in COHORTS:
            side = IN if FILTERS[slug].holds(entry.person) else OUT
            yield from (_key(place, slug, side, each) for each in (level, TOTAL))

    @cached_property
    def lines(self) -> list[Line]:
        """Every equation that a reader can make of all the tables of all extracts together."""
        found: list[Line] = []
        for place, rows in self.places.items():
            tables = ((LEVEL, tuple(rows), _LEVELS), (SUSPENSION, tuple(rows), (SUSPENDED, NOT)))
            for table, names, words in (*tables, *((slug, (IN, OUT), _LEVELS) for slug in self.cohorts)):
                found += [_keyed(line, place, table) for line in lines_of((names, words))]
        years = [place for place in self.places if place is not None]
        for slug, side, level in product(self.cohorts, (IN, OUT), (*_LEVELS, TOTAL)):
            found.append((tuple(_key(year, slug, side, level) for year in years), _key(None, slug, side, level)))
        return found

    @cached_property
    def cohorts(self) -> tuple[str, ...]:
        """The cohorts that hold somebody in the school."""
        return tuple(slug for slug in COHORTS if any(FILTERS[slug].holds(entry.person) for entry in self.entries))

    @cached_property
    def hidden(self) -> frozenset[Key]:
        """The keys of the numbers that are held back, of all extracts."""
        return held_back_among(self.counts, self.lines)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The tables as they may be shown."""
        by_name = self.places.get(self.year, {})
        everybody = [entry for held in by_name.values() for entry in held]
        rows = [(name, name, held) for name, held in by_name.items()] + [("All", TOTAL, everybody)]
        first = "Absence by tutor group" if self.year else "Absence by year"
        return (
            Part(first, tuple(LEVELS.values()), tuple(self._row(LEVEL, LEVELS, *row) for row in rows)),
            Part("Absence by cohort", tuple(LEVELS.values()), tuple(self._cohort_rows(everybody))),
            Part(
                "Suspensions and permanent exclusions",
                tuple(SANCTIONS.values()),
                tuple(self._row(SUSPENSION, SANCTIONS, name, key, []) for name, key, _held in rows),
            ),
        )

    def _cohort_rows(self, everybody: Sequence[Entry]) -> Iterable[Row]:
        for slug in self.cohorts:
            cohort = FILTERS[slug]
            inside = [entry for entry in everybody if cohort.holds(entry.person)]
            outside = [entry for entry in everybody if not cohort.holds(entry.person)]
            yield self._row(slug, LEVELS, cohort.name, IN, inside)
            yield self._row(slug, LEVELS, OUTSIDE.get(slug, f"Not: {cohort.name}"), OUT, outside)

    def _row(self, table: str, columns: Mapping[str, str], name: str, row: str, held: Sequence[Entry]) -> Row:
        cells = tuple(self._shown(_key(self.year, table, row, column)) for column in columns)
        counts = total([NOTHING, *(entry.figures.ytd for entry in held)])
        return Row(name, cells, self._attendance(_key(self.year, table, row, TOTAL), counts))

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


def _year(year: int) -> str:
    return f"Year {year}"


def _key(place: int | None, table: str, row: str, column: str) -> Key:
    """Return the key of a number of a place's table: a total that stands in several tables has one.

    A year's "All" is the school's row of that year, and what its cohorts add up to; the students suspended or not add
    up to the same students as the levels of absence.
    """
    if table == SUSPENSION and column == TOTAL:
        table = LEVEL
    if row == TOTAL:
        table = SUSPENSION if table == SUSPENSION else LEVEL
        return (table, TOTAL if place is None else _year(place), column)
    return (table, row if place is None else f"{place}/{row}", column)


def _keyed(line: Line, place: int | None, table: str) -> Line:
    members, whole = line
    return tuple(_key(place, table, row, column) for row, column in members), _key(place, table, *whole)


def _words(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _number(words: str) -> Cell:
    return int(words) if words.isdigit() else words
