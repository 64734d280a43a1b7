"""Leave: asked for by a parent, decided by those whom the proprietor authorised, and taken though refused."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.forms.leave import DecideForm, LeaveForm
from attendance.models import PlannedMark
from attendance.services import leave as services
from attendance.services.leave import Decision
from attendance.services.plan_rules import AlreadyDecided, PlanFault
from attendance.summaries.absences import PlanReader
from attendance.summaries.leave import taken_of
from attendance.summaries.plan_offers import carers_of, leave_codes
from attendance.summaries.planned import Span, closed_spans
from attendance.summaries.reach import reached
from attendance.views.choose import Chosen, choose, student_for, tabs
from attendance.views.plan import decide_form, plan_for, shown
from attendance.views.planned import around, reach_words
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.calendar import academic_year_of, academic_year_start
from students.files import offered_as_file
from students.summaries import SchoolCalendar

Status = PlannedMark.Status


@never_cache
@require_safe
@right_required(Right.PLAN_MARKS, Right.APPROVE_LEAVE)
@offered_as_file("Leave asked for")
def leave_list(request: StaffRequest) -> HttpResponse:
    """Show the requests that wait, leave decided that the register does not agree with, and all decided."""
    leave = PlannedMark.objects.visible_to(request.user).filter(kind=PlannedMark.Kind.LEAVE)
    waiting = list(leave.filter(status=Status.ASKED).order_by("starts_on", "asked_on", "pk"))
    since = academic_year_start(academic_year_of(timezone.localdate()))
    this_year = leave.filter(status__in=[Status.AGREED, Status.REFUSED], ends_on__gte=since)
    held = list(this_year.order_by("-starts_on", "pk"))
    page = keyset_page(
        leave.exclude(status=Status.ASKED).select_related("decided_by"),
        field="decided_at",
        cursor=asked_for(request, "before"),
    )
    who = reached(request.user, {plan.student_id for plan in [*waiting, *held, *page.rows]})
    reader = PlanReader(who, SchoolCalendar.load(), closed_spans())
    taken = taken_of(held)
    told = [(row, taken[row.key]) for row in reader.rows(held) if row.key in taken and row.sees_whole]
    decided = {row.key: row for row in reader.rows(page.rows)}
    context = {
        "waiting": reader.rows(waiting, among=waiting),
        "lists": [
            ("taken", "Refused and taken all the same", [line for line in told if line[0].is_refused]),
            ("unknown", "Granted, and the register says otherwise", [line for line in told if not line[0].is_refused]),
        ],
        "decided": [(plan, decided[plan.pk]) for plan in page.rows if plan.pk in decided],
        "page": page,
        "may_ask": request.user.may(Right.PLAN_MARKS),
        "may_decide": request.user.may(Right.APPROVE_LEAVE),
        "tabs": tabs(request),
    }
    return render(request, "attendance/leave_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def leave_ask(request: StaffRequest) -> HttpResponse:
    """Take down a parent's request for leave of the student that the address names."""
    chosen = student_for(request, Right.PLAN_MARKS)
    if chosen is None:
        return choose(request, Right.PLAN_MARKS, "Record a leave request")
    today = timezone.localdate()
    form = LeaveForm(
        request.POST or None,
        codes=leave_codes(today),
        carers=carers_of(chosen.student.pk),
        today=today,
    )
    if form.is_valid():
        done = _asked(request, chosen, form)
        if done:
            return redirect("attendance:planned_detail", done.pk)
    context = {"form": form, **around(chosen, form), "title": "Record a leave request", "button": "Put it in the queue"}
    return render(request, "attendance/planned_form.html", {**context, "tabs": tabs(request)})


def _asked(request: StaffRequest, chosen: Chosen, form: LeaveForm) -> PlannedMark | None:
    data = form.cleaned_data
    try:
        done = services.leave_ask(
            student=chosen.student,
            code=data["code"],
            span=form.span,
            note=data["note"],
            asked_by=form.teller,
            asked_on=data["asked_on"],
            by=request.user,
            at=timezone.now(),
        )
    except PlanFault as fault:
        form.add_error(fault.field, str(fault))
        return None
    messages.success(request, f"In the queue: {reach_words(form.span)}. Nothing is expected until it is decided.")
    return done


@require_POST
@right_required(Right.APPROVE_LEAVE)
def leave_decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Grant leave, part of it, or refuse it; who comes second is shown what the first decided."""
    plan, who = plan_for(request, pk, Right.APPROVE_LEAVE)
    form = decide_form(plan, request.POST)
    if form.is_valid() and _decided(request, plan, form):
        return redirect("attendance:planned_detail", pk)
    return shown(request, plan, who, decide=form)


def _decided(request: StaffRequest, plan: PlannedMark, form: DecideForm) -> bool:
    data = form.cleaned_data
    decision = Decision(data["decision"])
    try:
        held = services.leave_decide(
            planned=plan,
            decision=decision,
            code=data["code"],
            span=form.span if decision is Decision.PART else Span.of(plan),
            reason=data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except PlanFault as fault:
        form.add_error(fault.field if fault.field in form.fields else None, str(fault))
        return False
    except AlreadyDecided as done:
        kept = f" You wrote: {data['reason']}" if data["reason"] else ""
        messages.warning(request, f"{done}{kept}")
        return True
    said = {Decision.GRANT: "Granted", Decision.PART: "Granted in part", Decision.REFUSE: "Refused"}[decision]
    messages.success(request, f"{said}: {reach_words(Span.of(held))}.")
    return True
