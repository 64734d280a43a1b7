"""What lesson registers tell the rest of the house: who teaches whom, and whether a student is in school."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import QuerySet

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.models import LessonMark, SessionMark
from attendance.summaries.lessons import lessons_through, weeks_before
from attendance.summaries.times import lessons_set
from students.lessons import Lessons, Period, Taught, Teacher

# Present, or at something else that school has arranged: for both, a lesson without a mark of its own is expected.
_HERE = (CodeClass.PRESENT, CodeClass.ADMINISTRATIVE)
_AWAY = frozenset(key for key, code in CODES_BY_KEY.items() if code.code_class not in _HERE)


def periods() -> tuple[Period, ...]:
    """Return the lessons of a school day, in one query."""
    return tuple(Period(each.name, each.starts, each.ends) for each in lessons_set())


def taught_on(students: Collection[int], day: date) -> list[Taught]:
    """Return the lessons of the students on the day, marked or as the weeks before let expect; in three queries.

    Away is who has an absence in the lesson, or in the session that it belongs to; which one is nobody's business here.
    """
    if not students:
        return []
    session_of = {each.name: each.session for each in lessons_set()}
    missed = set(
        SessionMark.objects.filter(student__in=students, date=day, code__in=_AWAY).values_list("student", "session")
    )
    return [
        Taught(
            student,
            period,
            lesson.subject,
            lesson.teacher,
            is_away=(student, session_of.get(period, "")) in missed if lesson.code is None else lesson.code in _AWAY,
        )
        for student, held in lessons_through(students, day).items()
        for period, lesson in held.items()
    ]


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


TOLD = Lessons(periods=periods, on=taught_on, teachers=teachers_of, taught_by=taught_by)
