"""Planned absences: who is away when and why, and one more."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.planned import PlannedForm
from attendance.models import PlannedMark
from attendance.services import planned as services
from attendance.services.plan_rules import PlanFault
from attendance.services.planned import MarksMoved, Tick
from attendance.summaries.absences import PlanReader, PlanRow
from attendance.summaries.plan_marks import Marked, marked_against
from attendance.summaries.plan_offers import PLANNABLE, carers_of, codes_to_plan
from attendance.summaries.planned import Span, closed_spans, covers, overlap, reach_of
from attendance.summaries.reach import reached
from attendance.views.choose import Chosen, choose, student_for, tabs
from pastoral.core.models import User
from pastoral.core.paging import KeysetPage, ahead_page, keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read, key_read, plain
from students.files import offered_as_file
from students.models import Enrolment
from students.summaries import SchoolCalendar

WHEN = ("day", "coming", "earlier")
Kind, Status = PlannedMark.Kind, PlannedMark.Status


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
@offered_as_file("Planned absence")
def planned_list(request: StaffRequest) -> HttpResponse:
    """Show who is away on a day, what is coming after it, or what is over: the students this person sees."""
    day = day_read(asked_for(request, "day")) or timezone.localdate()
    when = asked_for(request, "when") if asked_for(request, "when") in WHEN else "day"
    groups = Enrolment.objects.visible_to(request.user).current(timezone.localdate()).group_names()
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
    initial = {"starts_on": first or today}
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
        day = day_read(parts[0])
        if day and len(parts) == 3 and (key := key_read(parts[2])):
            found.append(Tick(day, parts[1], key))
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
