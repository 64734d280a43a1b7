"""Whom one window is about, and through whose eyes it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from pastoral.core.models import User
from pastoral.core.rights import Right, Role
from reports.conduct.members import members_of
from reports.halfterm.marks import Attended, attended
from reports.halfterm.spans import NOW, Window
from reports.summaries.people import Person, people_on
from reports.summaries.waterfall import year_then
from students.models import Enrolment, StaffAssignment
from students.scopes import Scope
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class Side:
    """One window with its members. year: the year group they were in then, None for the school.

    user: by whose right records are read. as_at: up to which day marks count. now: the moment of counting.
    """

    window: Window
    year: int | None
    people: tuple[Person, ...]
    user: User
    calendar: SchoolCalendar
    as_at: date
    now: datetime

    @property
    def students(self) -> list[int]:
        """The keys of the members."""
        return [person.student_id for person in self.people]

    @cached_property
    def everybody(self) -> tuple[Person, ...]:
        """Who was on roll at any time in the window: the members, and who left in it, where they were last.

        Those whom the year's team saw then, whoever reads: who left last year is nobody's now, and was counted.
        Incidents, suspensions and rewards are of all of these, here as on every other page that counts them.
        """
        members = frozenset(self.students)
        team = team_of(self.year, self.window.last)
        there = members_of(team, Right.SEE_BEHAVIOUR_PATTERNS, *self.span)
        left = (each for each in there if each.student_id not in members and self.year in (None, each.year))
        return (*self.people, *left)

    @cached_property
    def marks(self) -> Attended:
        """The members' marks, read once."""
        return attended(self.students, *self.span)

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day."""
        return self.window.first, self.window.last


def team_of(year: int | None, on: date) -> User:
    """Return a reader who sees what the Head of that Year sees on the day, or SLT for the school; no row of its own.

    A report is the same whoever asks for it, or nobody: its figures are of what a year's head may read. Matters for
    the DSL are none of them.
    """
    role = Role.SLT if year is None else Role.HEAD_OF_YEAR
    reader = User(pk=0, staff_code="", surname="")
    held = StaffAssignment(user=reader, role=role, year_group_id=year, starts_on=on)
    reader.__dict__["roles"] = (role,)
    setattr(reader, "scope_held", Scope(on, (held,)))  # noqa: B010 - no field of the model, see scope_of
    return reader


def members_then(year: int | None, on: date) -> tuple[Person, ...]:
    """Return who was on roll in the year, or in the school, on the day."""
    spells = Enrolment.objects.all() if year is None else Enrolment.objects.filter(year_group=year)
    return people_on(spells, on)


def side_of(
    window: Window, year: int | None, *, as_at: date, now: datetime, calendar: SchoolCalendar, user: User | None = None
) -> Side:
    """Read the members of one window: those of the same year of entry, in the year that they were in then.

    year: as on the as-at day. user: None for the year's team.
    """
    then = None if year is None else year_then(year, window.last, as_at)
    return Side(
        window=window,
        year=then,
        people=members_then(then, window.last),
        user=user or team_of(then, window.last),
        calendar=calendar,
        as_at=as_at,
        now=now,
    )


def now_of(sides: Mapping[str, Side | None]) -> Side:
    """Return the half term's own side, which every report has."""
    side = sides[NOW]
    if side is None:
        raise LookupError("a report without its half term")
    return side
