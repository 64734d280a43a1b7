"""The PA waterfall between two dates, and how far it is from there to the national figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from django.db import connection

from attendance.figures import NOTHING, Counts, percentage
from attendance.summaries import year_to_date_window
from attendance.waterfall import Turn, turns
from pastoral.core.words import day_read
from reports.summaries.forecast import LAST_YEAR_COUNTED
from reports.summaries.half_terms import previous_half_term
from reports.summaries.people import Person, people_on
from reports.summaries.week import Moment
from students.calendar import academic_year_of, academic_year_start, friday_of, monday_of
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet

WORDS: dict[Turn, tuple[str, str]] = {
    Turn.STAYED: ("Stayed PA", "PA on both dates"),
    Turn.BECAME: ("Became PA", "here on both dates, PA on the second alone"),
    Turn.ARRIVED: ("Arrived as PA", "joined in between, PA on the second date"),
    Turn.RECOVERED: ("Recovered", "here on both dates, PA on the first alone"),
    Turn.LEFT: ("Left as PA", "PA on the first date, gone on the second"),
}


class DatesRefused(Exception):
    """No waterfall can be drawn between the dates; the message is fit for the page."""


@dataclass(frozen=True)
class Dates:
    """The two as-at dates, each the end of a week, or the day of the latest marks."""

    first: date
    second: date

    @classmethod
    def of(cls, asked_first: str, asked_second: str, moment: Moment) -> Self:
        """Read the dates ("" for the end of last half term, and for now).

        Any day stands for the end of its week. Raises DatesRefused for what is no date of this year or last, and for
        a second date that is not after the first.
        """
        second = _as_at(asked_second, moment) if asked_second else moment.as_at
        first = _as_at(asked_first, moment) if asked_first else _before(second, moment)
        if first >= second:
            raise DatesRefused("The second date has to lie in a later week than the first.")
        return cls(first, second)

    @property
    def windows(self) -> tuple[tuple[date, date], tuple[date, date]]:
        """The first and last day of the year to date on each of the dates."""
        return year_to_date_window(self.first), year_to_date_window(self.second)

    @property
    def is_over_a_year_end(self) -> bool:
        """Test for dates of two academic years: figures begin anew on 1 September."""
        return academic_year_of(self.first) != academic_year_of(self.second)


def _before(second: date, moment: Moment) -> date:
    last = friday_of(monday_of(previous_half_term(moment.calendar, second)[1]))
    return last if last < second else friday_of(moment.calendar.school_week_before(monday_of(second)) or second)


def _as_at(asked: str, moment: Moment) -> date:
    day = day_read(asked)
    if day is None:
        raise DatesRefused(f"“{asked}” is no date. Write it as 2026-10-23, or choose it.")
    earliest = academic_year_start(academic_year_of(moment.today) - 1)
    latest = moment.marks_to or moment.today
    if not earliest <= day <= latest:
        raise DatesRefused(f"Choose dates from {earliest:%-d %B %Y} to {latest:%-d %B %Y}: this year and last.")
    return min(friday_of(monday_of(day)), latest)


@dataclass(frozen=True, slots=True)
class Line:
    """One student of the waterfall: counts on each date, None when not a member then. is_named: the viewer may know."""

    person: Person
    turn: Turn
    before: Counts | None
    after: Counts | None
    is_named: bool = True


@dataclass(frozen=True)
class Waterfall:
    """Who became, stayed and ceased to be persistently absent between two dates."""

    dates: Dates
    lines: tuple[Line, ...]
    members_before: int
    members_after: int

    @classmethod
    def load(
        cls, visible: EnrolmentQuerySet, dates: Dates, *, year: int | None = None, today: date | None = None
    ) -> Self:
        """Read both dates in four queries.

        year: the year group as it is today; on a date of last year its students were in the year below. None for the
        years that the official statistics count. The numbers are of all who were members on each date, so that
        everybody who may ask for the year reads the same; visible: the spells of those whom the viewer may name.
        """
        before = people_on(_members(year, dates.first, today or dates.second), dates.first)
        after = people_on(_members(year, dates.second, today or dates.second), dates.second)
        people = {person.student_id: person for person in (*before, *after)}
        counts = _counts(list(people), dates)
        then = {person.student_id: counts.get(person.student_id, _NONE)[0] for person in before}
        now = {person.student_id: counts.get(person.student_id, _NONE)[1] for person in after}
        found = turns(_pa(then), _pa(now))
        named = _named(visible, [student for students in found.values() for student in students])
        lines = (
            Line(people[student], turn, then.get(student), now.get(student), student in named)
            for turn, students in found.items()
            for student in students
        )
        return cls(dates, tuple(lines), _possible(then.values()), _possible(now.values()))

    @cached_property
    def numbers(self) -> dict[Turn, int]:
        """How many students took each turn."""
        return {turn: sum(line.turn == turn for line in self.lines) for turn in Turn}

    @property
    def pa_before(self) -> int:
        """How many were persistently absent on the first date."""
        return self.numbers[Turn.STAYED] + self.numbers[Turn.RECOVERED] + self.numbers[Turn.LEFT]

    @property
    def pa_after(self) -> int:
        """How many are persistently absent on the second date."""
        return self.numbers[Turn.STAYED] + self.numbers[Turn.BECAME] + self.numbers[Turn.ARRIVED]

    @property
    def change(self) -> int:
        """Became + arrived − recovered − left."""
        numbers = self.numbers
        return numbers[Turn.BECAME] + numbers[Turn.ARRIVED] - numbers[Turn.RECOVERED] - numbers[Turn.LEFT]

    @property
    def percent_before(self) -> Decimal | None:
        """The PA rate on the first date."""
        return percentage(self.pa_before, self.members_before)

    @property
    def percent_after(self) -> Decimal | None:
        """The PA rate on the second date."""
        return percentage(self.pa_after, self.members_after)

    def of(self, turn: Turn) -> tuple[Line, ...]:
        """Return the students who took the turn and may be named, in the order of year, group and name."""
        own = (line for line in self.lines if line.turn == turn and line.is_named)
        return tuple(sorted(own, key=lambda line: (line.person.year, line.person.tutor_group, line.person.sort_key)))


def _named(visible: EnrolmentQuerySet, students: list[int]) -> set[int]:
    return set(visible.filter(student__in=students).order_by().values_list("student", flat=True))


_NONE = (NOTHING, NOTHING)


def _pa(counts: Mapping[int, Counts]) -> dict[int, bool]:
    return {student: own.is_persistently_absent for student, own in counts.items()}


def _possible(counts: Iterable[Counts]) -> int:
    return sum(own.possible > 0 for own in counts)


def _members(year: int | None, on: date, today: date) -> EnrolmentQuerySet:
    if year is None:
        return Enrolment.objects.filter(year_group__lte=LAST_YEAR_COUNTED)
    return Enrolment.objects.filter(year_group=year_then(year, on, today))


def year_then(year: int, on: date, today: date) -> int:
    """Return the year group in which today's members of a year were on an earlier date."""
    return year - academic_year_of(today) + academic_year_of(on)


