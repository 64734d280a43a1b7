"""The effect by type, and the effects on the tracker's rows, against the plain SQL that reads the same marks."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from interventions.figures.impact import LONG
from interventions.models import InterventionStudent
from interventions.views.effect import effect
from reports.benchmarks.measure import Measure
from reports.benchmarks.pages import page_of, ratio, whole_school_user
from reports.views.tracker_effects import MOST, tracker_effects
from students.calendar import academic_year_of, academic_year_start
from students.summaries import SchoolCalendar

# Each student's sessions in order, with codes and minutes, and incidents; then those of everybody in a year group with
# one of them, over the same time.
_SESSIONS = """
    SELECT student_id, array_agg(code_id ORDER BY date, session), array_agg(date ORDER BY date, session),
           array_agg(minutes_late ORDER BY date, session)
      FROM attendance_sessionmark
     WHERE student_id = ANY(%(students)s) AND date BETWEEN %(first)s AND %(on)s
     GROUP BY 1
"""
_INCIDENTS = """
    SELECT i.student_id, array_agg(b.occurred_on)
      FROM behaviour_involvement i JOIN behaviour_incident b ON b.id = i.incident_id
     WHERE i.student_id = ANY(%(students)s) AND b.occurred_on BETWEEN %(first)s AND %(on)s
     GROUP BY 1
"""
_OTHERS = """
    SELECT DISTINCT e.student_id
      FROM students_enrolment e JOIN students_enrolment mine USING (academic_year, year_group_id)
     WHERE mine.student_id = ANY(%(students)s) AND e.academic_year >= %(year)s
"""


def intervention_measures() -> Iterator[Measure]:
    """Measure both with what the school's interventions are; nothing with nobody to look, or without interventions."""
    user, today = whole_school_user(), timezone.localdate()
    this = academic_year_of(today)
    places = InterventionStudent.objects.standing().filter(joined_on__lte=today)
    begun = places.filter(joined_on__gte=academic_year_start(this - 1)).values_list("student", flat=True)
    mine = list(begun.filter(joined_on__gte=academic_year_start(this)).distinct()[:MOST])
    if user is None or not mine:
        return
    every, asked = list(begun.distinct()), [str(key) for key in mine]
    yield ratio("effect by type", page_of(user, effect, since="last"), _plain(every, this - 1, today))
    rows: dict[str, Any] = {"student": asked}
    tracker = page_of(user, tracker_effects, **rows)
    yield ratio(f"tracker, {len(mine)} effects", tracker, _plain(mine, this, today))


def _plain(students: list[int], begun_in: int, today: date) -> Callable[[], None]:
    """Return what fetches the sessions of the students since the year before, and of everybody beside them.

    begun_in: the academic year from which on interventions are measured.
    """
    year, looked_back = begun_in - 1, _looked_back(students, begun_in)

    def fetch() -> None:
        known: dict[str, Any] = {"students": students, "year": year, "first": academic_year_start(year), "on": today}
        with connection.cursor() as cursor:
            for statement in (_SESSIONS, _INCIDENTS, _OTHERS):
                cursor.execute(statement, known)
                found = cursor.fetchall()
            known |= {"students": [row[0] for row in found], "first": looked_back}
            for statement in (_SESSIONS, _INCIDENTS):
                cursor.execute(statement, known)
                cursor.fetchall()

    return fetch


def _looked_back(students: list[int], begun_in: int) -> date:
    """Return when the first academic year began that the windows before the first of these starts reach into."""
    places = InterventionStudent.objects.standing().filter(student__in=students)
    first = min(places.filter(joined_on__gte=academic_year_start(begun_in)).values_list("joined_on", flat=True))
    days = SchoolCalendar.load().days
    return academic_year_start(academic_year_of(days[max(bisect_left(days, first) - LONG.before // 2, 0)]))
