"""Lessons that students in school were missing from: derived from the marks each time, never stored.

A hit is a lesson of a session in which the student was present (in school, or late) that either has an absent mark
(no reason, unauthorised or holiday) or has no mark at all between presents of the same session while the others of
the class have theirs: at least half as many as in the week to go by, so that a register half taken accuses nobody.
Who is known to be somewhere else is no hit.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from attendance.codes import CODES, CODES_BY_KEY, CodeClass, PhysicalClass
from attendance.models import PlannedMark, TruancyFollowUp
from attendance.summaries.planned import covers
from attendance.summaries.times import LessonTime, SchoolTimes

FEWEST_MARKS = 20  # a rate of fewer lesson marks says nothing

IN_SCHOOL = [code.key for code in CODES if code.physical in (PhysicalClass.IN_SCHOOL, PhysicalClass.LATE)]
ABSENT = [
    code.key for code in CODES if code.code_class is CodeClass.UNAUTHORISED and code.physical is PhysicalClass.AWAY
]

Slot = tuple[int, date, str]


class Kind(StrEnum):
    """Why a lesson is asked about."""

    ABSENT = "absent"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Hit:
    """One lesson missed by a student in school. code: of the lesson mark, None for a gap; session_code: of the mark."""

    student_id: int
    day: date
    period: str
    session: str
    kind: Kind
    subject: str
    class_name: str
    teacher: str
    code: int | None
    session_code: int
    minutes: int | None

    @property
    def slot(self) -> Slot:
        """What makes it the same hit again: the student, the day and the period."""
        return self.student_id, self.day, self.period

    @property
    def words(self) -> str:
        """What the marks say: "/ AM, N in P3"."""
        signed = (
            f"{CODES_BY_KEY[self.session_code].letters} in the {'morning' if self.session == 'AM' else 'afternoon'}"
        )
        if self.code is None:
            return f"{signed}; no mark in {self.period} between two presents, others of the class have theirs"
        return f"{signed}; {CODES_BY_KEY[self.code].letters} in {self.period}"


_HITS = """
    WITH reached AS (
        SELECT DISTINCT ON (e.student_id) e.student_id, e.year_group_id
          FROM students_enrolment e
         WHERE e.starts_on <= %(last)s
           AND (%(students)s::bigint[] IS NULL OR e.student_id = ANY(%(students)s::bigint[]))
         ORDER BY e.student_id, e.starts_on DESC
    ), theirs AS MATERIALIZED (
        SELECT student_id FROM reached
         WHERE %(years)s::int[] IS NULL OR year_group_id = ANY(%(years)s::int[])
    ), halves AS (
        SELECT l.student_id, l.date, p.session, array_agg(l.period::text) AS held,
               max(p.starts) FILTER (WHERE l.code_id = ANY(%(in_school)s::bigint[])) AS until
          FROM attendance_lessonmark l
          JOIN attendance_period p ON p.name = l.period
         WHERE l.date BETWEEN %(first)s AND %(last)s
           AND (%(students)s::bigint[] IS NULL OR l.student_id = ANY(%(students)s::bigint[]))
         GROUP BY l.student_id, l.date, p.session
    ), gaps AS MATERIALIZED (
        SELECT h.student_id, h.date, p.name AS period
          FROM halves h
          JOIN theirs USING (student_id)
          JOIN attendance_period p ON p.session = h.session AND p.starts < h.until AND p.name <> ALL(h.held)
    )
    SELECT l.student_id, l.date, l.period, p.session, 'absent', l.subject, l.class_name, l.teacher,
           l.code_id, s.code_id, s.minutes_late
      FROM attendance_lessonmark l
      JOIN theirs USING (student_id)
      JOIN attendance_period p ON p.name = l.period
      JOIN attendance_sessionmark s ON s.student_id = l.student_id AND s.date = l.date AND s.session = p.session
     WHERE l.date BETWEEN %(first)s AND %(last)s
       AND l.code_id = ANY(%(absent)s::bigint[]) AND s.code_id = ANY(%(in_school)s::bigint[])
    UNION ALL
    SELECT g.student_id, g.date, g.period, p.session, 'gap', usual.subject, usual.class_name, usual.teacher,
           NULL, s.code_id, s.minutes_late
      FROM gaps g
      JOIN attendance_period p ON p.name = g.period
      JOIN attendance_sessionmark s ON s.student_id = g.student_id AND s.date = g.date AND s.session = p.session
     CROSS JOIN LATERAL (
           SELECT u.subject, u.class_name, u.teacher, u.date
             FROM attendance_lessonmark u
            WHERE u.student_id = g.student_id AND u.period = g.period
              AND u.date < g.date AND u.date >= g.date - 28
              AND extract(isodow FROM u.date) = extract(isodow FROM g.date)
            ORDER BY u.date DESC
            LIMIT 1
           ) usual
     WHERE s.code_id = ANY(%(in_school)s::bigint[])
       AND (
           SELECT 2 * count(*) FILTER (WHERE o.date = g.date) >= count(*) FILTER (WHERE o.date = usual.date)
                  AND count(*) FILTER (WHERE o.date = g.date) > 0
             FROM attendance_lessonmark o
            WHERE o.date IN (g.date, usual.date) AND o.period = g.period AND o.class_name = usual.class_name
           )
     ORDER BY 2 DESC, 3 DESC, 1
