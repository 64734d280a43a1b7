"""A plan opened, filled, begun and changed."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attendance.summaries.reach import reached
from contacts.summaries.keepers import keepers_of
from interventions.figures.plan_dates import ends_after, review_days
from interventions.forms.plan_parts import ReviewDayForm
from interventions.forms.plans import PlanForm, rows_initial
from interventions.models import Intervention, PACase, Plan, PlanKind
from interventions.services import plans as services
from interventions.services.actions import Settled, action_done, action_reopen
from interventions.services.plan_parts import review_set
from interventions.summaries.plan_content import early_help_words, timetable_words
from interventions.summaries.plan_list import kinds_kept
from interventions.summaries.plan_reading import Seen, plan_seen
from interventions.summaries.plan_writing import (
    FACTS,
    early_help_offered,
    lines_of,
    missing_of,
    state_of,
    timetables_offered,
)
from interventions.views.plan_common import address_of, form_page, kept, over, reading_noted
from pastoral.core.late import too_late
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for, key_asked, key_read
from students.models import Student
from students.picking import Picking
from students.summaries import SchoolCalendar


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_add(request: StaffRequest) -> HttpResponse:
    """Open a plan: first the student, whom the address may name, then everything on one page."""
    picking = Picking.of(request.GET, Student.objects.with_right(request.user, Right.KEEP_PLANS))
    kinds = kinds_kept(is_active=True)
    if len(picking.chosen) != 1 or not kinds:
        if len(picking.chosen) > 1:
            picking.fault = "Choose one student: each plan is about one."
        return render(request, "interventions/plan_choose.html", {"picking": picking, "asked": request.GET})
    (student,) = picking.chosen
    wanted = key_asked(request, "kind")
    kind = next((each for each in kinds if each.pk == wanted), kinds[0])
    links = _links(request, student)
    before: Any = links.get("follows")
    form = PlanForm(
        request.POST or None, initial=_first_words(request, student, kind, links), **_offered(request, student, kind)
    )
    if form.is_valid() and (made := _opened(request, student, kind, form, links)):
        return redirect(address_of(made))
    context = {"student": student, "kind": kind, "kinds": kinds, "before": before, "others": _others(request, kind)}
    return form_page(request, "interventions/plan_form.html", form, **context, **_points(kind, form.initial))


def _opened(request: StaffRequest, student: Student, kind: PlanKind, form: PlanForm, links: Any) -> Plan | None:
    now, token = timezone.now(), form.cleaned_data["token"]
    made = services.plan_open(
        student=student, kind=kind, writing=form.writing(), token=token, by=request.user, now=now, links=links
    )
    if request.POST.get("do") != "begin":
        messages.success(request, "Kept as a draft.")
        return made
    _begun(request, made)
    return made


def _begun(request: StaffRequest, plan: Plan) -> None:
    """Begin it, or say what has to be there first: the draft is kept."""
    try:
        services.plan_begin(plan=plan, by=request.user, now=timezone.now(), on=timezone.localdate())
    except services.NotReady as fault:
        messages.error(request, f"Kept as a draft, and not begun yet. {fault}")
    else:
        messages.success(request, "Begun: version 1 is frozen, and the reviews are set.")


def _links(request: StaffRequest, student: Student) -> dict[str, Any]:
    """Return the case, the intervention and the plan that the address names, those of the student's one may see."""
    cases = PACase.objects.visible_to(request.user).filter(student=student)
    ones = Intervention.objects.visible_to(request.user).filter(students__student=student)
    plans = Plan.objects.visible_to(request.user).filter(student=student, next_plan=None).exclude(ended_on=None)
    found = {
        "case": cases.filter(pk=key_asked(request, "case")).first(),
        "intervention": ones.filter(pk=key_asked(request, "intervention")).distinct().first(),
        "follows": plans.filter(pk=key_asked(request, "follows")).first(),
    }
    return {name: each for name, each in found.items() if each is not None}


def _first_words(request: StaffRequest, student: Student, kind: PlanKind, links: dict[str, Any]) -> dict[str, Any]:
    """Return what the form begins with: usual days, what it is tied to, and what it came from."""
    calendar, today = SchoolCalendar.load(), timezone.localdate()
    begins = today if calendar.is_school_day(today) else calendar.next_school_day(today) or today
    initial: dict[str, Any] = {
        "owner": request.user.pk,
        "starts_on": begins,
        "ends_on": ends_after(begins, kind.weeks, calendar),
        "timetable": timetables_offered(student.pk, today, None).order_by("-starts_on").first(),
        "early_help": early_help_offered(student.pk, None).first(),
        "reason": asked_for(request, "because"),
    }
    before: Plan | None = links.get("follows")
    if before is not None and _reads(request, before):
        initial |= {"reason": before.reason, "strengths": before.strengths} | _rows_again(before)
    return initial


def _reads(request: StaffRequest, plan: Plan) -> bool:
    seen = plan_seen(request.user, plan.pk)
    return seen is not None and seen.reads


def _rows_again(before: Plan) -> dict[str, Any]:
    """Return the rows of the plan before, as new ones."""
    return {name: value for name, value in rows_initial(lines_of(before)).items() if not name.endswith("_key")}


