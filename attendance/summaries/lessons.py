"""The lessons of a day: which class each student is in, as its marks say or as the weeks before let expect.

The application holds no timetable. The class a student usually has is the one of the same weekday and period in the
last two weeks that have marks for it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, Trim

from attendance.models import LessonMark
from pastoral.core.models import User
from students.summaries import SchoolCalendar

WEEKS_BACK = 2
LONGEST_BACK = timedelta(weeks=12)
_CODE = F("teacher")


@dataclass(frozen=True, slots=True)
class Lesson:
    """One student's lesson. code: the key of its mark's code; None when it has no mark yet and is only expected."""

    student_id: int
    period: str
    subject: str
    class_name: str
    teacher: str
    code: int | None = None
    minutes: int | None = None


def days_to_go_by(day: date, period: str, calendar: SchoolCalendar) -> tuple[date, ...]:
    """Return the last two days of the same weekday, newest first, that have marks in the period; in one query."""
    same = [
        each
        for each in calendar.between(day - LONGEST_BACK, day - timedelta(days=1))
        if each.weekday() == day.weekday()
    ]
    held = LessonMark.objects.filter(date__in=same, period=period).order_by("-date").values_list("date", flat=True)
    return tuple(held.distinct()[:WEEKS_BACK])


def lessons_of(students: Collection[int], day: date, period: str = "") -> dict[int, dict[str, Lesson]]:
    """Return each student's marked lessons of the day by period, and the one to expect in `period`; in one query.

    To expect is what the same weekday's last mark of the four weeks before says.
    """
    return _lessons(students, day, Q(date__in=weeks_before(day), period=period))


def every_lesson_of(student: int, day: date) -> dict[str, Lesson]:
    """Return the student's lessons of the day by period, marked or to expect; in one query.

    Each with the teacher's name where the code is somebody's here.
    """
    people = User.objects.filter(staff_code=OuterRef("teacher")).exclude(staff_code="")
    name = people.values(name=Trim(Concat("title", Value(" "), "surname")))[:1]
    return _lessons([student], day, Q(date__in=weeks_before(day)), Coalesce(Subquery(name), F("teacher"))).get(
        student, {}
    )


def weeks_before(day: date) -> list[date]:
    """Return the same weekday of the four weeks before: what lets expect the day's lessons."""
    return [day - timedelta(weeks=weeks) for weeks in range(1, 5)]


def _lessons(
    students: Collection[int], day: date, to_expect: Q, called: Combinable = _CODE
) -> dict[int, dict[str, Lesson]]:
    rows = (
        LessonMark.objects.filter(student__in=list(students))
        .filter(Q(date=day) | to_expect)
        .order_by("student_id", "period", F("date").desc())
        .distinct("student_id", "period")
        .annotate(called=called)
        .values_list("student_id", "period", "subject", "class_name", "called", "code_id", "minutes_late", "date")
    )
    found: dict[int, dict[str, Lesson]] = {}
    for student, name, subject, group, teacher, code, minutes, on in rows:
        mark = (code, minutes) if on == day else (None, None)
        found.setdefault(student, {})[name] = Lesson(student, name, subject, group, teacher, *mark)
    return found


@dataclass(frozen=True)
class ClassRegister:
    """One class in one period: how many of its students have a mark. expected: marked, or usually there then."""

    class_name: str
    subject: str
    teacher: str
    expected: int
    marked: int

    @property
    def has_none(self) -> bool:
        """Test for a class of which nobody has a mark yet."""
        return self.marked == 0

    @property
    def is_part_marked(self) -> bool:
        """Test for a class of which some students have a mark and some do not."""
        return 0 < self.marked < self.expected


# A student who is marked in one class today is not waited for in the class of other weeks.
_CLASSES = """
    WITH members AS (
        SELECT DISTINCT e.student_id
          FROM students_enrolment e JOIN students_student s ON s.id = e.student_id
         WHERE e.starts_on <= %(day)s AND (e.ends_on IS NULL OR e.ends_on >= %(day)s)
           AND s.admitted_on <= %(day)s AND (s.left_on IS NULL OR s.left_on >= %(day)s)
           AND (%(years)s::int[] IS NULL OR e.year_group_id = ANY(%(years)s::int[]))
    ), lessons AS (
        SELECT DISTINCT ON (m.student_id) m.student_id, m.class_name, m.subject, m.teacher, m.date
          FROM attendance_lessonmark m JOIN members USING (student_id)
         WHERE m.period = %(period)s AND m.date = ANY(%(days)s::date[])
         ORDER BY m.student_id, m.date DESC
    )
    SELECT class_name, min(subject), max(teacher), count(*), count(*) FILTER (WHERE date = %(day)s)
      FROM lessons
     GROUP BY class_name
     ORDER BY count(*) FILTER (WHERE date = %(day)s) > 0, class_name
"""


def classes_in(
    day: date, period: str, go_by: Collection[date], years: Collection[int] | None
) -> tuple[ClassRegister, ...]:
    """Return the classes of the period, those without any mark first, in one query."""
    asked: dict[str, Any] = {
        "day": day,
        "period": period,
        "days": [day, *go_by],
        "years": None if years is None else sorted(years),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLASSES, asked)
        return tuple(ClassRegister(*row) for row in cursor.fetchall())
