"""Lateness of a roll over a window: by student, group, weekday and session, and in lessons by period and subject."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, Self, TypeVar

from django.db import connection

from attendance.codes import CODES, CodeClass
from attendance.figures.lateness import (
    NOBODY,
    Effect,
    Lateness,
    Tally,
    lesson_effects,
    pooled,
    student_effects,
)
from pastoral.core.plans import spelled_out
from students.summaries import RollEntry, SchoolCalendar, Window, windows_on

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LATE_BEFORE, LATE_AFTER = LATE_KEYS = tuple(code.key for code in CODES if code.letters in ("L", "U"))
# Who is late comes: a mark present (L among them) or U.
HERE_KEYS = (*(code.key for code in CODES if code.code_class == CodeClass.PRESENT), LATE_AFTER)

Key = TypeVar("Key", bound=Hashable)

# date - a Monday, modulo 7: a third of what extract(isodow) takes, which goes through numeric.
_WEEKDAY = "(date - DATE '2000-01-03') %% 7"
_COUNTS = """
    count(*) AS here,
    count(*) FILTER (WHERE code_id = %(l)s) AS before,
    count(*) FILTER (WHERE code_id = %(u)s) AS after,
    coalesce(sum(minutes_late), 0) AS minutes,
    count(*) FILTER (WHERE code_id IN (%(l)s, %(u)s) AND minutes_late IS NULL) AS untimed
"""
# Joined, since a filter by a thousand keys is reckoned so dear that each student's marks would be looked up instead.
_OF_ROLL = "JOIN unnest(%(students)s::bigint[]) AS roll (student_id) USING (student_id)"
_WHERE = f"{_OF_ROLL} WHERE date BETWEEN %(first)s AND %(last)s AND code_id = ANY(%(here)s)"
_SESSIONS = f"""
    SELECT student_id, {_WEEKDAY} AS weekday, session, {_COUNTS}
      FROM attendance_sessionmark {_WHERE}
     GROUP BY GROUPING SETS ((student_id), (2, session))
"""  # noqa: S608 - constants of this module
# Added up by student first: summing those rows again twice costs a tenth of hashing every mark twice.
_LESSONS = f"""
    WITH cells AS MATERIALIZED (
        SELECT student_id, subject, period, {_WEEKDAY} AS weekday, {_COUNTS}
          FROM attendance_lessonmark {_WHERE}
         GROUP BY 1, 2, 3, 4
    )
    SELECT student_id, subject, period, weekday,
           sum(here)::int, sum(before)::int, sum(after)::int, sum(minutes)::int, sum(untimed)::int
      FROM cells
     GROUP BY GROUPING SETS ((student_id, subject, period), (subject, period, weekday), (student_id))
"""  # noqa: S608 - constants of this module


def punctuality_windows(today: date, calendar: SchoolCalendar) -> tuple[Window, ...]:
    """Return this school week (the last one in a holiday), then the half terms and the year so far; one query."""
    met = calendar.last_school_day(today)
    week = [Window("week", "This week", monday, today, met) for monday in calendar.school_weeks(today, 1)]
    return (*week, *windows_on(today))


@dataclass(frozen=True, slots=True)
class StudentLates:
    """One student's lates to school, and to lessons beside what the same lessons would give anybody."""

    person: RollEntry
    school: Lateness
    lessons: Lateness
    effect: Effect


class GroupLates(NamedTuple):
    """A tutor group's lates to school: all its members' marks pooled."""

    name: str
    members: int
    late_members: int
    school: Lateness


class SlotLates(NamedTuple):
    """One subject in one period, with what its students' own habits would give."""

    subject: str
    period: str
    lessons: Lateness
    effect: Effect


