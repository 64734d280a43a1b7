"""Patterns: what happens, where, when, and to which groups, as rates in a hundred students, each with its list."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import rounded
from reports.conduct.asked import LED, NOT_SAID, WEEKDAYS, Asked
from reports.conduct.members import members_of
from reports.conduct.parts import Part, parts_of
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.cohorts import SMALL_COHORT
from reports.summaries.people import Person
from students.calendar import monday_of
from students.lessons import in_day, lessons
from students.summaries import SchoolCalendar

LIST = "reports:incident_list"
SCHOOL_WEEK = range(1, 6)


@dataclass(frozen=True)
class Line:
    """One row of a breakdown. n: the students that the rate is of; days: school days that it is of, 0 for no such."""

    name: str
    parts: int
    students: int
    n: int
    url: str
    days: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Parts in a hundred students, to one decimal; None of nobody."""
        return rounded(Decimal(100 * self.parts) / self.n) if self.n else None

    @property
    def is_small(self) -> bool:
        """Test for too few students for the rate to say much."""
        return self.n < SMALL_COHORT

    @property
    def a_day(self) -> Decimal | None:
        """Parts on each such school day, to one decimal."""
        return rounded(Decimal(self.parts) / self.days) if self.days else None


@dataclass(frozen=True)
class Breakdown:
    """The parts of the page by one matter."""

    slug: str
    title: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class HeatCell:
    """How many on a weekday in a part of the day. heat: 0 for none, to 5 for the most of the table."""

    parts: int
    heat: int
    url: str


# By what a part is told apart: the filter that asks for it, and what the part says.
_OF_PARTS: tuple[tuple[str, str, Callable[[Part], str]], ...] = (
    ("type", "By type", lambda part: part.type),
    ("location", "By place", lambda part: part.location),
    ("slot", "By part of the day", lambda part: part.slot),
    ("activity", "By subject", lambda part: part.activity),
)


