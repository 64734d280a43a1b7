"""Cohorts: overlapping cohorts beside everybody else, any two combined, and coverage."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports.summaries.cohort_page import COHORTS_BY_SLUG, cohort_line, cohort_lines
from reports.summaries.half_terms import previous_half_term
from reports.summaries.tracker import Tracker
from reports.summaries.week import Moment
from reports.views.rooms import rooms_of, year_asked, year_choices, years_held
from students.files import offered_as_file
from students.models import Enrolment
from students.scopes import scope_of

PAGE = "reports:cohort_attendance"


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@offered_as_file("Cohorts")
def cohort_attendance(request: StaffRequest) -> HttpResponse:
    """Show the cohorts of a year or the school: 404 outside the person's years and for an unknown cohort."""
    year, moment = year_asked(request), Moment.of("", timezone.localdate())
    first, second = asked_for(request, "a"), asked_for(request, "b")
    if not {first, second} <= {"", *COHORTS_BY_SLUG}:
        raise Http404("no such cohort")
    visible = Enrolment.objects.visible_to(request.user)
    enrolments = visible if year is None else visible.filter(year_group=year)
    tracker = Tracker.load(enrolments, moment, scope=scope_of(request.user), everybody=True)
    is_combined = bool(first and second)
    lines = [line for line in cohort_lines(tracker.rows) if line.figures.students]
    held = {line.cohort.slug for line in lines}
    context = {
        "moment": moment,
        "year": year,
        "name": f"Year {year}" if year else "The school",
        "tracker": tracker,
        "lines": lines,
        "combined": cohort_line(tracker.rows, COHORTS_BY_SLUG[first], COHORTS_BY_SLUG[second]) if is_combined else None,
        "cohorts": [cohort for cohort in COHORTS_BY_SLUG.values() if cohort.slug in {first, second, *held}],
        "first": first,
        "second": second,
        "since": previous_half_term(moment.calendar, moment.as_at)[0],
        "years": year_choices(request, PAGE, year, years_held(request.user, moment.as_at), a=first, b=second),
        "rooms": rooms_of(request.user, "cohorts"),
    }
    return render(request, "reports/cohorts_detail.html", context)
