"""The first page of a Head of Year, and the same for the whole school."""

from dataclasses import dataclass, replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.charts import weekly_trend_svg
from reports.summaries.cohorts import FILTERS
from reports.summaries.dashboard import Dashboard
from reports.views.place import Place, in_a_week_held
from students.calendar import friday_of
from students.scopes import scope_of
from students.summaries import flags_shown_with


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
def dashboard(request: StaffRequest) -> HttpResponse:
    """Send the person to their own: the school for those who see it whole, else their first year."""
    scope = scope_of(request.user)
    if scope.is_whole_school:
        return redirect("reports:school_dashboard")
    if scope.years:
        return redirect("reports:year_dashboard", min(scope.years))
    return render(request, "reports/year_none.html", status=404)


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@in_a_week_held
def year_dashboard(request: StaffRequest, year: int) -> HttpResponse:
    """Show a year: 403 without the right, 404 outside the person's years."""
    return _page(request, Place.of(request, year))


@require_safe
@right_required(Right.SEE_YEAR_DASHBOARD)
@in_a_week_held
def school_dashboard(request: StaffRequest) -> HttpResponse:
    """Show the school with a row for each year: 404 for those who do not see it whole."""
    return _page(request, Place.of(request, None))


def _page(request: StaffRequest, place: Place) -> HttpResponse:
    if place.moment.is_holiday:
        context = {"place": place, "moment": place.moment, "weeks": _week_choices(place)}
        return render(request, "reports/year_holiday.html", context)
    rights = place.rights(request.user)
    page = Dashboard.load(
        place.enrolments(request),
        place.moment,
        cohort=place.cohort,
        by_year=place.year is None,
        sees_sensitive=Right.SEE_SENSITIVE_CODES in rights,
    )
    context = {
        "place": place,
        "page": page,
        "moment": page.moment,
        "counts": page.counts,
        "flags_shown": flags_shown_with(rights),
        "sees_meetings": Right.SEE_MEETINGS in rights,
        "cohorts": _cohort_choices(place),
        "weeks": _week_choices(place),
        "years": _year_choices(request, place, page),
        "charts": {
            "wide": weekly_trend_svg(page.trend.points),
            "narrow": weekly_trend_svg(page.trend.points, width=270, height=150),
        },
    }
    return render(request, "reports/year_dashboard.html", context)


@dataclass(frozen=True)
class Choice:
    """One link among several: where it leads, its short and its full words, and whether it is where one is."""

    url: str
    short: str
    words: str
    is_current: bool


def _cohort_choices(place: Place) -> list[Choice]:
    return [
        Choice(place.page(cohort=slug), cohort.short, cohort.name, slug == place.cohort)
        for slug, cohort in FILTERS.items()
    ]


def _week_choices(place: Place) -> dict[str, object]:
    """Return the week before and after, and every week of the year to date, each as a link."""
    moment = place.moment
    before, after = moment.week_before, moment.week_after
    return {
        "before": place.page(week=before.isoformat()) if before else "",
        "after": place.page(week=after.isoformat()) if after else "",
        "all": [
            (place.page(week=monday.isoformat()), friday_of(monday), monday == moment.monday) for monday in moment.weeks
        ],
    }


def _year_choices(request: StaffRequest, place: Place, page: Dashboard) -> list[Choice]:
    """Return the person's other dashboards; nothing when this is the only one."""
    scope = scope_of(request.user)
    places = [replace(place, year=year) for year in _years(place, page, scope.years)]
    if scope.is_whole_school:
        places.insert(0, replace(place, year=None))
    choices = [Choice(other.page(), other.name, other.name, other.year == place.year) for other in places]
    return choices if len(choices) > 1 else []


def _years(place: Place, page: Dashboard, own: frozenset[int]) -> list[int]:
    if place.year is None:
        return sorted({entry.person.year for entry in page.week.entries})
    return sorted(own | {place.year})
