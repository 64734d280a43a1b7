"""What lesson registers tell the rest of the house: who teaches whom, and whether a student is in school."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.models import LessonMark
from attendance.summaries.lessons import weeks_before
from attendance.summaries.times import lessons_set
from students.lessons import Lessons, Taught, Teacher

# Present, or at something else that school has arranged: for both, a lesson without a mark of its own is expected.
_HERE = (CodeClass.PRESENT, CodeClass.ADMINISTRATIVE)
_AWAY = frozenset(key for key, code in CODES_BY_KEY.items() if code.code_class not in _HERE)


# A lesson is the day's own, or what the same weekday of the four weeks before lets expect. Away is who has an absence
# in it, or in the session that it belongs to; which one is nobody's business here.
_TAUGHT = """
    WITH lessons AS (
        SELECT DISTINCT ON (m.student_id, d.day, m.period)
               m.student_id, m.period, m.subject, m.teacher, d.day,
               CASE WHEN m.date = d.day THEN m.code_id END AS code_id
          FROM attendance_lessonmark m
          JOIN unnest(%(days)s::date[]) d (day) ON m.date IN (d.day, d.day - 7, d.day - 14, d.day - 21, d.day - 28)
         WHERE m.student_id = ANY(%(students)s)
         ORDER BY m.student_id, d.day, m.period, m.date DESC
    )
    SELECT l.student_id, l.period, l.subject, l.teacher,
           CASE WHEN l.code_id IS NULL THEN s.id IS NOT NULL ELSE l.code_id = ANY(%(away)s) END,
           coalesce(trim(u.title || ' ' || u.surname), ''), p.starts, l.day
      FROM lessons l
      LEFT JOIN attendance_period p ON p.name = l.period
      LEFT JOIN attendance_sessionmark s ON s.student_id = l.student_id AND s.date = l.day AND s.session = p.session
                                        AND s.code_id = ANY(%(away)s)
      LEFT JOIN core_user u ON u.staff_code = l.teacher AND l.teacher <> ''
     ORDER BY l.student_id, l.day, p.starts, l.period
"""


def taught_on(students: Collection[int], days: Collection[date]) -> list[Taught]:
    """Return the lessons of the students on the days, marked or as the weeks before let expect; in one query."""
    if not students or not days:
        return []
    asked: dict[str, Any] = {"students": list(students), "days": list(days), "away": list(_AWAY)}
    with connection.cursor() as cursor:
        cursor.execute(_TAUGHT, asked)
        return [Taught(*row) for row in cursor.fetchall()]


def teachers_of(students: Collection[int], first: date, last: date) -> list[Teacher]:
    """Return who taught the students between the days, by lesson registers, in one query."""
    rows = LessonMark.objects.filter(student__in=students, date__range=(first, last)).exclude(teacher="")
    found = rows.order_by("student", "subject", "teacher").values_list("student_id", "teacher", "subject").distinct()
    return [Teacher(*row) for row in found]


def taught_by(code: str, day: date) -> QuerySet[LessonMark, Any]:
    """Return the keys of the students in the teacher's lessons of the day, marked or to expect, as a query."""
    return (
        LessonMark.objects.filter(teacher=code, date__in=[day, *weeks_before(day)])
        .exclude(teacher="")
        .values("student")
    )


TOLD = Lessons(periods=lessons_set, on=taught_on, teachers=teachers_of, taught_by=taught_by)
