"""A year's performance over a half term, laid out alike each time, with the half term before beside it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from attendance.figures import NOTHING, Counts, percentage, total
from attendance.models import SessionMark
from attendance.querysets import mark_counts
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Cell, Table
from pastoral.core.templatetags.pastoral import rounded
from reports.conduct.members import members_of
from reports.conduct.parts import parts_of, praise_of
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.cohorts import SMALL_COHORT, Cohort
from reports.summaries.people import Person
from reports.summaries.waterfall import year_then
from reports.yearpapers.terms import Term


@dataclass(frozen=True, slots=True)
class StudentTerm:
    """One student in one half term. is_on_roll: on its last day; who left before counts for behaviour alone."""

    person: Person
    counts: Counts
    incidents: int
    points: int
    achievements: int
    achievement_points: int
    is_on_roll: bool


@dataclass(frozen=True)
class Figures:
    """What a set of students adds up to in one half term; attendance is of those on roll on its last day."""

    students: int
    counts: Counts
    with_possible: int
    pa: int
    severe: int
    n: int
    incidents: int
    points: int
    achievements: int
    recognised: int

    @classmethod
    def of(cls, rows: Collection[StudentTerm]) -> Self:
        """Add the students up."""
        on_roll = [row for row in rows if row.is_on_roll]
        return cls(
            students=len(on_roll),
            counts=total([NOTHING, *(row.counts for row in on_roll)]),
            with_possible=sum(row.counts.possible > 0 for row in on_roll),
            pa=sum(row.counts.is_persistently_absent for row in on_roll),
            severe=sum(row.counts.is_severely_absent for row in on_roll),
            n=len(rows),
            incidents=sum(row.incidents for row in rows),
            points=sum(row.points for row in rows),
            achievements=sum(row.achievements for row in rows),
            recognised=sum(row.achievements > 0 for row in rows),
        )

    @property
    def attendance(self) -> Decimal | None:
        """Attendance in per cent."""
        return self.counts.percent

    @property
    def unauthorised(self) -> Decimal | None:
        """Unauthorised sessions in per cent of possible ones."""
        return percentage(self.counts.unauthorised, self.counts.possible)

    @property
    def pa_percent(self) -> Decimal | None:
        """Persistently absent students in per cent of those with possible sessions."""
        return percentage(self.pa, self.with_possible)

    @property
    def late_percent(self) -> Decimal | None:
        """Late arrivals in a hundred possible sessions."""
        return percentage(self.counts.lates, self.counts.possible)

    @property
    def incident_rate(self) -> Decimal | None:
        """Incidents in a hundred students."""
        return rounded(Decimal(100 * self.incidents) / self.n) if self.n else None

    @property
    def achievement_rate(self) -> Decimal | None:
        """Achievements in a hundred students."""
        return rounded(Decimal(100 * self.achievements) / self.n) if self.n else None

    @property
    def recognised_percent(self) -> Decimal | None:
        """Students with an achievement in per cent of all."""
        return percentage(self.recognised, self.n)


@dataclass(frozen=True)
class Measure:
    """One column. is_more_better: which way is up; a number is of counts, no share. of: what a share is a share of."""

    slug: str
    name: str
    value: Callable[[Figures], Any]
    is_more_better: bool = False
    is_count: bool = False
    of: str = ""

    @property
    def opens(self) -> str:
        """The list of the students behind it: a share opens that of the number it is the share of."""
        return self.of or self.slug


MEASURES = (
    Measure("students", "Students", lambda of: of.students, is_more_better=True, is_count=True),
    Measure("attendance", "Attendance %", lambda of: of.attendance, is_more_better=True, of="students"),
    Measure("unauthorised", "Unauthorised %", lambda of: of.unauthorised),
    Measure("pa", "PA", lambda of: of.pa, is_count=True),
    Measure("pa_percent", "PA %", lambda of: of.pa_percent, of="pa"),
    Measure("severe", "Severe", lambda of: of.severe, is_count=True),
    Measure("lates", "Lates", lambda of: of.counts.lates, is_count=True),
    Measure("late_percent", "Lates per 100 sessions", lambda of: of.late_percent, of="lates"),
    Measure("incidents", "Incidents", lambda of: of.incidents, is_count=True),
    Measure("incident_rate", "Incidents per 100 students", lambda of: of.incident_rate, of="incidents"),
    Measure("achievements", "Achievements", lambda of: of.achievements, is_more_better=True, is_count=True),
    Measure("recognised", "Recognised %", lambda of: of.recognised_percent, is_more_better=True, of="achievements"),
)


@dataclass(frozen=True)
class Value:
    """One number of a line beside the same a half term before."""

    measure: Measure
    now: Any
    before: Any

    @property
    def change(self) -> Any:
        """Now less before; None where one of them is not there."""
        return self.now - self.before if self.now is not None and self.before is not None else None


@dataclass(frozen=True)
class Line:
    """The year, one tutor group or one cohort. asked: what the list of its students is asked with."""

    name: str
    asked: Mapping[str, str]
    now: Figures
    before: Figures | None

    @property
    def is_small(self) -> bool:
        """Test for too few students for the figures to say much."""
        return self.now.students < SMALL_COHORT

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The line's numbers in the order of the columns."""
        return tuple(
            Value(each, each.value(self.now), each.value(self.before) if self.before else None) for each in MEASURES
        )


