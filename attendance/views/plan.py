"""One plan: what it is, how it came to be so, and moving or taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.forms.leave import DecideForm
from attendance.forms.planned import MoveForm, WithdrawForm
from attendance.models import PlacementConfirmation, PlannedMark
from attendance.services import planned as services
from attendance.services.plan_rules import AlreadyDecided, PlanFault
from attendance.services.planned import MarksMoved
from attendance.summaries.absences import PlanReader, PlanRow, span_words
from attendance.summaries.leave import leave_context
from attendance.summaries.plan_changes import changes_of
from attendance.summaries.plan_marks import expected_key, marked_against
from attendance.summaries.plan_offers import leave_codes
from attendance.summaries.planned import closed_spans
from attendance.summaries.reach import Reached, reached
from attendance.views.choose import read_noted, tabs
from attendance.views.planned import ticks_of, why_of
from pastoral.core.models import User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.summaries import SchoolCalendar

Kind, Status = PlannedMark.Kind, PlannedMark.Status
# The list that a plan of the kind stands in besides the one of all.
_LISTS: dict[str, str] = {
    Kind.LEAVE: "attendance:leave_list",
    Kind.PART_TIME: "attendance:part_time_list",
    Kind.PLACEMENT: "attendance:placement_list",
}


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def planned_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one plan: what, when, who said so, how it came to be so, and what may be done with it."""
    plan, who = plan_for(request, pk)
    return shown(request, plan, who)


def plan_for(request: StaffRequest, pk: int, *rights: Right) -> tuple[PlannedMark, Reached]:
    """Return a plan of a student this person sees: 404 else, 403 without one of the rights over the student."""
    plan = get_object_or_404(
        PlannedMark.objects.visible_to(request.user).select_related("student", "created_by", "decided_by"), pk=pk
    )
    who = reached(request.user, [plan.student_id]).get(plan.student_id)
    if who is None:
        raise Http404("no such plan among those this person may see")
    if rights and not who.rights.intersection(rights):
        raise PermissionDenied("this student is reached without the right")
    return plan, who


def shown(request: StaffRequest, plan: PlannedMark, who: Reached, **forms: Any) -> HttpResponse:
    """Draw one plan's page; a form handed in stands in the place of its own, with what was typed."""
    read_noted(request, who)
    calendar = SchoolCalendar.load()
    neighbours = list(PlannedMark.objects.visible_to(request.user).filter(student=plan.student_id))
    row = PlanReader({who.student_id: who}, calendar, closed_spans()).row(plan, among=neighbours)
    may_mark = Right.SET_ABSENCE_CODES in who.rights and plan.status in (Status.AGREED, Status.REFUSED)
    may_decide = plan.status == Status.ASKED and Right.APPROVE_LEAVE in who.rights
    is_moved = plan.kind in (Kind.PART_TIME, Kind.PLACEMENT) and plan.status == Status.AGREED
    context = {
        "plan": plan if row.sees_whole else None,
        "row": row,
        "tabs": tabs(request, _LISTS.get(row.kind, "")),
        "changes": changes_of(plan) if row.sees_whole else (),
        "marks": marked_against(plan, plan.student_id, expected_key(plan)) if may_mark and _marks_follow(plan) else (),
        "context": leave_context(plan, neighbours, calendar, timezone.localdate())
        if _is_to_decide(plan, row)
        else None,
        "decide": forms.get("decide") or (decide_form(plan) if may_decide else None),
        "move": forms.get("move") or (_move_form(plan) if is_moved and Right.PLAN_MARKS in who.rights else None),
        "withdraw": forms.get("withdraw") or (WithdrawForm() if may_withdraw(plan, who) else None),
        "heard": _heard(request.user, plan) if plan.kind == Kind.PLACEMENT and row.sees_whole else (),
        "today": timezone.localdate(),
    }
    return render(request, "attendance/planned_detail.html", context)


def _marks_follow(plan: PlannedMark) -> bool:
    """Test whether the plan's sessions are to have its code: a placement's marks follow what the provider says."""
    return plan.kind != Kind.PLACEMENT


