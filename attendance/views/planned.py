"""Planned absences: who is away when and why, one more, one of them whole, and taking one back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.forms.planned import DecideForm, MoveForm, PlannedForm, WithdrawForm
from attendance.models import PlacementConfirmation, PlannedMark
from attendance.services import planned as services
from attendance.services.planned import AlreadyDecided, MarksMoved, PlanFault, Tick
from attendance.summaries.absences import (
    PLANNABLE,
    Marked,
    PlanReader,
    PlanRow,
    carers_of,
    changes_of,
    codes_to_plan,
    expected_key,
    leave_codes,
    marked_against,
    span_words,
)
from attendance.summaries.leave import leave_context
from attendance.summaries.planned import Span, closed_spans, covers, overlap, reach_of
from attendance.summaries.reach import Reached, reached
from attendance.views.choose import Chosen, choose, read_noted, student_for, tabs
from pastoral.core.models import User
from pastoral.core.paging import KeysetPage, ahead_page, keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, plain
from students.models import Enrolment
from students.summaries import SchoolCalendar

WHEN = ("day", "coming", "earlier")
Kind, Status = PlannedMark.Kind, PlannedMark.Status
# The list that a plan of the kind stands in besides the one of all.
_LISTS: dict[str, str] = {
    Kind.LEAVE: "attendance:leave_list",
    Kind.PART_TIME: "attendance:part_time_list",
    Kind.PLACEMENT: "attendance:placement_list",
}


# --- the list ----------------------------------------------------------------------------------------


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def planned_list(request: StaffRequest) -> HttpResponse:
    """Show who is away on a day, what is coming after it, or what is over: the students this person sees."""
    day = _day(request)
    when = asked_for(request, "when") if asked_for(request, "when") in WHEN else "day"
    groups = _groups(request.user)
    plans = _narrowed(request, PlannedMark.objects.visible_to(request.user))
    page = _page(request, plans, day, when) if when != "day" else None
    rows = _rows(request.user, page.rows if page else _of_day(plans, day))
    if when == "day":
        rows = sorted(rows, key=lambda row: (row.who.year or 0, row.who.tutor_group, row.who.name))
    kind = asked_for(request, "kind")
    context = {
        "day": day,
        "when": when,
        "rows": [row for row in rows if kind not in Kind.values or row.kind == kind],
        "page": page,
        "kinds": Kind.choices,
        "kind": kind,
        "years": sorted({year for year, _ in groups}),
        "year": asked_for(request, "year"),
        "groups": [group for _, group in groups],
        "group": asked_for(request, "group"),
        "may_plan": request.user.may(Right.PLAN_MARKS),
        "is_school_day": SchoolCalendar.load().is_school_day(day),
        "tabs": tabs(request),
    }
    return render(request, "attendance/planned_list.html", context)


def _day(request: StaffRequest) -> date:
    """Return the day asked for; today when it is none."""
    try:
        return date.fromisoformat(asked_for(request, "day"))
    except ValueError:
        return timezone.localdate()


def _groups(user: User) -> list[tuple[int, str]]:
    """Return the years and tutor groups of the students that the person sees."""
    spells = Enrolment.objects.visible_to(user).current(timezone.localdate())
    names = spells.order_by("year_group", "tutor_group__name").values_list("year_group", "tutor_group__name")
    return list(names.distinct())


def _narrowed(request: StaffRequest, plans: Any) -> Any:
    year, group = asked_for(request, "year"), asked_for(request, "group")
    spells = Enrolment.objects.visible_to(request.user).current(timezone.localdate())
    if year.isdecimal() and len(year) <= 2:
        plans = plans.filter(student__in=spells.filter(year_group=int(year)).values("student"))
    if group:
        plans = plans.filter(student__in=spells.filter(tutor_group__name=group[:20]).values("student"))
    return plans


def _of_day(plans: Any, day: date) -> list[PlannedMark]:
    standing = plans.in_force(day).exclude(status=Status.WITHDRAWN)
    return [plan for plan in standing if covers(plan, day, "AM") or covers(plan, day, "PM")]


def _page(request: StaffRequest, plans: Any, day: date, when: str) -> KeysetPage[PlannedMark]:
    """Return a page of what begins after the day, soonest first, or of what is over or withdrawn, newest first."""
    cursor = asked_for(request, "before")
    if when == "coming":
        coming = plans.filter(starts_on__gt=day).exclude(status=Status.WITHDRAWN)
        return ahead_page(coming, field="starts_on", cursor=cursor)
    over = plans.filter(ends_on__lt=day) | plans.filter(status=Status.WITHDRAWN)
    return keyset_page(over, field="created_at", cursor=cursor)


def _rows(user: User, plans: Sequence[PlannedMark]) -> list[PlanRow]:
    who = reached(user, {plan.student_id for plan in plans})
    reader = PlanReader(who, SchoolCalendar.load(), closed_spans())
    return reader.rows(plans, among=_beside(user, plans))


def _beside(user: User, plans: Sequence[PlannedMark]) -> list[PlannedMark]:
    """Return whatever else is planned for those students at that time, on this page or not, in one query."""
    if not plans:
        return []
    first, last = min(plan.starts_on for plan in plans), max(plan.ends_on for plan in plans)
    others = PlannedMark.objects.visible_to(user).filter(student__in={plan.student_id for plan in plans})
    return list(others.filter(starts_on__lte=last, ends_on__gte=first).exclude(status=Status.WITHDRAWN))


# --- one more ----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def planned_add(request: StaffRequest) -> HttpResponse:
    """Take a planned absence of the student that the address names; without one, let the person choose."""
    chosen = student_for(request, Right.PLAN_MARKS)
    if chosen is None:
        return choose(request, Right.PLAN_MARKS, "Plan an absence")
    form = _planned_form(request, chosen)
    marks: tuple[Marked, ...] = ()
    if form.is_valid() and _is_offered(form, chosen):
        asked = (form.span, chosen.student.pk, form.cleaned_data["code"])
        marks = marked_against(*asked)
        if not marks or "marks_seen" in request.POST:
            done = _planned(request, chosen, form)
            if done:
                return redirect("attendance:planned_detail", done.pk)
            marks = marked_against(*asked)
    context = {
        "form": form,
        "marks": marks,
        "ticked": request.POST.getlist("mark") if "marks_seen" in request.POST else None,
        "why": request.POST.get("why", ""),
        **around(chosen, form),
        "title": "Plan an absence",
        "button": "Save the plan",
    }
    return render(request, "attendance/planned_form.html", {**context, "tabs": tabs(request)})


def _is_offered(form: PlannedForm, chosen: Chosen) -> bool:
    """Test whether the code may be planned on those very days: it was offered for today."""
    span = form.span
    codes = codes_to_plan(
        PLANNABLE, born_on=chosen.who.born_on, rights=chosen.who.rights, first=span.starts_on, last=span.ends_on
    )
    if form.cleaned_data["code"] in {code.key for code in codes}:
        return True
    form.add_error("code", "That code does not fit this student on all of those days.")
    return False


def _planned_form(request: StaffRequest, chosen: Chosen) -> PlannedForm:
    today = timezone.localdate()
    codes = codes_to_plan(PLANNABLE, born_on=chosen.who.born_on, rights=chosen.who.rights, first=today, last=today)
    calendar = SchoolCalendar.load()
    first = today if calendar.is_school_day(today) else calendar.next_school_day(today)
    initial = {"starts_on": first or today, "ends_session": "PM"}
    return PlannedForm(request.POST or None, codes=codes, carers=carers_of(chosen.student.pk), initial=initial)


def _planned(request: StaffRequest, chosen: Chosen, form: PlannedForm) -> PlannedMark | None:
    """Save the plan; None when it cannot stand, with the reason on the form."""
    try:
        done = services.planned_add(
            student=chosen.student,
            code=form.cleaned_data["code"],
            span=form.span,
            note=form.cleaned_data["note"],
            asked_by=form.teller,
            by=request.user,
            at=timezone.now(),
            ticks=ticks_of(request),
            why=why_of(request),
        )
    except PlanFault as fault:
        form.add_error(fault.field, str(fault))
        return None
    except MarksMoved as moved:
        form.add_error(None, str(moved))
        return None
    messages.success(request, f"Planned: {reach_words(form.span)}.")
    return done


def reach_words(span: Span) -> str:
    """Say plainly how many school days and sessions a span has, and what of it is not counted."""
    return reach_of(span, SchoolCalendar.load(), closed_spans()).words


def why_of(request: StaffRequest) -> str:
    """Return the reason given for changing marks, or the plain fact."""
    return plain(request.POST.get("why", ""))[:500] or "Told afterwards: planned absence"


def ticks_of(request: StaffRequest) -> list[Tick]:
    """Return the marks ticked to be changed, as they were seen; what is no mark is left out."""
    found = []
    for words in request.POST.getlist("mark"):
        parts = words.split("|")
        try:
            found.append(Tick(date.fromisoformat(parts[0]), parts[1], int(parts[2])))
        except (ValueError, IndexError):
            continue
    return found


def around(chosen: Chosen, form: Any) -> dict[str, Any]:
    """Return what stands beside a form about one student: what is planned already, and what the span covers."""
    plans = plans_of(chosen, timezone.localdate())
    reader = PlanReader({chosen.who.student_id: chosen.who}, SchoolCalendar.load(), closed_spans())
    span = form.span if form.is_bound and form.is_valid() else None
    clashes = [plan for plan in plans if span and plan.status != Status.WITHDRAWN and overlap(span, plan)]
    return {
        "who": chosen.who,
        "standing": reader.rows(plans),
        "clashes": reader.rows(clashes),
        "reach": reach_words(span) if span else "",
    }


def plans_of(chosen: Chosen, today: date) -> list[PlannedMark]:
    """Return what is planned for the student from today on, and what was in the last weeks."""
    since = today - timedelta(days=28)
    return list(chosen.student.planned_marks.filter(ends_on__gte=since).exclude(status=Status.WITHDRAWN))


# --- one of them -------------------------------------------------------------------------------------


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
