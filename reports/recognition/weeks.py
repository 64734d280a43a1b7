"""The basics: school weeks without an incident, a form-time concern, a late mark or a missed session, in a row."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Self

from attendance.models import AttendanceWeek
from behaviour.models import Involvement, TutorMark
from pastoral.core.models import User
from students.calendar import academic_year_of, academic_year_start, friday_of, monday_of
from students.summaries import SchoolCalendar

Kind = TutorMark.Kind
CONCERNS = (Kind.UNIFORM, Kind.EQUIPMENT, Kind.PLANNER, Kind.PUNCTUALITY, Kind.EFFORT, Kind.CONDUCT)


@dataclass(frozen=True, slots=True)
class Week:
    """One student's counts of a school week, all sessions (half days)."""

    attended: int
    authorised: int
    unauthorised: int
    lates: int

    def possible(self, *, forgives: bool) -> int:
        """Return the sessions that count: without authorised absence where that is forgiven."""
        return self.attended + self.unauthorised + (0 if forgives else self.authorised)

    def is_whole(self, *, forgives: bool) -> bool:
        """Test for a week never late, with every session attended."""
        return not self.lates and not self.unauthorised and (forgives or not self.authorised)


@dataclass(frozen=True)
class Weeks:
    """The school weeks of the year that are over, with what counts against a student in each.

    marred: pairs of student and Monday with an incident or a form-time concern.
    """

    mondays: tuple[date, ...]
    held: dict[int, dict[date, Week]]
    marred: frozenset[tuple[int, date]]

    @classmethod
    def load(cls, user: User, keys: Collection[int], on: date, calendar: SchoolCalendar) -> Self:
        """Read the weeks of these students up to the date in three queries; a week counts once its Friday is there.

        An incident that the person may not read of mars nothing: else its week would tell of it.
        """
        year = academic_year_of(on)
        start = academic_year_start(year)
        mondays = tuple(
            monday
            for monday in calendar.mondays
            if academic_year_of(friday_of(monday)) == year and friday_of(monday) <= on
        )
        rows = AttendanceWeek.objects.filter(student__in=keys, academic_year=year, monday__lte=on)
        held: dict[int, dict[date, Week]] = defaultdict(dict)
        columns = (
            "present",
            "approved_activity",
            "authorised",
            "unauthorised",
            "late_before_close",
            "late_after_close",
        )
        for student, monday, present, approved, authorised, unauthorised, before, after in rows.values_list(
            "student", "monday", *columns
        ):
            held[student][monday] = Week(present + approved, authorised, unauthorised, before + after)
        parts = Involvement.objects.of_students(list(keys), user=user).negative()
        incidents = parts.filter(incident__occurred_on__range=(start, on)).values_list(
            "student", "incident__occurred_on"
        )
        concerns = TutorMark.objects.standing(student__in=keys, kind__in=CONCERNS, day__range=(start, on))
        told = [*incidents, *concerns.values_list("student", "day")]
        return cls(mondays, held, frozenset((student, monday_of(day)) for student, day in told))

    def streak(self, student: int, *, since: date = date.min, forgives: bool = False) -> int:
        """Return how many weeks in a row, up to the last, had the basics right; none that began before `since`.

        A week in which no session could be attended neither breaks the row nor counts in it.
        """
        count = 0
        held = self.held.get(student, {})
        for monday in reversed(self.mondays):
            week = held.get(monday)
            if monday < since or (student, monday) in self.marred:
                break
            if week is None or not week.possible(forgives=forgives):
                continue
            if not week.is_whole(forgives=forgives):
                break
            count += 1
        return count

    def attendance(self, student: int, first: date, last: date, *, forgives: bool) -> tuple[int, int]:
        """Return sessions attended and possible in the school weeks from the first day's to the last day's."""
        weeks = [week for monday, week in self.held.get(student, {}).items() if monday_of(first) <= monday <= last]
        return sum(week.attended for week in weeks), sum(week.possible(forgives=forgives) for week in weeks)
