"""A year, or the school, in one week: each student's figures beside their name, flags and marks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Self

from attendance.figures import NOTHING, Counts, StudentWeek
from attendance.models import SessionMark
from attendance.summaries import WeekFigures
from attendance.summaries.as_at import end_of_week, last_week
from reports.summaries.cohorts import FILTERS
from reports.summaries.people import Person, people_on
from reports.summaries.reasons import Mark
from reports.summaries.weekmarks import SESSIONS, WeekMarks, slot_of, week_marks
from students.calendar import academic_year_of, academic_year_start, friday_of, monday_of
from students.querysets import EnrolmentQuerySet
from students.summaries import SchoolCalendar


class WeekNotHeld(Exception):
    """The week asked for is not a week at all, is still to come, or lies before the calendar begins."""


@dataclass(frozen=True)
class Moment:
    """What "now" means on a page about one week.

    as_at: the Friday, or the day of the latest mark while the week runs. day: the last school day up to then.
    """

    calendar: SchoolCalendar
    today: date
    marks_to: date | None
    monday: date
    as_at: date
    day: date | None

    @classmethod
    def of(cls, asked: str, today: date) -> Self:
        """Find the moment for a week asked for by any of its days ("" for the latest week with marks).

        A week of holidays is a moment without days. Raises WeekNotHeld for a week that has no figures to show.
        """
        calendar = SchoolCalendar.load()
        marks_to = SessionMark.objects.latest_day(today)
        latest = last_week(calendar, marks_to, today)
        monday = _monday(asked, monday_of(marks_to or today), calendar) if asked else latest
        as_at = end_of_week(monday, marks_to)
        days = calendar.between(monday, as_at)
        return cls(calendar, today, marks_to, monday, as_at, days[-1] if days else None)

    @property
    def first(self) -> date:
        """The first day of the year to date."""
        return academic_year_start(academic_year_of(self.as_at))

    @property
    def is_holiday(self) -> bool:
        """Test for a week in which school does not meet."""
        return self.monday not in self.calendar.mondays

    @property
    def is_this_year(self) -> bool:
        """Test for a week of the running academic year."""
        return academic_year_of(self.as_at) == academic_year_of(self.today)

    @property
    def is_today(self) -> bool:
        """Test whether the day shown is today."""
        return self.day == self.today

    @property
    def is_latest(self) -> bool:
        """Test for the latest week there is."""
        return self.week_after is None

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The school days of the week so far."""
        return self.calendar.between(self.monday, self.as_at)

    @cached_property
    def day_compared(self) -> date | None:
        """The same weekday of the last week in which school met on it, in the same academic year."""
        if self.day is None:
            return None
        earlier = (self.day - timedelta(weeks=weeks) for weeks in range(1, 8))
        same_year = (day for day in earlier if academic_year_of(day) == academic_year_of(self.as_at))
        return next((day for day in same_year if self.calendar.is_school_day(day)), None)

    @property
    def week_before(self) -> date | None:
        """The Monday of the school week before."""
        return self.calendar.school_week_before(self.monday)

    @property
    def week_after(self) -> date | None:
        """The Monday of the school week after, when it has marks."""
        following = self.calendar.next_school_day(friday_of(self.monday) + timedelta(days=2))
        return monday_of(following) if following and self.marks_to and following <= self.marks_to else None

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the weeks of the year to date, latest first."""
        year = academic_year_of(self.marks_to or self.today)
        until = self.marks_to or self.today
        held = (monday for monday in self.calendar.mondays if academic_year_of(friday_of(monday)) == year)
        return tuple(sorted((monday for monday in held if monday <= until), reverse=True))


def _monday(asked: str, latest: date, calendar: SchoolCalendar) -> date:
    try:
        monday = monday_of(date.fromisoformat(asked))
    except (ValueError, OverflowError) as fault:
        raise WeekNotHeld(asked) from fault
    if not calendar.mondays or not calendar.mondays[0] <= monday <= latest:
        raise WeekNotHeld(asked)
    return monday


@dataclass(frozen=True, slots=True)
class Entry:
    """One student in the week: who, the figures, the week's marks, and how the day and the day compared with went."""

    person: Person
    figures: StudentWeek
    held: WeekMarks | None = None
    day: Counts = NOTHING
    day_compared: Counts = NOTHING
    not_marked: int = 0
    day_not_marked: int = 0
    slot_lates: Counts = NOTHING

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the week, oldest first; none when they were not read."""
        return self.held.of_week if self.held else ()


@dataclass(frozen=True)
class SchoolWeek:
    """The entries of a year (or the school), all of them whatever the page is narrowed to."""

    moment: Moment
    entries: tuple[Entry, ...]

    @classmethod
    def load(cls, enrolments: EnrolmentQuerySet, moment: Moment, *, with_marks: bool = True) -> Self:
        """Read the members, their figures and the week's marks in six queries, however many there are.

        with_marks: without them who is in most lists shows all the same; `with_week_marks` reads them for those alone.
        """
        people = people_on(enrolments, moment.as_at)
        figures = WeekFigures.load(
            moment.monday,
            calendar=moment.calendar,
            with_recent=True,
            members=people,
            as_at=moment.as_at,
        )
        listed = zip(people, figures.students, strict=True)
        entries = _marked(listed, moment) if with_marks else (Entry(person, one) for person, one in listed)
        return cls(moment, tuple(entries))

    def narrowed(self, cohort: str = "", group: str = "") -> tuple[Entry, ...]:
        """Return the entries in the cohort and the tutor group or year, each when given."""
        holds = FILTERS[cohort].holds
        return tuple(
            entry
            for entry in self.entries
            if holds(entry.person) and group in ("", entry.person.tutor_group, f"Year {entry.person.year}")
        )

    def with_slot_lates(self, lates: Mapping[int, Counts]) -> Self:
        """Return the week with each student's lates in one slot of the week, year to date."""
        return replace(
            self,
            entries=tuple(
                replace(entry, slot_lates=lates.get(entry.person.student_id, NOTHING)) for entry in self.entries
            ),
        )


