"""Each day's word from the providers: which of the students placed there attended."""

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.forms.placements import Answer, answers_of
from attendance.models import PlacementConfirmation, PlannedMark
from attendance.services import placements as services
from attendance.services.placements import NotExpected
from attendance.services.plan_rules import AlreadyDecided
from attendance.summaries.placements import Awaited, awaited, by_provider
from attendance.summaries.reach import reached
from attendance.summaries.times import SchoolTimes
from attendance.views.choose import tabs
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import plain
from students.summaries import SchoolCalendar

Kind, Status = PlannedMark.Kind, PlannedMark.Status


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.PLAN_MARKS)
def placement_confirm(request: StaffRequest) -> HttpResponse:
    """Show by provider which sessions are to confirm, today's and those still open, and take the answers of one."""
    if request.method == "POST":
        _answered(request)
        return redirect("attendance:placement_confirm")
    rows, plans = awaited_by(request, SchoolCalendar.load())
    today = timezone.localdate()
    context = {
        "providers": by_provider(rows, plans, today),
        "answers": PlacementConfirmation.Outcome.choices,
        "today": today,
        "tabs": tabs(request),
    }
    return render(request, "attendance/placement_confirm.html", context)


def awaited_by(request: StaffRequest, calendar: SchoolCalendar) -> tuple[list[Awaited], list[PlannedMark]]:
    """Return the sessions expected up to today, of the students this person plans for, with the placements."""
    standing = PlannedMark.objects.visible_to(request.user).filter(kind=Kind.PLACEMENT, status=Status.AGREED)
    plans = list(standing.filter(starts_on__lte=timezone.localdate()))
    who = reached(request.user, {plan.student_id for plan in plans})
    mine = {key: each for key, each in who.items() if Right.PLAN_MARKS in each.rights}
    return awaited(plans, mine, calendar, SchoolTimes.load(), timezone.now()), plans


def _answered(request: StaffRequest) -> None:
    """Take the answers of one provider down and say what came of them."""
    answers = answers_of(request.POST)
    plans = _plans(request, {answer.planned_id for answer in answers})
    told_by, times = plain(request.POST.get("told_by", ""))[:100], SchoolTimes.load()
    saved: Counter[str] = Counter()
    for answer in answers:
        plan = plans[answer.planned_id]
        if times.starts_at(answer.day, answer.session) > timezone.now():
            is_saved, words = False, "that session has not begun: it can be confirmed once it has."
        else:
            is_saved, words = _taken(request, plan, answer, told_by)
        saved[plan.provider] += is_saved
        if words:
            name = f"{plan.student.sort_name}, {answer.day:%a} {answer.day.day} {answer.day:%b} {answer.session}"
            messages.warning(request, f"{name}: {words}")
    if not answers:
        messages.info(request, "Nothing was changed: choose what the provider said, then save.")
    for provider, count in (+saved).items():
        messages.success(request, f"Saved: {count} session{'s' * (count != 1)} at {provider}.")


def _plans(request: StaffRequest, keys: set[int]) -> dict[int, PlannedMark]:
    """Return the placements of the answers: 404 unless this person plans for every student among them."""
    plans = PlannedMark.objects.visible_to(request.user).filter(pk__in=keys).select_related("student")
    held = {plan.pk: plan for plan in plans}
    who = reached(request.user, {plan.student_id for plan in held.values()})
    if not all(key in held and Right.PLAN_MARKS in who[held[key].student_id].rights for key in keys):
        raise Http404("no such placement among those this person plans")
    return held


def _taken(request: StaffRequest, plan: PlannedMark, answer: Answer, told_by: str) -> tuple[bool, str]:
    """Take one answer down; return whether it is, and what to tell of it."""
    try:
        told = services.placement_confirm(
            planned=plan,
            day=answer.day,
            session=answer.session,
            outcome=answer.outcome,
            seen=answer.seen,
            told_by=told_by,
            by=request.user,
            at=timezone.now(),
        )
    except (NotExpected, AlreadyDecided) as fault:
        return False, str(fault)
    return True, told
