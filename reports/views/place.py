"""Where a page of the dashboard stands: whose students, which week, which cohort; and the addresses from there."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from pastoral.core.requests import StaffRequest
from pastoral.core.words import asked_for
from reports.summaries.cohorts import FILTERS
from reports.summaries.week import Moment, WeekNotHeld
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of

_ANY = "any-list"


@dataclass(frozen=True)
class Place:
    """A year (None for the whole school) in a week, narrowed to a cohort ("" for everybody)."""

    year: int | None
    moment: Moment
    cohort: str
    asked_week: str

    @classmethod
    def of(cls, request: StaffRequest, year: int | None) -> "Place":
        """Read the place from the request; 404 outside the user's years, for an unknown cohort or a week not held."""
        scope = scope_of(request.user)
        if not scope.is_whole_school and (year is None or year not in scope.years):
            raise Http404("not one of this person's years")
        cohort = asked_for(request, "cohort")
        if cohort not in FILTERS:
            raise Http404("no such cohort")
        wanted = asked_for(request, "week")
        try:
            return cls(year, Moment.of(wanted, timezone.localdate()), cohort, wanted)
        except WeekNotHeld as fault:
            raise Http404("no such school week") from fault

    def enrolments(self, request: StaffRequest) -> EnrolmentQuerySet:
        """Return the spells to draw members from: the year's, or the school's, that this person may see."""
        visible = Enrolment.objects.visible_to(request.user)
        return visible if self.year is None else visible.filter(year_group=self.year)

    @property
    def name(self) -> str:
        """Whose page it is: Year 9, or The school."""
        return "The school" if self.year is None else f"Year {self.year}"

    @cached_property
    def home(self) -> str:
        """The address of the dashboard itself, in its latest week and with everybody."""
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

    def _query(self, changes: dict[str, str]) -> str:
        kept = {"week": self.asked_week, "cohort": self.cohort, **changes}
        query = {name: value for name, value in kept.items() if value}
        return f"?{urlencode(query)}" if query else ""
