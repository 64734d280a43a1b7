"""The quiet children and the silent families of the whole school against the plain SQL that yields their figures."""

from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from reports.benchmarks.measure import Measure
from reports.benchmarks.pages import LIST, page_of, plain_sql, ratio, whole_school_user
from reports.quiet.lately import lately_of
from reports.summaries.half_terms import previous_half_term
from reports.summaries.support import needs_of_steps
from reports.summaries.week import Moment
from reports.views.quiet import quiet
from students.models import Enrolment

_TIES = """
    SELECT parent_carer_id, student_id FROM students_parentcarerlink WHERE student_id = ANY(%(students)s)
"""


def quiet_measures() -> Iterator[Measure]:
    """Measure both pages of the whole school; nothing with nobody to look."""
    user = whole_school_user()
    if user is None:
        return
    moment = Moment.of("", timezone.localdate())
    keys = list(Enrolment.objects.members_on(moment.as_at).values_list("student", flat=True))

    def plain() -> None:
        plain_sql(moment, None, LIST[:2])
        lately_of(keys, moment.today)
        needs_of_steps(keys, previous_half_term(moment.calendar, moment.as_at)[0], moment.today)

    def plain_families() -> None:
        plain()
        with connection.cursor() as cursor:
            cursor.execute(_TIES, {"students": keys})
            cursor.fetchall()

    yield ratio("quiet children page", page_of(user, quiet), plain)
    yield ratio("silent families page", page_of(user, quiet, show="silent"), plain_families)
