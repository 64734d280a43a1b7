"""The figures of figures.md for students and groups, frozen, week by week."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, Self, TypeVar

from django.db import connection

from attendance.figures import (
    NOTHING,
    PENALTY_NOTICE_WEEKS,
    Bands,
    Counts,
    GroupFigures,
    StudentWeek,
)
from attendance.models import SessionMark
from attendance.querysets import COUNTS, mark_counts
from attendance.summaries.bands import bands_now
from attendance.summaries.recent import recent_sessions
from students.calendar import academic_year_of, academic_year_start, friday_of
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet
from students.summaries import SchoolCalendar


class OnRoll(Protocol):
    """Whoever the figures can be worked out for: a `Member`, or a caller's own row that says as much."""

    @property
    def student_id(self) -> int:
        """The student's key."""

    @property
    def admission_number(self) -> str:
        """The student's admission number."""

    @property
    def left_on(self) -> date | None:
        """The day the student leaves, when it is known."""

    @property
    def tutor_group(self) -> str:
        """The name of the tutor group on the date."""

    @property
    def year(self) -> int:
        """The year on the date."""


@dataclass(frozen=True)
class Member:
    """One student's membership of a year and tutor group on a date."""

    student_id: int
    admission_number: str
    left_on: date | None
    tutor_group: str
    year: int


@dataclass(frozen=True)
class WeekFigures:
    """Every member's figures for one week, in the order of tutor group and name."""

    monday: date
    as_at: date
    students: tuple[StudentWeek, ...]

    @classmethod
    def load(
        cls,
        monday: date,
        enrolments: EnrolmentQuerySet | None = None,
        *,
        calendar: SchoolCalendar | None = None,
        with_recent: bool = False,
        members: Sequence[OnRoll] | None = None,
        as_at: date | None = None,
    ) -> Self:
        """Work the week's figures out for the members among the enrolments (the whole school when None).

        monday: the Monday of the week. Members, bands and remaining sessions are as at its Friday, or as at `as_at`,
        a day inside the week, when the week is not over.
        with_recent: also read the last 30 possible sessions, for the projection to persistent absence, and last year's
        marks up to the same week.
        members: already read by the caller, in place of the enrolments.
        """
        as_at = as_at or friday_of(monday)
        members = _members(as_at, enrolments) if members is None else members
        calendar = calendar or SchoolCalendar.load()
        students = [member.student_id for member in members]
        sums = _week_sums(monday, as_at, students, calendar, with_last_year=with_recent)
        recent = recent_sessions(as_at, students) if with_recent else {}
        bands = bands_now()
        remaining = {day: calendar.remaining_sessions(as_at, day) for day in {member.left_on for member in members}}
        return cls(
            monday,
            as_at,
            tuple(_student_week(member, sums, recent, remaining[member.left_on], bands) for member in members),
        )

    def by_tutor_group(self) -> dict[str, list[StudentWeek]]:
        """Return the members by tutor group."""
        return _grouped(self.students, lambda student: student.tutor_group)

    def by_year(self) -> dict[int, list[StudentWeek]]:
        """Return the members by year."""
        return _grouped(self.students, lambda student: student.year)

    def groups(self) -> dict[str, GroupFigures]:
        """Return the figures of each tutor group, each year ("Year 9") and the school ("School")."""
        groups = {name: GroupFigures.of(name, members) for name, members in self.by_tutor_group().items()}
        years = {f"Year {year}": members for year, members in self.by_year().items()}
        groups |= {name: GroupFigures.of(name, members) for name, members in years.items()}
        return groups | {"School": GroupFigures.of("School", self.students)}


K = TypeVar("K", int, str)


def _grouped(students: Iterable[StudentWeek], key: Callable[[StudentWeek], K]) -> dict[K, list[StudentWeek]]:
    groups: dict[K, list[StudentWeek]] = defaultdict(list)
    for student in students:
        groups[key(student)].append(student)
    return dict(groups)


def _members(on: date, enrolments: EnrolmentQuerySet | None) -> list[Member]:
    chosen = Enrolment.objects.all() if enrolments is None else enrolments
    rows = (
        chosen.members_on(on)
        .order_by("year_group", "tutor_group__name", "student__search_text", "student")
        .values_list(
            "student_id",
            "student__admission_number",
            "student__left_on",
            "tutor_group__name",
            "year_group_id",
        )
    )
    return [Member(*row) for row in rows]


