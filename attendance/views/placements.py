"""Placements elsewhere: the board, one more, and each day's word from the providers."""

from datetime import date, datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.codes import code_on
from attendance.forms.placements import PlacementForm
from attendance.models import PlacementConfirmation, PlannedMark
from attendance.services import placements as services
from attendance.services.placements import NotExpected
from attendance.services.plan_rules import AlreadyDecided, PlanFault
from attendance.summaries.placements import Awaited, awaited, by_provider
from attendance.summaries.plan_offers import PLACED
from attendance.summaries.planned import week_words
from attendance.summaries.reach import reached
from attendance.summaries.times import SchoolTimes
from attendance.views.choose import Chosen, choose, student_for, tabs
from attendance.views.part_time import board_of
from attendance.views.plan import plan_for
from attendance.views.planned import around
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import plain
from students.summaries import SchoolCalendar

Kind, Status = PlannedMark.Kind, PlannedMark.Status
ANSWERS = (("attended", "Attended"), ("absent", "Did not attend"), ("no_answer", "No answer"))


@never_cache
@require_safe
@right_required(Right.SEE_SENSITIVE_CODES)
def placement_list(request: StaffRequest) -> HttpResponse:
    """Show the placements in force, their reviews, and those that ended this year."""
    lines = board_of(request, Kind.PLACEMENT)
    context = {
        "live": [line for line in lines if not line.is_over],
        "ended": [line for line in lines if line.is_over],
        "overdue": sum(line.is_review_overdue for line in lines),
        "waiting": sum(not row.is_done for row in _awaited(request)[0]) if request.user.may(Right.PLAN_MARKS) else 0,
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


# --- each day ----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def placement_confirm(request: StaffRequest) -> HttpResponse:
    """Show the sessions that providers are to confirm, today's and those still open; one tap takes an answer."""
    if request.method == "POST":
        _answered(request)
        return redirect("attendance:placement_confirm")
    rows, plans = _awaited(request)
    today = timezone.localdate()
    context = {
        "providers": by_provider([row for row in rows if row.day == today], plans),
        "open": by_provider([row for row in rows if row.day < today and not row.is_done], plans),
        "answers": ANSWERS,
        "today": today,
        "tabs": tabs(request),
    }
    return render(request, "attendance/placement_confirm.html", context)


def _awaited(request: StaffRequest) -> tuple[list[Awaited], list[PlannedMark]]:
    """Return the sessions expected up to the one that has begun, of the students this person plans for."""
    standing = PlannedMark.objects.visible_to(request.user).filter(kind=Kind.PLACEMENT, status=Status.AGREED)
    plans = list(standing.filter(starts_on__lte=timezone.localdate()))
    who = reached(request.user, {plan.student_id for plan in plans})
    mine = {key: each for key, each in who.items() if Right.PLAN_MARKS in each.rights}
    until = (timezone.localdate(), "PM")
    return awaited(plans, mine, SchoolCalendar.load(), until), plans


class Answer(NamedTuple):
    """One tap: which placement and session, what was seen of it, and what the provider said."""

    planned_id: int
    day: date
    session: str
    seen: str
    outcome: str


def _answer(words: str) -> Answer | None:
    parts = words.split("|")
    try:
        answer = Answer(int(parts[0][:18]), date.fromisoformat(parts[1]), *parts[2:])
    except (ValueError, IndexError, TypeError):
        return None
    known = answer.session in ("AM", "PM") and answer.outcome in PlacementConfirmation.Outcome.values
    return answer if known else None


def _answered(request: StaffRequest) -> None:
    """Take one answer down and say what came of it."""
    answer = _answer(request.POST.get("answer", ""))
    if answer is None:
        messages.error(request, "That was no answer to any session: nothing was saved.")
        return
    plan, _who = plan_for(request, answer.planned_id, Right.PLAN_MARKS)
    if not _has_begun(answer, timezone.now()):
        messages.error(request, "That session has not begun: confirm it once the student is expected there.")
        return
    try:
        told = services.placement_confirm(
            planned=plan,
            day=answer.day,
            session=answer.session,
            outcome=answer.outcome,
            seen=answer.seen,
            told_by=plain(request.POST.get("told_by", ""))[:100],
            by=request.user,
            at=timezone.now(),
        )
    except (NotExpected, AlreadyDecided) as fault:
        messages.warning(request, str(fault))
        return
    if told:
        messages.warning(request, told)


def _has_begun(answer: Answer, now: datetime) -> bool:
    return SchoolTimes.load().starts_at(answer.day, answer.session) <= now
