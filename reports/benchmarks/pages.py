"""Pages against the plain SQL that yields their figures, and quick-find."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter

from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import RequestFactory
from django.utils import timezone

from attendance.summaries import same_week_last_year
from attendance.summaries.recent import MISSED_KEYS, POSSIBLE_KEYS
from pastoral.core.models import User
from pastoral.core.paging import EVERYTHING
from pastoral.core.rights import Right, Role
from reports.benchmarks.measure import Measure
from reports.summaries.week import Moment
from reports.views.dashboard import year_dashboard
from reports.views.find import student_find
from reports.views.lists import student_list
from students.calendar import academic_year_of
from students.models import Enrolment, StaffAssignment

TWICE = 2.0
FIND_MILLISECONDS = 50
TIMES = 15

# The members with names, flags and tutors; the sums of the week, the year to date before and with it, last year at the
# same week and the ten school weeks; the last thirty sessions; the week's marks; the lines of the chart; the lates.
_MEMBERS = """
    SELECT e.student_id, s.admission_number, s.left_on, t.name, e.year_group_id, s.legal_surname,
           coalesce(nullif(s.preferred_forename, ''), s.legal_forename), s.sex, s.admitted_on,
           (SELECT array_agg(f.kind || f.value) FROM students_studentfact f
             WHERE f.student_id = s.id AND f.starts_on <= %(on)s AND (f.ends_on IS NULL OR f.ends_on >= %(on)s)),
           (SELECT array_agg(u.surname) FROM students_staffassignment a JOIN core_user u ON u.id = a.user_id
             WHERE a.tutor_group_id = t.id AND a.role = 'form_tutor')
      FROM students_enrolment e JOIN students_student s ON s.id = e.student_id
      JOIN students_tutorgroup t ON t.id = e.tutor_group_id
     WHERE (%(year)s IS NULL OR e.year_group_id = %(year)s) AND e.starts_on <= %(on)s
       AND (e.ends_on IS NULL OR e.ends_on >= %(on)s) AND s.admitted_on <= %(on)s
       AND (s.left_on IS NULL OR s.left_on >= %(on)s)
     ORDER BY e.year_group_id, t.name, s.search_text
"""
_COUNTS = ("present", "approved_activity", "authorised", "unauthorised", "late_before_close", "late_after_close")


def _sums(where: str) -> str:
    return ", ".join(f"sum({name}) FILTER (WHERE {where})" for name in (*_COUNTS, "minutes_late"))


_WEEKS = f"""
    SELECT student_id, {_sums("monday = %(monday)s")},
           {_sums("academic_year = %(academic_year)s AND monday < %(monday)s")},
           {_sums("academic_year = %(academic_year)s AND monday <= %(monday)s")},
           {_sums("academic_year = %(academic_year)s - 1 AND monday <= %(last_year)s")},
           sum(unauthorised) FILTER (WHERE monday = ANY(%(notice)s))
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%(students)s) AND academic_year >= %(academic_year)s - 1
     GROUP BY student_id
"""  # noqa: S608 - put together from constants
_RECENT = """
    SELECT s.id, count(*) FILTER (WHERE m.code_id = ANY(%(missed)s)), count(*)
      FROM unnest(%(students)s::bigint[]) AS s(id)
     CROSS JOIN LATERAL (
           SELECT k.code_id FROM attendance_sessionmark k
            WHERE k.student_id = s.id AND k.date <= %(on)s AND k.code_id = ANY(%(possible)s)
            ORDER BY k.date DESC, k.session DESC LIMIT 30
           ) m
     GROUP BY s.id
"""
_MARKS = """
    SELECT student_id, date, session, code_id, minutes_late FROM attendance_sessionmark
     WHERE student_id = ANY(%(students)s) AND date BETWEEN %(monday)s::date - 7 AND %(on)s
"""
_TREND = """
    SELECT academic_year, monday, sum(present + approved_activity), sum(authorised + unauthorised)
      FROM attendance_attendanceweek
     WHERE student_id = ANY(%(students)s) AND academic_year >= %(academic_year)s - 1 GROUP BY 1, 2