def same_week_last_year(monday: date) -> date:
    """Return the Monday 52 weeks before: the same point of the year before."""
    return monday - timedelta(weeks=52)


# By hand: the planner is given arrays, and nothing is composed anew for each page. Each week falls in one window and is
# added up once there; a sum with a FILTER for each count in each window would weigh every week thirty times.
_WEEK_SUMS = f"""
    SELECT student_id,
           CASE WHEN academic_year = %(year)s AND monday < %(monday)s THEN 'before'
                WHEN academic_year = %(year)s AND monday = %(monday)s THEN 'week'
                WHEN monday = %(monday)s THEN 'week_elsewhere'
                WHEN academic_year = %(year)s - 1 AND monday <= %(last_year)s THEN 'last_year'
                ELSE 'notice alone' END AS part,
           coalesce(sum(unauthorised) FILTER (WHERE monday = ANY(%(notice)s)), 0),
           {", ".join(f"sum({name})" for name in COUNTS)}
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%(students)s)
       AND (academic_year = %(year)s AND monday <= %(monday)s
            OR academic_year = %(year)s - 1 AND monday <= %(last_year)s
            OR monday = ANY(%(notice)s) OR monday = %(monday)s)
     GROUP BY student_id, part
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class _Sums:
    """The students' counts in each part of time that the figures are put together from; those without are left out.

    week_elsewhere: the days of the week in the other academic year, when 1 September falls inside the week.
    notice: unauthorised sessions of the last 10 school weeks.
    """

    before: Mapping[int, Counts]
    week: Mapping[int, Counts]
    week_elsewhere: Mapping[int, Counts]
    last_year: Mapping[int, Counts]
    notice: Mapping[int, int]


def _week_sums(
    monday: date,
    as_at: date,
    students: list[int],
    calendar: SchoolCalendar,
    *,
    with_last_year: bool,
) -> _Sums:
    """Return the sums each figure needs, by student, from the weekly totals in one query."""
    windows: dict[str, Any] = {
        "monday": monday,
        "year": academic_year_of(as_at),
        "last_year": same_week_last_year(monday) if with_last_year else date.min,
        "notice": list(calendar.school_weeks(as_at, PENALTY_NOTICE_WEEKS)),
        "students": students,
    }
    parts: dict[str, dict[int, Counts]] = defaultdict(dict)
    notice: dict[int, int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(_WEEK_SUMS, windows)
        for student, part, unauthorised, *counts in cursor.fetchall():
            parts[part][student] = Counts._make(counts)
            notice[student] += unauthorised
    return _Sums(parts["before"], parts["week"], parts["week_elsewhere"], parts["last_year"], notice)


def _student_week(
    member: OnRoll,
    sums: _Sums,
    recent: dict[int, tuple[int, int]],
    remaining: int,
    bands: Bands,
) -> StudentWeek:
    student = member.student_id
    before, week = sums.before.get(student, NOTHING), sums.week.get(student, NOTHING)
    elsewhere = sums.week_elsewhere.get(student)
    missed, possible = recent.get(student, (0, 0))
    return StudentWeek(
        student_id=student,
        admission_number=member.admission_number,
        tutor_group=member.tutor_group,
        year=member.year,
        week=week if elsewhere is None else week + elsewhere,
        before=before,
        ytd=before + week,
        remaining=remaining,
        penalty_notice_sessions=sums.notice.get(student, 0),
        bands=bands,
        recent_missed=missed,
        recent_possible=possible,
        last_year=sums.last_year.get(student, NOTHING),
    )


def counts_between(student_id: int, first: date, last: date) -> Counts:
    """Count one student's marks from first to last, straight from the marks."""
    marks = SessionMark.objects.filter(student=student_id).between(first, last).order_by()
    return Counts.from_row(marks.aggregate(**mark_counts()))


def year_to_date_window(as_at: date) -> tuple[date, date]:
    """Return 1 September to the as-at date."""
    return academic_year_start(academic_year_of(as_at)), as_at
