"""What the pages about plans share: the plan asked for, who may do what with it, and the reading noted."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from interventions.models import Plan
from interventions.summaries.plan_reading import Seen, plan_seen
from pastoral.core.access import access_note
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day
from students.summaries import SchoolCalendar

TABS = (
    ("interventions:plan_list", "Plans", Right.SEE_PLANS),
    ("interventions:plan_share_list", "Shared with me", None),
)


def tabs_of(request: StaffRequest, name: str) -> list[tuple[str, str, bool]]:
    """Return the pages about plans that the person may open. name: of the page that this one belongs to."""
    offered = [(each, words) for each, words, right in TABS if right is None or request.user.may(right)]
    return [(reverse(each), words, each == name) for each, words in offered]


def address_of(plan: Plan) -> str:
    """Return the address of a plan's page."""
    return reverse("interventions:plan_detail", args=[plan.pk])


def shown(request: StaffRequest, pk: int) -> Seen:
    """Return a plan that the person may know of; 404 for any other."""
    seen = plan_seen(request.user, pk)
    if seen is None:
        raise Http404("no such plan among those this person may know of")
    return seen


def kept(request: StaffRequest, pk: int) -> Seen:
    """Return a plan to which the person may write; 404 for any other."""
    seen = shown(request, pk)
    if not seen.keeps:
        raise Http404("not a plan that this person keeps")
    return seen


def over(request: StaffRequest, seen: Seen, form: Any = None, *, may_be_ended: bool = False) -> HttpResponse | None:
    """Say of a plan that was withdrawn or ended that it is, with what somebody had typed; None while it stands."""
    plan, back = seen.plan, address_of(seen.plan)
    if plan.withdrawn_at is not None and not (form is not None and form.is_bound):
        return redirect(back)
    if answer := withdrawn_meanwhile(request, plan, back, form):
        return answer
    if plan.ended_on is None or may_be_ended:
        return None
    who = plan.ended_by.formal_name if plan.ended_by else "somebody"
    return too_late(request, f"It ended on {day(plan.ended_on)}, by {who}.", back, form)


def reading_noted(request: StaffRequest, seen: Seen) -> None:
    """Note that somebody read of the student, and why they may."""
    if request.method == "GET":
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{seen.plan.student_id}",
            reason=seen.reason,
            path=request.get_full_path(),
        )


def form_page(request: StaffRequest, template: str, form: Any, **context: Any) -> HttpResponse:
    """Answer with a page that holds a form; 422 where what was sent has a fault."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def marks_to() -> date:
    """Return the last day that can have marks: today, or the school day before."""
    today = timezone.localdate()
    return SchoolCalendar.load().last_school_day(today) or today