@dataclass(frozen=True)
class Performance:
    """The report: the year, its tutor groups and its cohorts in a half term, and in the one before."""

    year: int
    term: Term
    previous: Term | None
    students: tuple[StudentTerm, ...]
    students_before: tuple[StudentTerm, ...]

    @classmethod
    def load(cls, user: User, year: int, term: Term, previous: Term | None, today: date) -> Self:
        """Read both half terms in eight queries. year: the year group as it is today, whose students are followed."""
        return cls(
            year,
            term,
            previous,
            _students(user, year, term, today),
            _students(user, year, previous, today) if previous else (),
        )

    @cached_property
    def whole(self) -> Line:
        """The year."""
        return Line(f"Year {self.year}", {}, Figures.of(self.students), self._before(lambda _row: True))

    @cached_property
    def groups(self) -> tuple[Line, ...]:
        """The tutor groups; each beside the group of its name before, if there was one."""
        names = dict.fromkeys(row.person.tutor_group for row in self.students)
        return tuple(self._line(name or "No group", {"group": name}, _in_group(name)) for name in names)

    @cached_property
    def cohorts(self) -> tuple[Line, ...]:
        """The cohorts that hold somebody; a student may be in many."""
        lines = (
            self._line(cohort.name, {"cohort": slug}, _in_cohort(cohort)) for slug, cohort in COHORTS_BY_SLUG.items()
        )
        return tuple(line for line in lines if line.now.n)

    @property
    def parts(self) -> tuple[tuple[str, tuple[Line, ...]], ...]:
        """The tables of the report in their order, the same each half term."""
        return ("The year", (self.whole,)), ("By tutor group", self.groups), ("By cohort", self.cohorts)

    def _line(self, name: str, asked: Mapping[str, str], holds: Callable[[StudentTerm], bool]) -> Line:
        return Line(name, asked, Figures.of(list(filter(holds, self.students))), self._before(holds))

    def _before(self, holds: Callable[[StudentTerm], bool]) -> Figures | None:
        rows = list(filter(holds, self.students_before))
        return Figures.of(rows) if rows else None

    def listed(self, measure: str, group: str, cohort: str) -> list[StudentTerm]:
        """Return the students behind one number of the half term, those whom it is most about first."""
        holds, weight = LISTS[measure]
        inside = COHORTS_BY_SLUG.get(cohort)
        rows = [
            row
            for row in self.students
            if holds(row) and group in ("", row.person.tutor_group) and (not inside or inside.holds(row.person))
        ]
        return sorted(rows, key=lambda row: (-weight(row), row.person.sort_key))

    def table(self) -> Table:
        """Return every line as one table, each number beside the one before."""
        rows = [
            [title, line.name, *(cell for value in line.values for cell in (value.now, value.before))]
            for title, lines in self.parts
            for line in lines
        ]
        headings = ("Part", "Name", *(word for each in MEASURES for word in (each.name, f"{each.name}, before")))
        return Table(f"Year {self.year}", self.about, headings, rows)

    @property
    def about(self) -> tuple[str, ...]:
        """What the figures are of, over which days, and as at when."""
        before = f"Before: {self.previous.words}" if self.previous else "No half term before it is held"
        return (
            f"Year {self.year}: {self.term.words}",
            before,
            f"As at {self.term.last:%-d %b %Y}; n: {self.whole.now.students} on roll on that day",
        )