def _offered(request: StaffRequest, student: Student, kind: PlanKind, plan: Plan | None = None) -> dict[str, Any]:
    """Return what the form offers about the student."""
    today = timezone.localdate()
    owner = plan.owner_id if plan else request.user.pk
    keepers = keepers_of(student, Right.KEEP_PLANS, today, also=owner)
    timetable, early_help = (plan.timetable_id, plan.early_help_id) if plan else (None, None)
    return {
        "kind": kind,
        "keepers": keepers,
        "colleagues": keepers_of(student, Right.SEE_STUDENT, today, also=owner),
        "ties": {
            "timetable": (timetable_words, timetables_offered(student.pk, today, timetable)),
            "early_help": (early_help_words, early_help_offered(student.pk, early_help)),
        },
        "reader": request.user,
        "reads_restricted": Right.SEE_RESTRICTED in _rights(request, student),
    }


def _rights(request: StaffRequest, student: Student) -> frozenset[Right]:
    who = reached(request.user, [student.pk]).get(student.pk)
    return who.rights if who else frozenset()


def _others(request: StaffRequest, kind: PlanKind) -> str:
    """Return the rest of the address, for the links to other kinds."""
    asked = request.GET.copy()
    asked.pop("kind", None)
    return asked.urlencode()


def _points(kind: PlanKind, initial: Any) -> dict[str, Any]:
    """Return the review points that the usual days lead to."""
    begins, ends = initial.get("starts_on"), initial.get("ends_on")
    days = review_days(begins, ends, kind.review_weeks, SchoolCalendar.load()) if begins and ends else []
    return {"points": days, "usual_end": ends or timezone.localdate() + timedelta(weeks=kind.weeks)}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PLANS)
def plan_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a draft, or a plan that runs: then a new version is frozen with what changed."""
    seen = kept(request, pk)
    plan = seen.plan
    form = _form_of(request, seen)
    if answer := over(request, seen, form):
        return answer
    if form.is_valid() and _changed(request, plan, form):
        return redirect(address_of(plan))
    reading_noted(request, seen)
    others = plan.actions.read_by(request.user).filter(withdrawn_at=None).select_related("owner")
    context = {"student": plan.student, "kind": plan.kind, "plan": plan, "seen": seen, "set_already": others}
    missing = missing_of(plan, lines_of(plan)) if seen.is_draft else []
    return form_page(request, "interventions/plan_form.html", form, missing=missing, **context)


def _form_of(request: StaffRequest, seen: Seen) -> PlanForm:
    plan = seen.plan
    stands: dict[str, Any] = {name.removesuffix("_id"): getattr(plan, name) for name in FACTS}
    initial = stands | rows_initial(lines_of(plan)) | {"seen": state_of(plan)}
    offered = _offered(request, plan.student, plan.kind, plan)
    return PlanForm(request.POST or None, initial=initial, is_begun=not seen.is_draft, **offered)


def _changed(request: StaffRequest, plan: Plan, form: PlanForm) -> bool:
    """Save it, and begin a draft where that was asked; where it cannot be, say why at the form."""
    data = form.cleaned_data
    try:
        changed = services.plan_change(
            plan=plan,
            seen=data["seen"],
            writing=form.writing(),
            because=data.get("because", ""),
            token=data["token"],
            by=request.user,
            now=timezone.now(),
        )
    except Overtaken:
        form.overtaken()
        return False
    except (services.Over, services.NotReady) as fault:
        form.add_error(None, str(fault))
        return False
    if request.POST.get("do") == "begin":
        _begun(request, changed)
    elif changed.begun_on:
        messages.success(request, "Saved; what it said before stays in the version before.")
    else:
        messages.success(request, "Kept as a draft.")
    return True


@never_cache
@require_POST
@right_required(Right.KEEP_PLANS)
def plan_act(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a draft, set a review, tick an action, or go on with what was ended: `do` says which."""
    seen, do = kept(request, pk), request.POST.get("do", "")
    plan = seen.plan
    if answer := over(request, seen, may_be_ended=do == "reopen"):
        return answer
    if do == "begin":
        _begun(request, plan)
    elif do == "reopen":
        try:
            services.plan_reopen(plan=plan, seen=request.POST.get("seen", ""))
        except services.Over as fault:
            return too_late(request, str(fault), address_of(plan), stays=True)
        messages.success(request, "It goes on.")
    elif do in ("done", "undo"):
        return _action_settled(request, seen, do)
    elif do == "review":
        form = ReviewDayForm(request.POST)
        if form.is_valid():
            review_set(plan=plan, due_on=form.cleaned_data["due_on"])
            messages.success(request, "The review is set.")
        else:
            messages.error(request, " ".join(str(each) for faults in form.errors.values() for each in faults))
    return redirect(address_of(plan))


def _action_settled(request: StaffRequest, seen: Seen, do: str) -> HttpResponse:
    """Note that an action of the plan is done, or open it again."""
    actions: Any = seen.plan.actions
    read = actions.read_by(request.user).filter(withdrawn_at=None)
    held = get_object_or_404(read, pk=key_read(request.POST.get("action", "")))
    try:
        if do == "undo":
            action_reopen(action=held, seen=request.POST.get("seen", ""))
        else:
            action_done(action=held, on=timezone.localdate(), by=request.user)
    except Settled as fault:
        return too_late(request, str(fault), address_of(seen.plan), stays=True)
    messages.success(request, "It is open again." if do == "undo" else "Done.")
    return redirect(address_of(seen.plan))
