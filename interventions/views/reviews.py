"""An intervention looked at: the figures, the outcome they propose, what is decided; and its effect alone."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from interventions.forms.reviews import Decision, ReviewForm
from interventions.services import reviews as services
from interventions.summaries.interventions import Row
from interventions.summaries.offered import deliverers_offered
from interventions.summaries.outcomes import came_of, statement
from interventions.summaries.record import because_of, ratings_in
from interventions.views.common import address_of, kept, readings_noted, shown
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required

TWO_WEEKS = timedelta(days=14)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_INTERVENTIONS)
def intervention_review(request: StaffRequest, pk: int) -> HttpResponse:
    """Hold a review: the figures are there, the outcome is proposed; or say how it came out once it has ended."""
    row = kept(request, pk)
    today = timezone.localdate()
    is_over = row.row.ended_on is not None
    form = _form(request, row, today, is_over=is_over)
    if answer := withdrawn_meanwhile(request, row.row, address_of(pk), form):
        return answer
    if is_over and not form.came:
        messages.info(request, "It has its outcome for each student whom you see.")
        return redirect(address_of(pk))
    if form.is_valid():
        return _held(request, row, form, today)
    context = {"form": form, "shown": row, "row": row.row, "is_over": is_over}
    return render(request, "interventions/review_form.html", context, status=422 if form.errors else 200)


def _form(request: StaffRequest, row: Row, today: date, *, is_over: bool) -> ReviewForm:
    came = came_of(row, ratings_in(row), today)
    if is_over:
        came = [each for each in came if not each.member.place.outcome]
    day = row.calendar.next_school_day(today + TWO_WEEKS) or today + TWO_WEEKS
    ends = row.is_over_time or row.row.planned_until <= today
    initial = {
        "decision": Decision.END if ends else Decision.GO_ON,
        "next_on": None if ends else max(row.next_review or day, day),
        "step_owner": row.row.owner_id,
        "step_on": day,
    }
    return ReviewForm(
        request.POST or None,
        initial=initial,
        came=came,
        owners=deliverers_offered(today, row.row.owner_id),
        is_over=is_over,
        today=today,
    )


def _held(request: StaffRequest, row: Row, form: ReviewForm, today: date) -> HttpResponse:
    write = services.outcomes_give if form.is_over else services.review_hold
    token = form.cleaned_data["token"]
    try:
        write(intervention=row.row, found=form.found(), token=token, by=request.user, on=today)
    except services.ReviewHeld as fault:
        return too_late(request, str(fault), address_of(row.row.pk), form)
    ends = form.is_over or form.cleaned_data["decision"] == Decision.END
    messages.success(request, "It has ended, with its outcome." if ends else "The review is held.")
    if ends and form.cleaned_data["starts_next"]:
        students = "".join(f"&student={each.member.place.student_id}" for each in form.came)
        return redirect(f"{reverse('interventions:intervention_add')}?follows={row.row.pk}{students}")
    return redirect(address_of(row.row.pk))


@never_cache
@require_safe
@right_required(Right.SEE_INTERVENTIONS)
def intervention_effect(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what was measured for each student, and the statement to copy; to htmx the panel alone."""
    row = shown(request, pk)
    if not row.reads:
        raise Http404("not the person's to read")
    came = came_of(row, ratings_in(row), timezone.localdate())
    readings_noted(request, [row])
    said = statement(row, because_of(request.user, row), came)
    context: dict[str, Any] = {"shown": row, "row": row.row, "came": came, "statement": said}
    name = "interventions/_effect_panel.html" if request.htmx else "interventions/intervention_effect.html"
    return render(request, name, context)
