"""What somebody is to do by a day for what they keep here, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, Exists, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat

from interventions.models import (
    Intervention,
    InterventionReview,
    InterventionStudent,
    MedicalRequest,
    Meeting,
    PACase,
    Plan,
    PlanReview,
    PlanShare,
)
from interventions.summaries.asked import without_outcome
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.names import sort_name_at

CASE, PLAN, INTERVENTION = (f"interventions:{name}_detail" for name in ("case", "plan", "intervention"))
LEFT = "Left the school: close it"


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return what the person keeps and looks at again, what is asked of them, and what is left to close or to say.

    Of a student who left the school no review is due any more: one line says to close what runs.
    """
    if user.may(Right.SEE_PA_CASES):
        yield from _cases(user, on)
    if user.may(Right.SEE_PLANS):
        yield from _plans(user, on)
    asked = PlanShare.objects.owed().filter(to=user).exclude(due_on__isnull=True)
    page = "interventions:plan_share_detail"
    yield Kept("Asked of you", asked, F("asks"), sort_name_at("plan__student"), "due_on", page)
    if user.may(Right.SEE_INTERVENTIONS):
        yield from _interventions(user, on)
    minutes = Meeting.objects.standing(convener=user, closed_at=None, held_on__lt=on)
    title = Concat(Value("Minutes to close: "), F("title"))
    yield Kept("Meeting", minutes, title, "", "held_on", "interventions:meeting_detail")


def _cases(user: User, on: date) -> Iterator[Kept]:
    name, cases = sort_name_at("student"), PACase.objects.open().filter(owner=user)
    gone = cases.filter(student__left_on__lt=on).annotate(gone_on=F("student__left_on"))
    here = cases.exclude(pk__in=gone.values("pk"))
    yield Kept("Review", here, "Attendance case", name, "review_on", CASE)
    yield Kept("Attendance case", gone, LEFT, name, "gone_on", CASE)
    cases = PACase.objects.visible_to(user).open().exclude(student__left_on__lt=on)
    asked = MedicalRequest.objects.standing(asked_by=user, answer="", case__in=cases, authorised_until__isnull=False)
    words, about = "Medical evidence asked for", sort_name_at("case__student")
    yield Kept("Attendance case", asked, words, about, "authorised_until", CASE, ("case_id",))


def _plans(user: User, on: date) -> Iterator[Kept]:
    plans = Plan.objects.running().filter(owner=user)
    gone = plans.filter(student__left_on__lt=on).annotate(gone_on=F("student__left_on"))
    reviews = PlanReview.objects.filter(plan__in=plans.exclude(pk__in=gone.values("pk")), held_on=None)
    name, keys = sort_name_at("plan__student"), ("plan_id",)
    yield Kept("Review", reviews, F("plan__kind__name"), name, "due_on", PLAN, keys)
    words = Concat(F("kind__name"), Value(f". {LEFT}"))
    yield Kept("Plan", gone, words, sort_name_at("student"), "gone_on", PLAN)


def _interventions(user: User, on: date) -> Iterator[Kept]:
    """Return the reviews of what the person owns or delivers; of their own also what is past its end or of nobody."""
    mine = Intervention.objects.standing().filter(Q(owner=user) | Q(deliverer=user))
    places = InterventionStudent.objects.filter(intervention=OuterRef("pk"), left_on=None).order_by()
    here = places.exclude(student__left_on__lt=on)
    running = mine.filter(Exists(here) | ~Exists(places), ended_on=None)
    reviews = InterventionReview.objects.filter(intervention__in=running, held_on=None)
    name, kind = _for_whom("intervention"), F("intervention__type__name")
    yield Kept("Review", reviews, kind, name, "due_on", INTERVENTION, ("intervention_id",))
    waiting = InterventionReview.objects.filter(intervention=OuterRef("pk"), held_on=None)
    over = running.filter(~Exists(waiting), owner=user, planned_until__lt=on)
    about, called = _for_whom(""), F("type__name")
    words = Concat(called, Value(": its time is up"))
    yield Kept("Intervention", over, words, about, "planned_until", INTERVENTION)
    unsaid = mine.filter(without_outcome(), owner=user)
    words = Concat(called, Value(": say how it came out"))
    yield Kept("Intervention", unsaid, words, about, "ended_on", INTERVENTION)
    last = places.values("intervention").annotate(last=Max("student__left_on")).values("last")
    gone = mine.filter(Exists(places), ~Exists(here), owner=user, ended_on=None).annotate(gone_on=Subquery(last))
    words = Concat(called, Value(f". {LEFT}"))
    yield Kept("Intervention", gone, words, about, "gone_on", INTERVENTION)


def _for_whom(way: str) -> Case:
    """Return the expression for whom an intervention is: the group's name, or the first of its students.

    way: from the row to the intervention, "" for itself.
    """
    places = InterventionStudent.objects.filter(intervention=OuterRef(way or "pk")).order_by("pk")
    first = Subquery(places.annotate(called=sort_name_at("student")).values("called")[:1])
    group = f"{way}__group_name" if way else "group_name"
    return Case(When(**{group: ""}, then=first), default=F(group))
