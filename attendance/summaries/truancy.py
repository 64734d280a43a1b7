"""Lessons that students in school were missing from: derived from the marks each time, never stored.

A hit is a lesson of a session in which the student was present (in school, or late) that either has an absent mark
(no reason, unauthorised or holiday) or has no mark at all between presents of the same session while the others of
the class have theirs: at least half as many as in the week to go by, so that a register half taken accuses nobody.
Who is known to be somewhere else is no hit.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.utils import timezone

from attendance.codes import CODES, CODES_BY_KEY, CodeClass, PhysicalClass
from attendance.models import PlannedMark
from attendance.summaries.planned import covers
from attendance.summaries.times import SESSIONS
from attendance.summaries.times_kept import TimesKept
from pastoral.core.plans import spelled_out
from students.lessons import LessonTime

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
    """One lesson missed by a student in school.

    teacher: by name where the timetable's code is somebody's here. code: of the lesson mark, None for a gap;
    session_code: of the mark.
    """

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


# Days with a mark in every lesson have no gap, and an index alone tells them. Of the others a student's lessons of a
# day are folded into bits, the earliest the lowest; only the gaps' sessions and the lessons of their periods are read.
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
    ), periods AS (
        SELECT * FROM unnest(%(names)s::text[], %(halves)s::text[], %(bits)s::int[]) p (name, session, bit)
    ), partial AS MATERIALIZED (
        SELECT student_id, date
          FROM attendance_lessonmark
         WHERE date BETWEEN %(first)s AND %(last)s AND period = ANY(%(names)s::text[])
           AND (%(students)s::bigint[] IS NULL OR student_id = ANY(%(students)s::bigint[]))
         GROUP BY student_id, date
        HAVING count(*) < cardinality(%(names)s::text[])
    ), days AS (
        SELECT d.student_id, d.date, ~bit_or(p.bit) AS without,
               max(p.bit) FILTER (WHERE p.session = 'AM' AND l.code_id = ANY(%(in_school)s::bigint[])) AS am,
               max(p.bit) FILTER (WHERE p.session = 'PM' AND l.code_id = ANY(%(in_school)s::bigint[])) AS pm
          FROM partial d
          JOIN theirs USING (student_id)
          JOIN attendance_lessonmark l ON l.student_id = d.student_id AND l.date = d.date
          JOIN periods p ON p.name = l.period
         GROUP BY d.student_id, d.date
    ), holes AS MATERIALIZED (
        SELECT student_id, date, without & ((coalesce(am - 1, 0) & %(am)s) | (coalesce(pm - 1, 0) & %(pm)s)) AS bits
          FROM days
         WHERE without & ((coalesce(am - 1, 0) & %(am)s) | (coalesce(pm - 1, 0) & %(pm)s)) <> 0
    ), gaps AS MATERIALIZED (
        SELECT d.student_id, d.date, p.name AS period, s.session, s.code_id, s.minutes_late
          FROM holes d
          JOIN periods p ON d.bits & p.bit <> 0
         CROSS JOIN LATERAL (
               SELECT m.session, m.code_id, m.minutes_late
                 FROM attendance_sessionmark m
                WHERE m.student_id = d.student_id AND m.date = d.date AND m.session = p.session
                  AND m.code_id = ANY(%(in_school)s::bigint[])
               OFFSET 0
               ) s
    ), usual AS MATERIALIZED (
        SELECT g.*, u.subject, u.class_name, u.teacher, u.date AS last_held
          FROM gaps g
         CROSS JOIN LATERAL (
               SELECT m.subject, m.class_name, m.teacher, m.date
                 FROM attendance_lessonmark m
                WHERE m.student_id = g.student_id AND m.period = g.period
                  AND m.date IN (g.date - 7, g.date - 14, g.date - 21, g.date - 28)
                ORDER BY m.date DESC
                LIMIT 1
               ) u
    ), wanted AS MATERIALIZED (
        SELECT date, period FROM usual UNION SELECT last_held, period FROM usual
    ), classes AS MATERIALIZED (
        SELECT w.date, w.period, held.class_name, held.marks
          FROM wanted w
         CROSS JOIN LATERAL (
               SELECT m.class_name, count(*) AS marks
                 FROM attendance_lessonmark m
                WHERE m.date = w.date AND m.period = w.period
                GROUP BY m.class_name
               ) held
    ), found AS (
        SELECT l.student_id, l.date, l.period, p.session, 'absent' AS kind, l.subject, l.class_name, l.teacher,
               l.code_id, s.code_id AS session_code, s.minutes_late
          FROM attendance_lessonmark l
          JOIN theirs USING (student_id)
          JOIN periods p ON p.name = l.period
          JOIN attendance_sessionmark s ON s.student_id = l.student_id AND s.date = l.date AND s.session = p.session
         WHERE l.date BETWEEN %(first)s AND %(last)s
           AND l.code_id = ANY(%(absent)s::bigint[]) AND s.code_id = ANY(%(in_school)s::bigint[])
         UNION ALL
        SELECT u.student_id, u.date, u.period, u.session, 'gap', u.subject, u.class_name, u.teacher,
               NULL, u.code_id, u.minutes_late
          FROM usual u
          JOIN classes c ON (c.date, c.period, c.class_name) = (u.date, u.period, u.class_name)
          JOIN classes b ON (b.date, b.period, b.class_name) = (u.last_held, u.period, u.class_name)
         WHERE 2 * c.marks >= b.marks
    )
    SELECT f.student_id, f.date, f.period, f.session, f.kind, f.subject, f.class_name,
           coalesce(nullif(trim(t.title || ' ' || t.surname), ''), f.teacher),
           f.code_id, f.session_code, f.minutes_late
      FROM found f
      LEFT JOIN core_user t ON t.staff_code = f.teacher AND f.teacher <> ''
     ORDER BY f.date DESC, f.period DESC, f.student_id
"""


