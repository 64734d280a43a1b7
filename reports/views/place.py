"""Where a page of the dashboard stands: whose students, which week, which cohort; and the addresses from there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, Role, rights_of
from pastoral.core.words import asked_for
from reports.summaries.cohorts import FILTERS
from reports.summaries.week import Moment, WeekNotHeld
from students.calendar import academic_year_of
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of

P = ParamSpec("P")
_ANY = "any-list"
# A key that nobody has and that stands in no address for anything else.
_ANYBODY = 10**15


@dataclass(frozen=True)
class Place:
    """A year (None for the whole school, or for one's own) in a week, narrowed to a cohort ("" for everybody)."""

    year: int | None
    moment: Moment
    cohort: str
    asked_week: str
    sees_school: bool
    own: str = ""

    @classmethod
    def of(cls, request: StaffRequest, year: int | None, *, own: str = "") -> "Place":
        """Read the place from the request: 404 outside the user's years and for an unknown cohort.

        own: what the person calls their own students, on the page of just those. Raises WeekNotHeld.
        """
        scope = scope_of(request.user)
        if not (own or scope.is_whole_school) and (year is None or year not in scope.years):
            raise Http404("not one of this person's years")
        cohort = asked_for(request, "cohort")
        if cohort not in FILTERS:
            raise Http404("no such cohort")
        wanted = asked_for(request, "week")
        moment = Moment.of(wanted, timezone.localdate())
        return cls(year, moment, cohort, moment.monday.isoformat() if wanted else "", scope.is_whole_school, own)

    def enrolments(self, request: StaffRequest) -> EnrolmentQuerySet:
        """Return the spells to draw members from: the year's, the school's or one's own, that this person may see."""
        visible = Enrolment.objects.visible_to(request.user)
        if self.year is None:
            return visible
        if self.then_year is None:
            return visible.filter(year_group=self.year)
        theirs = visible.current(self.moment.today).filter(year_group=self.year)
        return visible.filter(student__in=theirs.values("student"))

    def rights(self, user: User) -> frozenset[Right]:
        """Return the rights over everybody here; of one's own, those that reach each of them: the least one holds."""
        scope = scope_of(user)
        if not self.own:
            return scope.rights_over(self.year)
        held = [rights_of([Role(assignment.role)]) for assignment in scope.assignments]
        return frozenset.intersection(*held) if held else frozenset()

    @property
    def then_year(self) -> int | None:
        """The year in which today's members were in an earlier year's week; None where the year is shown as it was.

        Who sees the whole school sees each year group as it was; a year's team sees its own students only.
        """
        if self.year is None or self.sees_school or self.moment.is_this_year:
            return None
        return self.year - academic_year_of(self.moment.today) + academic_year_of(self.moment.as_at)

    @property
    def name(self) -> str:
        """Whose page it is: Year 9, The school, My group; of an earlier year, which year they were in then."""
        if self.year is None:
            return self.own or "The school"
        return f"Year {self.year}" if self.then_year is None else f"This Year {self.year}, then Year {self.then_year}"

    @cached_property
    def home(self) -> str:
        """The address of the dashboard itself, in its latest week and with everybody."""
        if self.own:
            return reverse("reports:my_students")
        if self.year is None:
            return reverse("reports:school_dashboard")
        return reverse("reports:year_dashboard", args=[self.year])

    @cached_property
    def _list(self) -> str:
        """The address of any list with a word in place of its slug: a page asks for dozens."""
        if self.year is None:
            return reverse("reports:school_list", args=[_ANY])
        return reverse("reports:student_list", args=[self.year, _ANY])

    def page(self, **changes: str) -> str:
        """Return the dashboard's address with the week and cohort kept unless changed."""
        return self.home + self._query(changes)

    def list(self, slug: str, **extra: str | int) -> str:
        """Return the address of a named list, in the same week and cohort."""
        return self._list.replace(_ANY, slug) + self._query({name: str(value) for name, value in extra.items()})

    def student(self, key: int) -> str:
        """Return the address of a student's page."""
        return self._student.replace(str(_ANYBODY), str(key))

    @cached_property
    def _student(self) -> str:
        """The address of any student's page with a number in place of the key: a list asks for hundreds."""
        return reverse("reports:student_detail", args=[_ANYBODY])

    @cached_property
    def _own_query(self) -> str:
        return self._query_of({})

    def _query(self, changes: dict[str, str]) -> str:
        return self._query_of(changes) if changes else self._own_query

    def _query_of(self, changes: dict[str, str]) -> str:
        kept = {"week": self.asked_week, "cohort": self.cohort, **changes}
        query = {name: value for name, value in kept.items() if value}
        return f"?{urlencode(query)}" if query else ""


def in_a_week_held(
    view: Callable[Concatenate[StaffRequest, P], HttpResponse],
) -> Callable[Concatenate[StaffRequest, P], HttpResponse]:
    """Send the person to the latest week, saying so, when the address asks for a week that cannot be shown."""

    @wraps(view)
    def shown(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except WeekNotHeld:
            messages.warning(request, "The week asked for has no marks here. This is the latest week that has.")
            query = request.GET.copy()
            query.pop("week", None)
            return redirect(f"{request.path}?{query.urlencode()}" if query else request.path)

    return shown


def own_students(user: User) -> str:
    """Return what the person calls the students who are theirs; "" for those with a dashboard of their own."""
    if user.may(Right.SEE_YEAR_DASHBOARD) and not scope_of(user).tutor_groups:
        return ""
    return own_name(user)


def own_name(user: User) -> str:
    """Return "My group" for somebody with one tutor group and no more, else "My students"."""
    scope = scope_of(user)
    return "My group" if len(scope.assignments) == len(scope.tutor_groups) == 1 else "My students"


def year_page_name(user: User) -> str:
    """Return what the rail calls the dashboard, as it is headed: the school, one's year; of several, what it is."""
    scope = scope_of(user)
    if scope.is_whole_school:
        return "The school"
    return f"Year {min(scope.years)}" if len(scope.years) == 1 else "Year dashboard"
