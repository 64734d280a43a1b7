"""How often lessons were missed while in school, of how many lesson marks."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from attendance.summaries.truancy import lessons_asked
from pastoral.core.plans import spelled_out
from students.lessons import LessonTime

FEWEST_MARKS = 20  # a rate of fewer lesson marks says nothing


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


# The sessions of a day are folded into one row first: half as many to join, by two keys in place of three.
_MARKS = """
    WITH theirs AS MATERIALIZED (
        SELECT student_id FROM (
            SELECT DISTINCT ON (e.student_id) e.student_id, e.year_group_id
              FROM students_enrolment e WHERE e.starts_on <= %(last)s
             ORDER BY e.student_id, e.starts_on DESC
        ) reached
         WHERE %(years)s::int[] IS NULL OR year_group_id = ANY(%(years)s::int[])
    ), days AS (
        SELECT student_id, date, bool_or(session = 'AM') AS am, bool_or(session = 'PM') AS pm
          FROM attendance_sessionmark
         WHERE date BETWEEN %(first)s AND %(last)s AND code_id = ANY(%(in_school)s::bigint[])
         GROUP BY student_id, date
    )
    SELECT l.student_id, l.period, l.subject, count(*)
      FROM attendance_lessonmark l
      JOIN theirs USING (student_id)
      JOIN days d ON d.student_id = l.student_id AND d.date = l.date
      JOIN unnest(%(names)s::text[], %(halves)s::text[]) p (name, session)
        ON p.name = l.period AND CASE p.session WHEN 'AM' THEN d.am ELSE d.pm END
     WHERE l.date BETWEEN %(first)s AND %(last)s
     GROUP BY GROUPING SETS ((l.student_id), (l.period, l.subject))
"""


@dataclass(frozen=True)
class MarksHeld:
    """Lesson marks of students present in the session, counted three ways."""

    by_student: Mapping[int, int]
    by_period: Mapping[str, int]
    by_subject: Mapping[str, int]


def marks_held(first: date, last: date, years: Collection[int] | None, lessons: Sequence[LessonTime]) -> MarksHeld:
    """Count the lesson marks that hits are a part of, in one query. lessons: of the day, in order."""
    students: Counter[int] = Counter()
    periods: Counter[str] = Counter()
    subjects: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(spelled_out(_MARKS, lessons_asked(first, last, years, lessons)))
        for student, period, subject, count in cursor.fetchall():
            if student is not None:
                students[student] = count
            else:
                periods[period] += count
                subjects[subject] += count
    return MarksHeld(students, periods, subjects)


def rates(names: Iterable[str], marks: Mapping[str, int]) -> tuple[Rate, ...]:
    """Return a rate for each name with hits, most hits first; names: one for each hit."""
    counted = Counter(names)
    return tuple(
        Rate(name, hits, max(marks.get(name, 0), hits))
        for name, hits in sorted(counted.items(), key=lambda held: (-held[1], held[0]))
    )