def hits_of(
    first: date,
    last: date,
    *,
    years: Collection[int] | None,
    times: TimesKept,
    excused: Collection[Slot] = (),
    students: Collection[int] | None = None,
) -> tuple[Hit, ...]:
    """Return the hits of the days, newest first, in one query.

    years: the year groups whose students are looked at; None for all. students: narrows to those.
    times: with lessons. excused: students known to be elsewhere in a period, such as in the inclusion room.
    """
    asked = lessons_asked(first, last, years, times.lessons) | {
        "students": None if students is None else sorted(students),
        "absent": ABSENT,
    }
    with connection.cursor() as cursor:
        cursor.execute(spelled_out(_HITS, asked))
        found = [_hit(row) for row in cursor.fetchall()]
    lessons = {lesson.name: lesson for lesson in times.lessons}
    return tuple(
        hit for hit in found if hit.slot not in excused and not came_after(hit, lessons.get(hit.period), times)
    )


def lessons_asked(
    first: date, last: date, years: Collection[int] | None, lessons: Sequence[LessonTime]
) -> dict[str, Any]:
    """Return what a query over lessons of the days is asked with: the span, the years, each lesson's half and bit."""
    bits = {lesson: 1 << place for place, lesson in enumerate(lessons)}
    return {
        "first": first,
        "last": last,
        "years": None if years is None else sorted(years),
        "in_school": IN_SCHOOL,
        "names": [lesson.name for lesson in bits],
        "halves": [lesson.session for lesson in bits],
        "bits": list(bits.values()),
    } | {half.lower(): sum(bit for lesson, bit in bits.items() if lesson.session == half) for half in SESSIONS}


def _hit(row: tuple[object, ...]) -> Hit:
    student, day, period, session, kind, *rest = row
    return Hit(student, day, period, session, Kind(str(kind)), *rest)  # type: ignore[arg-type]


def came_after(hit: Hit, lesson: LessonTime | None, kept: TimesKept) -> bool:
    """Test for a student who was still to come: arrived when half of the lesson was over, or nobody knows when.

    Late is from the session's start as it was set then. Without minutes, who is marked U arrived after the register's
    close: a lesson begun by then is not asked about.
    """
    if lesson is None or CODES_BY_KEY[hit.session_code].physical is not PhysicalClass.LATE:
        return False
    times = kept.at(hit.day, hit.session)
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