_PARTS = ("present", "approved_activity", "authorised", "unauthorised")


def _sums(date_name: str) -> str:
    test = f"academic_year = %({date_name}_year)s AND monday <= %({date_name})s"
    return ", ".join(f"coalesce(sum({part}) FILTER (WHERE {test}), 0)" for part in _PARTS)


_COUNTS = f"""
    SELECT student_id, {_sums("first")}, {_sums("second")}
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%(students)s) AND academic_year IN (%(first_year)s, %(second_year)s)
     GROUP BY student_id
"""  # noqa: S608 - put together from constants


def _counts(students: list[int], dates: Dates) -> dict[int, tuple[Counts, Counts]]:
    """Return each student's year to date on both dates, in one query."""
    known: dict[str, Any] = {
        "students": students,
        "first": dates.first,
        "first_year": academic_year_of(dates.first),
        "second": dates.second,
        "second_year": academic_year_of(dates.second),
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, known)
        return {row[0]: (Counts(*row[1:5]), Counts(*row[5:9])) for row in cursor.fetchall()}


def students_to_move(persistently_absent: int, with_possible: int, rate: Decimal) -> int:
    """Return how many fewer students must be persistently absent for the group to be at or below the rate.

    rate: per cent with up to two decimals. max(0, PA − ⌊rate × members with possible sessions⌋): product.md E3.
    """
    allowed = int(rate * 100) * with_possible // 10_000
    return max(0, persistently_absent - allowed)
