"""The PA tracker of the whole school against the plain SQL that yields its figures."""

from collections.abc import Iterator

from django.utils import timezone

from pastoral.core.paging import EVERYTHING
from reports.benchmarks.measure import Measure
from reports.benchmarks.pages import LIST, page_of, plain_sql, ratio, whole_school_user
from reports.summaries.week import Moment
from reports.views.tracker import pa_tracker

# Each student's weeks of the year and the last at whose end it was PA, last year whole, and, for those who are PA, what
# was missed by code.
_WEEKS = """
    SELECT student_id, array_agg(monday), array_agg(missed), array_agg(possible),
           max(monday) FILTER (WHERE possible_so_far >= 20 AND 10 * missed_so_far >= possible_so_far)
      FROM (SELECT student_id, monday, authorised + unauthorised AS missed,
                   present + approved_activity + authorised + unauthorised AS possible,
                   sum(authorised + unauthorised) OVER own AS missed_so_far,
                   sum(present + approved_activity + authorised + unauthorised) OVER own AS possible_so_far
              FROM attendance_attendanceweek
             WHERE student_id = ANY(%(students)s) AND academic_year = %(academic_year)s
            WINDOW own AS (PARTITION BY student_id ORDER BY monday)) weeks
     GROUP BY student_id
"""
_LAST_YEAR = """
    SELECT student_id, sum(present), sum(approved_activity), sum(authorised), sum(unauthorised)
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%(students)s) AND academic_year = %(academic_year)s - 1
     GROUP BY student_id
"""
_REASONS = """
    SELECT m.student_id, m.code_id, count(*)
      FROM attendance_sessionmark m JOIN attendance_attendancecode c ON c.id = m.code_id
     WHERE m.student_id = ANY(%(students)s) AND m.date BETWEEN %(first)s AND %(on)s
       AND c.code_class IN ('authorised', 'unauthorised')
       AND m.student_id IN (SELECT student_id FROM attendance_attendanceweek
                             WHERE student_id = ANY(%(students)s) AND academic_year = %(academic_year)s
                             GROUP BY student_id
                            HAVING 10 * sum(authorised + unauthorised)
                                   >= sum(present + approved_activity + authorised + unauthorised))
     GROUP BY 1, 2
"""
_TRACKER = (*LIST[:2], _WEEKS, _LAST_YEAR, _REASONS)


def tracker_measures() -> Iterator[Measure]:
    """Measure the tracker of the whole school; nothing with nobody to look."""
    user = whole_school_user()
    if user is None:
        return
    moment = Moment.of("", timezone.localdate())
    yield ratio(
        "PA tracker page", page_of(user, pa_tracker, before=EVERYTHING), lambda: plain_sql(moment, None, _TRACKER)
    )
