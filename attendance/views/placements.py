"""Placements elsewhere: the board, and one more."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.codes import code_on
from attendance.forms.placements import PlacementForm
from attendance.models import PlannedMark
from attendance.services import placements as services
from attendance.services.plan_rules import PlanFault
from attendance.summaries.plan_offers import PLACED
from attendance.summaries.planned import week_words
from attendance.views.choose import Chosen, choose, student_for, tabs
from attendance.views.part_time import board_of
from attendance.views.placement_day import awaited_by
from attendance.views.planned import around
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.files import offered_as_file
from students.summaries import SchoolCalendar

Kind = PlannedMark.Kind


@never_cache
@require_safe
@right_required(Right.SEE_SENSITIVE_CODES)
@offered_as_file("Placements")
def placement_list(request: StaffRequest) -> HttpResponse:
    """Show the placements in force, their reviews, and those that ended this year."""
    calendar = SchoolCalendar.load()
    lines = board_of(request, Kind.PLACEMENT, calendar)
    awaits = awaited_by(request, calendar)[0] if request.user.may(Right.PLAN_MARKS) else []
    context = {
        "live": [line for line in lines if not line.is_over],
        "ended": [line for line in lines if line.is_over],
        "overdue": sum(line.is_review_overdue for line in lines),
        "waiting": sum(row.is_waiting for row in awaits),
        "may_plan": request.user.may(Right.PLAN_MARKS),
        "tabs": tabs(request),
    }
    return render(request, "attendance/placement_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def placement_add(request: StaffRequest) -> HttpResponse:
    """Take a placement of the student that the address names."""
    chosen = student_for(request, Right.PLAN_MARKS)
    if chosen is None:
        return choose(request, Right.PLAN_MARKS, "Placement elsewhere")
    today = timezone.localdate()
    codes = [code for letters in PLACED if (code := code_on(letters, today)) is not None]
    form = PlacementForm(request.POST or None, codes=codes)
    if form.is_valid():
        done = _placed(request, chosen, form)
        if done:
            return redirect("attendance:planned_detail", done.pk)
    context = {"form": form, **around(chosen, form), "title": "Placement elsewhere", "button": "Save the placement"}
    return render(request, "attendance/planned_form.html", {**context, "tabs": tabs(request)})


def _placed(request: StaffRequest, chosen: Chosen, form: PlacementForm) -> PlannedMark | None:
    names = ("code", "provider", "telephone", "review_on", "note")
    try:
        done = services.placement_add(
            student=chosen.student,
            span=form.span,
            by=request.user,
            at=timezone.now(),
            **{name: form.cleaned_data[name] for name in names},
        )
    except PlanFault as fault:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        return None
    messages.success(request, f"Saved: {done.provider}, {week_words(done.sessions)}. Ring them on each of those days.")
    return done