LISTS: Mapping[str, tuple[Callable[[StudentTerm], bool], Callable[[StudentTerm], int]]] = {
    "students": (lambda row: row.is_on_roll, lambda _row: 0),
    "unauthorised": (lambda row: row.is_on_roll and row.counts.unauthorised > 0, lambda row: row.counts.unauthorised),
    "pa": (lambda row: row.is_on_roll and row.counts.is_persistently_absent, lambda row: row.counts.missed),
    "severe": (lambda row: row.is_on_roll and row.counts.is_severely_absent, lambda row: row.counts.missed),
    "lates": (lambda row: row.is_on_roll and row.counts.lates > 0, lambda row: row.counts.lates),
    "incidents": (lambda row: row.incidents > 0, lambda row: row.incidents),
    "achievements": (lambda row: row.achievements > 0, lambda row: row.achievements),
}


def list_cells(row: StudentTerm) -> list[Cell]:
    """Return one student of a list for a file."""
    counts = row.counts
    return [
        row.person.admission_number, row.person.name, row.person.tutor_group, counts.percent, counts.missed,
        counts.possible, counts.unauthorised, counts.lates, counts.minutes_late, row.incidents, row.points,
        row.achievements, row.achievement_points,
    ]  # fmt: skip


LIST_HEADINGS = (
    "Adno", "Student", "Group", "Attendance %", "Missed", "Possible", "Unauthorised", "Lates", "Minutes late",
    "Incidents", "Behaviour points", "Achievements", "Achievement points",
)  # fmt: skip


def _in_group(name: str) -> Callable[[StudentTerm], bool]:
    return lambda row: row.person.tutor_group == name


def _in_cohort(cohort: Cohort) -> Callable[[StudentTerm], bool]:
    return lambda row: cohort.holds(row.person)


def _students(user: User, year: int, term: Term, today: date) -> tuple[StudentTerm, ...]:
    """Return those who were in the year group at the half term's end, in four queries."""
    then = year_then(year, term.last, today)
    people = [each for each in members_of(user, Right.MAKE_REPORTS, term.first, term.last) if each.year == then]
    keys = [person.student_id for person in people]
    counts = _counts(keys, term)
    parts = [part for part in parts_of(user, people, term.first, term.last, ()) if part.is_negative]
    praise = praise_of(people, term.first, term.last)
    incidents, points = Counter(part.student_id for part in parts), _points(parts)
    praised, praise_points = Counter(each.student_id for each in praise), _points(praise)
    return tuple(
        StudentTerm(
            person=person,
            counts=counts.get(person.student_id, NOTHING),
            incidents=incidents[person.student_id],
            points=points[person.student_id],
            achievements=praised[person.student_id],
            achievement_points=praise_points[person.student_id],
            is_on_roll=not person.has_left(term.last),
        )
        for person in people
    )


def _counts(students: Collection[int], term: Term) -> dict[int, Counts]:
    """Return each student's marks of the half term counted, in one query."""
    marks = SessionMark.objects.filter(student__in=list(students)).between(term.first, term.last).order_by()
    rows: Iterable[Any] = marks.values("student_id").annotate(**mark_counts())
    return {row["student_id"]: Counts.from_row(row) for row in rows}


def _points(rows: Iterable[Any]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        found[row.student_id] += row.points
    return found