"""
_LATES = """
    SELECT extract(isodow FROM m.date), m.session,
           count(*) FILTER (WHERE c.code_class IN ('present', 'approved_activity', 'authorised', 'unauthorised')),
           count(*) FILTER (WHERE c.letters IN ('L', 'U')), sum(m.minutes_late)
      FROM attendance_sessionmark m JOIN attendance_attendancecode c ON c.id = m.code_id
     WHERE m.student_id = ANY(%(students)s) AND m.date BETWEEN %(first)s AND %(on)s GROUP BY 1, 2
"""
LIST = (_WEEKS, _RECENT, _MARKS)
_DASHBOARD = (*LIST, _TREND, _LATES)


def page_measures() -> Iterator[Measure]:
    """Measure the dashboard of the largest year, the school's PA list, and quick-find; nothing with nobody to look."""
    user = whole_school_user()
    moment = Moment.of("", timezone.localdate())
    year = _largest_year(moment)
    if user is None or year is None:
        return
    yield ratio(
        f"dashboard of Year {year}",
        page_of(user, lambda request: year_dashboard(request, year)),
        lambda: plain_sql(moment, year, _DASHBOARD),
    )
    yield ratio(
        "PA list of the school",
        page_of(user, lambda request: student_list(request, "pa"), before=EVERYTHING),
        lambda: plain_sql(moment, None, LIST),
    )
    (find,) = _quickest(page_of(user, student_find, htmx=True, q="smi"))
    yield Measure("quick-find", 1000 * find, FIND_MILLISECONDS, "ms", "")


def ratio(name: str, page: Callable[[], object], plain: Callable[[], object]) -> Measure:
    """Return how many times the plain work the page takes, against the budget of twice."""
    ours, theirs = _quickest(page, plain)
    return Measure(name, ours / theirs, TWICE, "ratio", f"{1000 * ours:.1f} ms, plain SQL {1000 * theirs:.1f} ms")


def _quickest(*works: Callable[[], object]) -> tuple[float, ...]:
    """Run the works in turns and return the quickest time of each: what it takes when nothing else is in the way."""
    found = [float("inf")] * len(works)
    for _ in range(TIMES):
        for place, work in enumerate(works):
            began = perf_counter()
            work()
            found[place] = min(found[place], perf_counter() - began)
    return tuple(found)


def whole_school_user() -> int | None:
    """Return the key of somebody of SLT; None with nobody."""
    held = StaffAssignment.objects.in_force(timezone.localdate()).filter(role=Role.SLT)
    return held.values_list("user_id", flat=True).first()


def _largest_year(moment: Moment) -> int | None:
    years = list(Enrolment.objects.members_on(moment.as_at).values_list("year_group_id", flat=True))
    return max(set(years), key=years.count) if years else None


def page_of(
    user_id: int, view: Callable[..., HttpResponseBase], *, htmx: bool = False, **query: str
) -> Callable[[], object]:
    """Return the work of answering one request, the reading of the person and their rights in it."""

    def work() -> object:
        request = RequestFactory(headers={"HX-Request": "true"} if htmx else {}).get("/", query)
        person = User.objects.get(pk=user_id)
        setattr(request, "user", person)  # noqa: B010 - what the middleware does
        setattr(request, "htmx", htmx)  # noqa: B010
        if Right.SEE_YEAR_DASHBOARD not in person.rights:
            raise LookupError("nobody who may see the pages")
        response = view(request)
        return response.content if isinstance(response, HttpResponse) else None

    return work


def plain_sql(moment: Moment, year: int | None, statements: tuple[str, ...]) -> None:
    """Fetch the figures with statements written by hand."""
    known = {
        "on": moment.as_at,
        "year": year,
        "monday": moment.monday,
        "missed": MISSED_KEYS,
        "possible": POSSIBLE_KEYS,
        "first": moment.first,
        "academic_year": academic_year_of(moment.as_at),
        "last_year": same_week_last_year(moment.monday),
        "notice": [moment.monday - timedelta(weeks=n) for n in range(12)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS.replace("%(year)s IS NULL OR", "" if year else "TRUE OR"), known)
        known["students"] = [row[0] for row in cursor.fetchall()]
        for statement in statements:
            cursor.execute(statement, known)
            cursor.fetchall()