@dataclass(frozen=True)
class Punctuality:
    """The lateness of a roll over a window; everything pooled from the same two readings of the marks."""

    window: Window
    students: tuple[StudentLates, ...]
    by_weekday: dict[tuple[int, str], Lateness]
    by_lesson: dict[tuple[str, str, int], Lateness]
    slots: tuple[SlotLates, ...]

    @classmethod
    def load(cls, roll: Collection[RollEntry], window: Window) -> Self:
        """Read the window's marks of the students in two queries."""
        asked = _asked(roll, window)
        own, by_weekday = _sessions(asked)
        tallies, of_student, by_lesson = _lessons(asked)
        habits, lessons = student_effects(tallies), lesson_effects(tallies)
        none = Effect(0, 0.0, 0)
        students = tuple(
            StudentLates(person, own.get(key, NOBODY), of_student.get(key, NOBODY), habits.get(key, none))
            for person in roll
            for key in (person.student_id,)
        )
        of_slot = _pooled_by(by_lesson.items(), lambda key: key[:2])
        slots = (SlotLates(slot[0], slot[1], held, lessons.get(slot, none)) for slot, held in of_slot.items())
        return cls(window, students, by_weekday, by_lesson, tuple(sorted(slots, key=_most_above)))

    @cached_property
    def school(self) -> Lateness:
        """All lates to school."""
        return pooled(row.school for row in self.students)

    @cached_property
    def lessons(self) -> Lateness:
        """All lates to lessons."""
        return pooled(row.lessons for row in self.students)

    @property
    def late_students(self) -> tuple[StudentLates, ...]:
        """The students late to school or to a lesson at least once."""
        return tuple(row for row in self.students if row.school.lates or row.lessons.lates)

    @property
    def groups(self) -> tuple[GroupLates, ...]:
        """The tutor groups in the order of lists."""
        members: dict[tuple[int, str], list[StudentLates]] = defaultdict(list)
        for row in self.students:
            members[row.person.year, row.person.tutor_group].append(row)
        return tuple(
            GroupLates(name, len(rows), sum(row.school.lates > 0 for row in rows), pooled(row.school for row in rows))
            for (_year, name), rows in members.items()
        )

    @property
    def sessions(self) -> dict[str, Lateness]:
        """Lates to school by session."""
        return _pooled_by(self.by_weekday.items(), lambda key: key[1])

    @property
    def periods(self) -> dict[str, Lateness]:
        """Lates to lessons by period, in the order of the day."""
        return dict(sorted(_pooled_by(self.by_lesson.items(), lambda key: key[1]).items()))

    @property
    def subjects(self) -> dict[str, Lateness]:
        """Lates to lessons by subject, most often late first; those with few marks last."""
        held = _pooled_by(self.by_lesson.items(), lambda key: key[0])
        return dict(sorted(held.items(), key=lambda item: (item[1].is_small, -(item[1].percent or 0), item[0])))

    def lesson_week(self, subject: str = "") -> dict[tuple[str, int], Lateness]:
        """Return lates by period and weekday, of one subject or of all."""
        chosen = ((key, held) for key, held in self.by_lesson.items() if subject in ("", key[0]))
        return _pooled_by(chosen, lambda key: (key[1], key[2]))


def _most_above(slot: SlotLates) -> tuple[bool, Any, int, str, str]:
    ratio = slot.effect.ratio
    return ratio is None, -(ratio or 0), -slot.lessons.lates, slot.period, slot.subject


def _pooled_by(held: Iterable[tuple[Any, Lateness]], name: Callable[[Any], Key]) -> dict[Key, Lateness]:
    sums: dict[Key, list[int]] = {}
    for key, lateness in held:
        own = sums.setdefault(name(key), [0] * len(NOBODY))
        for place, number in enumerate(lateness):
            own[place] += number
    return {key: Lateness._make(own) for key, own in sums.items()}


def _asked(roll: Iterable[RollEntry], window: Window) -> dict[str, Any]:
    return {
        "students": [person.student_id for person in roll],
        "first": window.first,
        "last": window.last,
        "l": LATE_BEFORE,
        "u": LATE_AFTER,
        "here": list(HERE_KEYS),
    }


def _sessions(asked: dict[str, Any]) -> tuple[dict[int, Lateness], dict[tuple[int, str], Lateness]]:
    """Return lates to school by student, and by weekday (0 is Monday) and session."""
    students, weekdays = {}, {}
    for student, weekday, session, *counts in _rows(_SESSIONS, asked):
        if student is None:
            weekdays[weekday, session] = Lateness(*counts)
        else:
            students[student] = Lateness(*counts)
    return students, weekdays


def _lessons(
    asked: dict[str, Any],
) -> tuple[list[Tally], dict[int, Lateness], dict[tuple[str, str, int], Lateness]]:
    """Return lates to lessons by student and slot, by student, and by subject, period and weekday."""
    tallies: list[Tally] = []
    students, weekdays = {}, {}
    for student, subject, period, weekday, *counts in _rows(_LESSONS, asked):
        if student is None:
            weekdays[subject, period, weekday] = Lateness._make(counts)
        elif subject is None:
            students[student] = Lateness._make(counts)
        else:
            tallies.append(Tally(student, (subject, period), counts[0], counts[1] + counts[2]))
    return tallies, students, weekdays


def _rows(query: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(spelled_out(query, asked))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
