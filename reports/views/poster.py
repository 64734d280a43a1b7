"""A year's poster for the wall."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.papers.drawing import paper_draw
from reports.papers.poster import poster_of
from reports.pdf import SHEET
from reports.summaries.dashboard import Dashboard
from reports.views.place import Place, in_a_week_held
from reports.views.student_papers import answered

STYLESHEETS = (SHEET, "css/pdf-poster.css")


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@in_a_week_held
def poster_pdf(request: StaffRequest, year: int) -> HttpResponse:
    """Hand out the poster of the week that the year's page shows: 404 outside the person's years.

    Whatever cohort the page is narrowed to, the poster is of the whole year: a cohort's small numbers are for no wall.
    """
    place = Place.of(request, year)
    if place.moment.is_holiday:
        raise Http404("no school in that week")
    page = Dashboard.load(place.enrolments(request), place.moment, by_year=False, sees_sensitive=False)
    context = {"poster": poster_of(f"Year {year}", page)}
    drawn = paper_draw("poster", context, by=request.user.formal_name, at=timezone.localtime(), styles=STYLESHEETS)
    return answered(drawn, f"Poster Year {year} {page.moment.as_at:%Y-%m-%d}")