@dataclass(frozen=True)
class Patterns:
    """The parts asked for of the students asked for; one unit everywhere: one student's part in one incident."""

    asked: Asked
    people: tuple[Person, ...]
    parts: tuple[Part, ...]
    everybody: tuple[Person, ...]
    unfiltered: tuple[Part, ...]
    calendar: SchoolCalendar
    slots: tuple[str, ...]

    @classmethod
    def load(cls, user: User, asked: Asked) -> Self:
        """Read students, parts, lessons and calendar in four queries."""
        window = asked.window
        everybody = members_of(user, Right.SEE_BEHAVIOUR_PATTERNS, window.first, window.last)
        people = asked.people(everybody)
        day = lessons().periods()
        parts = tuple(parts_of(user, people, window.first, window.last, day))
        found = tuple(filter(asked.holds, parts))
        return cls(
            asked=asked,
            people=people,
            parts=found,
            everybody=everybody,
            unfiltered=parts,
            calendar=SchoolCalendar.load(),
            slots=in_day(day, {part.slot for part in found}),
        )

    def url(self, **more: str) -> str:
        """Return the address of the list of the parts asked for, and narrower."""
        return self.asked.url(LIST, reach=LED, **more)

    @property
    def total(self) -> Line:
        """Everything asked for."""
        return self._line("All", self.parts, len(self.people))

    @property
    def points(self) -> int:
        """The points of everything asked for."""
        return sum(part.points for part in self.parts)

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Every breakdown: of what, where and when, then of whom."""
        of_parts = [self._of_parts(*each) for each in _OF_PARTS]
        return (*of_parts[:3], self._weekdays(), of_parts[3], self._years(), self._groups(), self._cohorts())

    @property
    def weeks(self) -> list[int]:
        """Parts in each school week of the window, oldest first."""
        mondays = dict.fromkeys(monday_of(day) for day in self.calendar.between(*self._span))
        counted = Counter(monday_of(part.day) for part in self.parts)
        return [counted[monday] for monday in mondays]

    @property
    def _span(self) -> tuple[Any, Any]:
        return self.asked.window.first, self.asked.window.last

    def _line(self, name: str, parts: Sequence[Part], n: int, *, days: int = 0, **asked: Any) -> Line:
        return Line(name, len(parts), len({part.student_id for part in parts}), n, self.url(**asked), days)

    def _of_parts(self, slug: str, title: str, said: Callable[[Part], str]) -> Breakdown:
        held: dict[str, list[Part]] = defaultdict(list)
        for part in self.parts:
            held[said(part)].append(part)
        names: Iterable[str] = sorted(held, key=lambda name: (not name, -len(held[name]), name))
        if slug == "slot":
            names = [name for name in (*self.slots, "") if name in held]
        lines = [self._line(name or "Not said", held[name], len(self.people), **_asking(slug, name)) for name in names]
        return Breakdown(slug, title, "", tuple(lines))

    def _weekdays(self) -> Breakdown:
        days = Counter(day.isoweekday() for day in self.calendar.between(*self._span))
        held: dict[int, list[Part]] = defaultdict(list)
        for part in self.parts:
            held[part.day.isoweekday()].append(part)
        lines = [
            self._line(WEEKDAYS[day - 1], held[day], len(self.people), days=days[day], weekday=str(day))
            for day in range(1, 8)
            if day in SCHOOL_WEEK or held[day]
        ]
        return Breakdown("weekday", "By weekday", "a day: on each school day of that name in the window", tuple(lines))

    def _of_people(self, name: str, people: Sequence[Person], **asked: Any) -> Line:
        keys = {person.student_id for person in people}
        return self._line(name, [part for part in self.parts if part.student_id in keys], len(people), **asked)

    def _years(self) -> Breakdown:
        years = sorted({person.year for person in self.people})
        lines = [
            self._of_people(f"Year {year}", [each for each in self.people if each.year == year], year=str(year))
            for year in years
        ]
        return Breakdown("year", "By year", "", tuple(lines))

    def _groups(self) -> Breakdown:
        groups: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            groups[person.tutor_group].append(person)
        lines = [self._of_people(name or "No group", held, group=name or NOT_SAID) for name, held in groups.items()]
        return Breakdown("group", "By tutor group", "", tuple(sorted(lines, key=lambda line: -(line.rate or 0))))

    def _cohorts(self) -> Breakdown:
        lines = [
            self._of_people(cohort.name, held, cohort=slug)
            for slug, cohort in COHORTS_BY_SLUG.items()
            if (not self.asked.cohort or slug == self.asked.cohort)
            and (held := [person for person in self.people if cohort.holds(person)])
        ]
        return Breakdown("cohort", "By cohort", "a student may be in many, or in none", tuple(lines))

    @property
    def heat(self) -> list[tuple[str, list[HeatCell]]]:
        """Parts by part of the day and weekday, for the slots that hold something."""
        counted = Counter((part.slot, part.day.isoweekday()) for part in self.parts)
        most = max(counted.values(), default=0)
        return [
            (
                slot,
                [
                    HeatCell(
                        parts=counted[slot, day],
                        heat=-(-5 * counted[slot, day] // most) if counted[slot, day] else 0,
                        url=self.url(slot=slot, weekday=str(day)),
                    )
                    for day in SCHOOL_WEEK
                ],
            )
            for slot in self.slots
        ]

    def table(self) -> Table:
        """Return every breakdown as one table."""
        rows = [
            (each.title, line.name, line.parts, line.students, line.n, line.rate)
            for each in (Breakdown("", "All", "", (self.total,)), *self.breakdowns)
            for line in each.lines
        ]
        about = (self.asked.span_words, ", ".join(self.asked.in_words), "n: students on roll in the window")
        headings = ("Breakdown", "Name", "Incidents", "Students in them", "n", "Incidents per 100 students")
        return Table("Patterns", about, headings, rows)


def _asking(slug: str, name: str) -> dict[str, Any]:
    return {slug: name or NOT_SAID}
