"""Read-only answers about the school's calendar and what is true of students on a date."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import (
    academic_year_end,
    academic_year_name,
    academic_year_of,
    academic_year_start,
    monday_of,
)
from students.models import CalendarSpan, Enrolment, SchoolDay, Student, StudentFact
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of


@dataclass(frozen=True)
class SchoolCalendar:
    """The school days held, in order; every count of days, sessions or weeks ahead or behind comes from here."""

    days: tuple[date, ...]

    @classmethod
    def load(cls) -> Self:
        """Read every school day held (some 190 an academic year) in one query."""
        return cls(tuple(SchoolDay.objects.order_by("day").values_list("day", flat=True)))

    @cached_property
    def mondays(self) -> tuple[date, ...]:
        """The Mondays of the school weeks: Monday-to-Sunday weeks with at least one school day."""
        return tuple(dict.fromkeys(monday_of(day) for day in self.days))

    @cached_property
    def day_set(self) -> frozenset[date]:
        """The school days, for membership."""
        return frozenset(self.days)

    def is_school_day(self, day: date) -> bool:
        """Test whether school meets on the day."""
        return day in self.day_set

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """Return the school days from first to last, both in."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def remaining_sessions(self, on: date, until: date | None = None) -> int:
        """Return the sessions (half days) after the date to the end of its academic year, or to an earlier last day."""
        end = academic_year_end(academic_year_of(on))
        last = end if until is None else min(until, end)
        return 2 * max(0, bisect_right(self.days, last) - bisect_right(self.days, on))

    def school_weeks(self, on: date, count: int) -> tuple[date, ...]:
        """Return the Mondays of the last `count` school weeks up to the date's own, across terms and years."""
        return self.mondays[: bisect_right(self.mondays, monday_of(on))][-count:]

    def school_week_before(self, monday: date) -> date | None:
        """Return the Monday of the last school week before the one that begins on `monday`; None when none is held."""
        before = self.mondays[: bisect_left(self.mondays, monday)]
        return before[-1] if before else None

    def day_reached(self, on: date, sessions: int) -> date | None:
        """Return the school day on which that many sessions after the date are over; None when the year ends first."""
        year = academic_year_of(on)
        ahead = [day for day in self.days[bisect_right(self.days, on) :] if academic_year_of(day) == year]
        needed = (sessions + 1) // 2
        return ahead[needed - 1] if 0 < needed <= len(ahead) else None

    def last_school_day(self, day: date) -> date | None:
        """Return the last school day up to the date, the date itself included; None where the calendar ends."""
        at = bisect_right(self.days, day)
        return self.days[at - 1] if at else None

    def next_school_day(self, day: date) -> date | None:
        """Return the first school day after the day; None when none is held."""
        at = bisect_right(self.days, day)
        return self.days[at] if at < len(self.days) else None


@dataclass(frozen=True, slots=True)
class Flag:
    """One fact true of a student on a date, as a short mark and in words."""

    kind: str
    value: str

    @property
    def mark(self) -> str:
        """The short mark: PP, FSM, SEN K, EAL."""
        return _FLAG_MARKS[self.kind] + (f" {self.value}" if self.value else "")

    @property
    def words(self) -> str:
        """The fact in words."""
        if self.kind == StudentFact.Kind.SEN:
            return {"K": "SEN support", "E": "Education, health and care plan"}[self.value]
        return StudentFact.Kind(self.kind).label


def has_flag(flags: Iterable[Flag], kind: str, value: str = "") -> bool:
    """Test for a flag of the kind, with that value when one is given."""
    # A page asks thousands of times, and making the generator for any() would be most of the work.
    for flag in flags:  # noqa: SIM110
        if flag.kind == kind and value in ("", flag.value):
            return True
    return False


_FLAG_MARKS: dict[str, str] = {
    StudentFact.Kind.PUPIL_PREMIUM: "PP",
    StudentFact.Kind.FSM: "FSM",
    StudentFact.Kind.FSM_EVER_6: "FSM6",
    StudentFact.Kind.SEN: "SEN",
    StudentFact.Kind.EAL: "EAL",
    StudentFact.Kind.LOOKED_AFTER: "LAC",
    StudentFact.Kind.YOUNG_CARER: "YC",
}

# What a form tutor needs for the tutor's work; family circumstances stay with the year team.
TUTOR_FLAGS = frozenset({StudentFact.Kind.PUPIL_PREMIUM, StudentFact.Kind.SEN, StudentFact.Kind.EAL})


_EVERY_FLAG = frozenset(StudentFact.Kind)


