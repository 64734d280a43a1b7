"""The days on which somebody looks again at what they keep here, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, F, OuterRef, Subquery, When

from interventions.models import (
    Intervention,
    InterventionReview,
    InterventionStudent,
    PACase,
    Plan,
    PlanReview,
    PlanShare,
)
from pastoral.core.duties import Kept
from pastoral.core.models import User
from students.names import sort_name_at


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return the reviews of the cases, plans and interventions that the person keeps, and what is asked for plans."""
    cases = PACase.objects.open().filter(owner=user)
    yield Kept("Review", cases, "Attendance case", sort_name_at("student"), "review_on", "interventions:case_detail")
    plans = PlanReview.objects.filter(plan__in=Plan.objects.running().filter(owner=user), held_on=None)
    name, page = sort_name_at("plan__student"), "interventions:plan_detail"
    yield Kept("Review", plans, F("plan__kind__name"), name, "due_on", page, ("plan_id",))
    asked = PlanShare.objects.owed().filter(to=user).exclude(due_on__isnull=True)
    page = "interventions:plan_share_detail"
    yield Kept("Asked of you", asked, F("asks"), sort_name_at("plan__student"), "due_on", page)
    running = Intervention.objects.standing(owner=user, ended_on=None)
    reviews = InterventionReview.objects.filter(intervention__in=running, held_on=None)
    page, keys = "interventions:intervention_detail", ("intervention_id",)
    yield Kept("Review", reviews, F("intervention__type__name"), _for_whom(), "due_on", page, keys)


def _for_whom() -> Case:
    """Return the expression for whom an intervention is: the group's name, or the first of its students."""
    places = InterventionStudent.objects.filter(intervention=OuterRef("intervention")).order_by("pk")
    first = Subquery(places.annotate(called=sort_name_at("student")).values("called")[:1])
    group = F("intervention__group_name")
    return Case(When(intervention__group_name="", then=first), default=group)