def _is_to_decide(plan: PlannedMark, row: PlanRow) -> bool:
    return plan.status == Status.ASKED and row.sees_whole


def decide_form(plan: PlannedMark, data: Any = None) -> DecideForm:
    """Return the form for deciding a request, filled with what was asked for."""
    initial = {
        "starts_on": plan.starts_on,
        "starts_session": plan.starts_session,
        "ends_on": plan.ends_on,
        "ends_session": plan.ends_session,
        "code": plan.code_id,
    }
    return DecideForm(data, codes=leave_codes(plan.starts_on), initial=initial)


def _move_form(plan: PlannedMark, data: Any = None) -> MoveForm:
    initial = {"seen": services.dates_seen(plan), "ends_on": plan.ends_on, "review_on": plan.review_on}
    return MoveForm(data, initial=initial, prefix="move")


def may_withdraw(plan: PlannedMark, who: Reached) -> bool:
    """Test whether this person may take the plan back: a refusal only for those who decide leave."""
    if plan.status == Status.WITHDRAWN:
        return False
    needed = Right.APPROVE_LEAVE if plan.status == Status.REFUSED else Right.PLAN_MARKS
    return needed in who.rights


def _heard(user: User, plan: PlannedMark) -> list[PlacementConfirmation]:
    return list(PlacementConfirmation.objects.visible_to(user).filter(planned=plan).select_related("confirmed_by")[:60])


@require_POST
@right_required(Right.PLAN_MARKS, Right.APPROVE_LEAVE)
def planned_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a plan back with a reason; it stays to be read."""
    plan, who = plan_for(request, pk, Right.PLAN_MARKS, Right.APPROVE_LEAVE)
    if plan.status != Status.WITHDRAWN and not may_withdraw(plan, who):
        raise PermissionDenied("this is for somebody who decides leave")
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return shown(request, plan, who, withdraw=form)
    try:
        services.planned_withdraw(planned=plan, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except AlreadyDecided as done:
        messages.warning(request, str(done))
    else:
        gone = span_words(plan)
        messages.success(request, f"Withdrawn: {gone}. Registers do not expect it any more; marks made stay.")
    return redirect("attendance:planned_detail", pk)


@require_POST
@right_required(Right.SET_ABSENCE_CODES)
def planned_marks(request: StaffRequest, pk: int) -> HttpResponse:
    """Give the ticked marks of a plan's sessions the code that it expects."""
    plan, _who = plan_for(request, pk, Right.SET_ABSENCE_CODES)
    ticks = ticks_of(request)
    if not ticks or plan.status not in (Status.AGREED, Status.REFUSED):
        messages.warning(request, "No mark was ticked: nothing was changed.")
        return redirect("attendance:planned_detail", pk)
    try:
        written = services.marks_change(planned=plan, ticks=ticks, why=why_of(request), by=request.user)
    except MarksMoved as moved:
        messages.error(request, str(moved))
    else:
        count = len(written)
        messages.success(request, f"{count} mark{'s' * (count != 1)} changed. The reason stays with each of them.")
    return redirect("attendance:planned_detail", pk)


@require_POST
@right_required(Right.PLAN_MARKS)
def planned_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Extend a part-time timetable or placement, end it early, or set its next review, with a reason."""
    plan, who = plan_for(request, pk, Right.PLAN_MARKS)
    if plan.kind not in (Kind.PART_TIME, Kind.PLACEMENT) or plan.status != Status.AGREED:
        raise Http404("no dates to move")
    form = _move_form(plan, request.POST)
    if form.is_valid() and _moved(request, plan, form):
        return redirect("attendance:planned_detail", pk)
    return shown(request, plan, who, move=form)


def _moved(request: StaffRequest, plan: PlannedMark, form: MoveForm) -> bool:
    try:
        held = services.plan_move(planned=plan, by=request.user, at=timezone.now(), **form.cleaned_data)
    except PlanFault as fault:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        return False
    except AlreadyDecided as done:
        messages.error(request, f"{done} You wrote: {form.cleaned_data['reason']}")
        return True
    messages.success(request, f"It now runs {span_words(held)}, next review {held.review_on:%a %-d %b}.")
    return True