def flags_shown_with(rights: Collection[Right]) -> frozenset[str]:
    """Return the kinds of flag that somebody with those rights over a student may see."""
    return _EVERY_FLAG if Right.SEE_ALL_FLAGS in rights else TUTOR_FLAGS


def flags_on(on: date, students: Iterable[int], kinds: Iterable[str] = StudentFact.Kind) -> dict[int, tuple[Flag, ...]]:
    """Return the flags of each student (by key) true on the date, in the order of the kinds, in one query."""
    order: dict[str, int] = {kind: place for place, kind in enumerate(StudentFact.Kind)}
    rows = StudentFact.objects.in_force(on).filter(student__in=list(students), kind__in=list(kinds))
    found: dict[int, list[Flag]] = defaultdict(list)
    for student, kind, value in rows.values_list("student_id", "kind", "value"):
        found[student].append(Flag(kind, value))
    return {student: tuple(sorted(flags, key=lambda flag: order[flag.kind])) for student, flags in found.items()}


def students_described(user: User, keys: Collection[int]) -> dict[int, str]:
    """Return name and tutor group of those of the students that the person may see: "Reid, Renée 9C"; one query."""
    visible = Student.objects.visible_to(user).filter(pk__in=keys).with_tutor_group(scope_of(user).on)
    return {
        student.pk: f"{student.sort_name} {getattr(student, 'tutor_group', None) or ''}".strip() for student in visible
    }


@dataclass(frozen=True, slots=True)
class RollEntry:
    """One student on roll on a date, as lists name them: surname first, with year and tutor group."""

    student_id: int
    surname: str
    forename: str
    born_on: date
    admitted_on: date
    year: int
    tutor_group_id: int
    tutor_group: str
    admission_number: str

    @property
    def sort_name(self) -> str:
        """Surname first, as lists are sorted."""
        return f"{self.surname}, {self.forename}"


def roll_of(enrolments: EnrolmentQuerySet, on: date) -> tuple[RollEntry, ...]:
    """Return the members on the date among the enrolments, in the order of lists, in one query.

    enrolments: narrowed by the caller to a group or a year, and to what the person may see.
    """
    return tuple(RollEntry(*row) for row in roll_rows(enrolments, on))


def groups_seen(user: User, on: date) -> list[str]:
    """Return the names of the tutor groups of the students that the person sees, in the order of lists."""
    return [name for _, name in Enrolment.objects.visible_to(user).current(on).group_names()]


def roll_rows(enrolments: EnrolmentQuerySet, on: date) -> QuerySet[Enrolment, tuple[Any, ...]]:
    """Return the query behind `roll_of`: the fields of a RollEntry, for callers who ask more of each row."""
    return (
        enrolments.members_on(on)
        .order_by("year_group", "tutor_group__name", "student__search_text", "student")
        .values_list(
            "student_id",
            "student__legal_surname",
            Coalesce(NullIf("student__preferred_forename", Value("")), "student__legal_forename"),
            "student__born_on",
            "student__admitted_on",
            "year_group_id",
            "tutor_group_id",
            "tutor_group__name",
            "student__admission_number",
        )
    )


@dataclass(frozen=True)
class Window:
    """A span of days that counts are made over: this half term, the last one, the year so far.

    last: up to which day it counts, a Sunday when today is one. last_school_day: the last in it on which school met.
    """

    slug: str
    name: str
    first: date
    last: date
    last_school_day: date | None = None

    @property
    def shown_to(self) -> date:
        """The day to name as its end."""
        return self.last_school_day or self.last


def windows_on(today: date) -> tuple[Window, ...]:
    """Return the half term that is on or was last, the one before it and the year so far, in one query."""
    met = Max("school_days__day", filter=Q(school_days__day__lte=today))
    terms = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=today).annotate(met=met)
    spans = [
        (term.name, term.first_day, min(term.last_day, today), term.met) for term in terms.order_by("-first_day")[:2]
    ]
    slugs = ("half-term", "last-half-term")
    found = [Window(slug, *span) for slug, span in zip(slugs, spans, strict=False)]
    year, first = academic_year_of(today), academic_year_start(academic_year_of(today))
    met_last = next((span[3] for span in spans if span[3] and span[3] >= first), None)
    return (*found, Window("year", f"{academic_year_name(year)} so far", first, today, met_last))


def window_chosen(windows: tuple[Window, ...], slug: str) -> Window:
    """Return the window of that name, else the first."""
    return next((window for window in windows if window.slug == slug), windows[0])