"""


def hits_of(
    first: date,
    last: date,
    *,
    years: Collection[int] | None,
    times: SchoolTimes,
    excused: Collection[Slot] = (),
    students: Collection[int] | None = None,
) -> tuple[Hit, ...]:
    """Return the hits of the days, newest first, in one query.

    years: the year groups whose students are looked at; None for all. students: narrows to those.
    times: with lessons. excused: students known to be elsewhere in a period, such as in the inclusion room.
    """
    asked = {
        "first": first,
        "last": last,
        "years": None if years is None else sorted(years),
        "students": None if students is None else sorted(students),
        "in_school": IN_SCHOOL,
        "absent": ABSENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HITS, asked)
        found = [_hit(row) for row in cursor.fetchall()]
    lessons = {lesson.name: lesson for lesson in times.lessons}
    return tuple(
        hit for hit in found if hit.slot not in excused and not came_after(hit, lessons.get(hit.period), times)
    )


def _hit(row: tuple[object, ...]) -> Hit:
    student, day, period, session, kind, *rest = row
    return Hit(student, day, period, session, Kind(str(kind)), *rest)  # type: ignore[arg-type]


def came_after(hit: Hit, lesson: LessonTime | None, times: SchoolTimes) -> bool:
    """Test for a student who was still to come: arrived when half of the lesson was over, or nobody knows when.

    Without minutes, who is marked U arrived after the register's close: a lesson begun by then is not asked about.
    """
    if lesson is None or CODES_BY_KEY[hit.session_code].physical is not PhysicalClass.LATE:
        return False
    begins = timezone.make_aware(datetime.combine(hit.day, lesson.starts))
    ends = timezone.make_aware(datetime.combine(hit.day, lesson.ends))
    if hit.minutes is None:
        is_u = CODES_BY_KEY[hit.session_code].letters == "U"
        return is_u and begins < times.closes_at(hit.day, hit.session)
    arrived = times.starts_at(hit.day, hit.session) + timedelta(minutes=hit.minutes)
    return arrived > begins + (ends - begins) / 2


def planned_slots(hits: Iterable[Hit]) -> frozenset[Slot]:
    """Return those of the hits' slots whose session is covered by something planned and agreed, in one query."""
    held = list(hits)
    if not held:
        return frozenset()
    days = [hit.day for hit in held]
    plans: dict[int, list[PlannedMark]] = defaultdict(list)
    rows = PlannedMark.objects.filter(
        student__in={hit.student_id for hit in held},
        status=PlannedMark.Status.AGREED,
        starts_on__lte=max(days),
        ends_on__gte=min(days),
    )
    for plan in rows:
        plans[plan.student_id].append(plan)
    return frozenset(
        hit.slot for hit in held if any(covers(plan, hit.day, hit.session) for plan in plans[hit.student_id])
    )


def follow_ups_of(first: date, last: date, students: Collection[int]) -> dict[Slot, TruancyFollowUp]:
    """Return what has been done about lessons of the days, by slot, in one query."""
    rows = TruancyFollowUp.objects.filter(date__range=(first, last), student__in=list(students))
    return {(row.student_id, row.date, row.period): row for row in rows.select_related("owner", "ended_by")}


# --- counts over a window ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """How often a lesson was missed. marks: lesson marks of students present in the session."""

    name: str
    hits: int
    marks: int

    @property
    def is_small(self) -> bool:
        """Test for too few marks to say a rate of."""
        return self.marks < FEWEST_MARKS

    @property
    def percent(self) -> float | None:
        """Hits in a hundred lesson marks; None for too few."""
        return None if self.is_small else 100 * self.hits / self.marks


_MARKS = """
    WITH theirs AS (
        SELECT student_id FROM (
            SELECT DISTINCT ON (e.student_id) e.student_id, e.year_group_id
              FROM students_enrolment e WHERE e.starts_on <= %(last)s
             ORDER BY e.student_id, e.starts_on DESC
        ) reached
         WHERE %(years)s::int[] IS NULL OR year_group_id = ANY(%(years)s::int[])
    )
    SELECT l.student_id, l.period, l.subject, count(*)
      FROM attendance_lessonmark l
      JOIN theirs USING (student_id)
      JOIN attendance_period p ON p.name = l.period
      JOIN attendance_sessionmark s ON s.student_id = l.student_id AND s.date = l.date AND s.session = p.session
     WHERE l.date BETWEEN %(first)s AND %(last)s AND s.code_id = ANY(%(in_school)s::bigint[])
     GROUP BY GROUPING SETS ((l.student_id), (l.period), (l.subject))
"""


@dataclass(frozen=True)
class MarksHeld:
    """Lesson marks of students present in the session, counted three ways."""

    by_student: Mapping[int, int]
    by_period: Mapping[str, int]
    by_subject: Mapping[str, int]


def marks_held(first: date, last: date, years: Collection[int] | None) -> MarksHeld:
    """Count the lesson marks that hits are a part of, in one query."""
    asked = {"first": first, "last": last, "years": None if years is None else sorted(years), "in_school": IN_SCHOOL}
    students: dict[int, int] = {}
    periods: dict[str, int] = {}
    subjects: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, asked)
        for student, period, subject, count in cursor.fetchall():
            if student is not None:
                students[student] = count
            elif period is not None:
                periods[period] = count
            else:
                subjects[subject] = count
    return MarksHeld(students, periods, subjects)


def rates(names: Iterable[str], marks: Mapping[str, int]) -> tuple[Rate, ...]:
    """Return a rate for each name with hits, most hits first; names: one for each hit."""
    counted: dict[str, int] = defaultdict(int)
    for name in names:
        counted[name] += 1
    return tuple(
        Rate(name, hits, max(marks.get(name, 0), hits))
        for name, hits in sorted(counted.items(), key=lambda held: (-held[1], held[0]))
    )
