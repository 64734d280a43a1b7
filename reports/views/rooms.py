"""The pages about persistent absence beside one another, and which of them a person may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.words import asked_for
from students.models import Enrolment
from students.scopes import scope_of


@dataclass(frozen=True)
class Room:
    """One of the pages: its address, its name, and whether it is where one is."""

    url: str
    name: str
    is_current: bool


_ROOMS = (
    ("tracker", "Tracker", "reports:pa_tracker", Right.SEE_PA_TRACKER),
    ("forecast", "Forecast", "reports:pa_forecast", Right.SEE_PA_TRACKER),
    ("waterfall", "Waterfall", "reports:pa_waterfall", Right.SEE_YEAR_DASHBOARD),
    ("cohorts", "Cohorts", "reports:cohort_attendance", Right.SEE_YEAR_DASHBOARD),
)


def rooms_of(user: User, current: str) -> list[Room]:
    """Return the pages that the person may open; nothing when this is the only one."""
    open_to = [(slug, name, url) for slug, name, url, right in _ROOMS if user.may(right)]
    rooms = [Room(reverse(url), name, slug == current) for slug, name, url in open_to]
    return rooms if len(rooms) > 1 else []


def year_asked(request: StaffRequest) -> int | None:
    """Return the year that the address asks for, None for the school: 404 outside the person's years.

    Without a word in the address it is the school for those who see it whole, else the first of the person's years.
    """
    scope = scope_of(request.user)
    asked = asked_for(request, "year")
    if not asked:
        if not (scope.is_whole_school or scope.years):
            raise Http404("no year is this person's")
        return None if scope.is_whole_school else min(scope.years)
    if not (asked.isascii() and asked.isdigit() and len(asked) < 3):
        raise Http404("no such year")
    if not (scope.is_whole_school or int(asked) in scope.years):
        raise Http404("not one of this person's years")
    return int(asked)


def years_held(user: User, on: date) -> list[int]:
    """Return the years that have members on the date among the students whom the person may see."""
    members = Enrolment.objects.visible_to(user).members_on(on).order_by("year_group")
    return list(members.values_list("year_group", flat=True).distinct())


def year_choices(request: StaffRequest, page: str, year: int | None, years: Iterable[int], **kept: str) -> list[Room]:
    """Return the school, when the person sees it, and each year as links to the page; nothing when there is one only.

    years: those with students; kept: what else stands in the address.
    """
    scope = scope_of(request.user)
    own: list[int | None] = [None] if scope.is_whole_school else []
    own += sorted(one for one in years if scope.is_whole_school or one in scope.years)
    choices = [
        Room(_address(page, {"year": str(one or ""), **kept}), f"Year {one}" if one else "The school", one == year)
        for one in own
    ]
    return choices if len(choices) > 1 else []


def _address(page: str, query: dict[str, str]) -> str:
    asked = {name: value for name, value in query.items() if value}
    return f"{reverse(page)}?{urlencode(asked)}" if asked else reverse(page)