def with_week_marks(entries: Sequence[Entry], moment: Moment) -> tuple[Entry, ...]:
    """Return the entries with their marks of the week, read in one query."""
    held = week_marks([entry.person.student_id for entry in entries], moment.monday, moment.days)
    return tuple(replace(entry, held=held.get(entry.person.student_id)) for entry in entries)


def _marked(listed: Iterable[tuple[Person, StudentWeek]], moment: Moment) -> Iterator[Entry]:
    """Read the marks of the week and of the day compared with, and count the day's and those that are missing."""
    every = tuple(listed)
    days = [*moment.days, *([moment.day_compared] if moment.day_compared else [])]
    held = week_marks([person.student_id for person, _ in every], moment.monday, days)
    due, nothing = _slots_due(held, moment), WeekMarks(moment.monday)
    return (_entry(person, one, held.get(person.student_id, nothing), moment, due) for person, one in every)


def _slots_due(held: Mapping[int, WeekMarks], moment: Moment) -> frozenset[int]:
    """Return the week's slots that should have a mark: all of the days past, and of today those that anybody has."""
    due = {slot_of(day, moment.monday) + half for day in moment.days for half in range(len(SESSIONS))}
    if moment.today not in moment.days:
        return frozenset(due)
    today = slot_of(moment.today, moment.monday)
    taken = {slot for own in held.values() for slot in own.slots}
    return frozenset(slot for slot in due if slot not in (today, today + 1) or slot in taken)


def _entry(person: Person, figures: StudentWeek, held: WeekMarks, moment: Moment, due: frozenset[int]) -> Entry:
    on_roll_from = slot_of(person.admitted_on, moment.monday)
    missing = [slot for slot in due.difference(held.slots) if slot >= on_roll_from]
    day = None if moment.day is None else slot_of(moment.day, moment.monday)
    return Entry(
        person=person,
        figures=figures,
        held=held,
        day=held.counts_on(moment.day),
        day_compared=held.counts_on(moment.day_compared),
        not_marked=len(missing),
        day_not_marked=sum(slot in (day, day + 1) for slot in missing) if day is not None else 0,
    )
