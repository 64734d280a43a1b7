"""One attendance case: the page, and what is done on it in one tap."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.summaries.keepers import keepers_of
from interventions.figures.evidence import PROFILES, Profile
from interventions.forms.case_parts import ActionForm, BarrierForm
from interventions.models import PACase
from interventions.services import actions as action_services
from interventions.services import case_parts as services
from interventions.summaries.case_page import CasePage
from interventions.summaries.case_records import Records, evidence_of, is_offered
from interventions.summaries.ladder import barriers_to_add
from interventions.views.case_common import actions_read, case_held, is_kept, is_read, reading_noted, who_is
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import day
from pastoral.core.words import asked_for, key_read


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_PA_CASES)
def case_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a case whole, and take what is done on it; of a restricted one only whose it is."""
    case, who = case_held(request, pk)
    if not is_read(request, case, who):
        if request.method == "POST":
            raise Http404("not a case that this person keeps")
        return render(request, "interventions/case_restricted.html", {"case": case, "who": who})
    may_keep = is_kept(request, case, who)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _forms(request, case, do) if may_keep and case.closed_on is None else {}
    if do:
        if not may_keep or do not in _ACTS:
            raise Http404("not the person's to do")
        if answer := withdrawn_meanwhile(request, case, request.path, forms.get(do)):
            return answer
        if case.closed_on is not None:
            return too_late(request, f"It was closed on {day(case.closed_on)}.", request.path, forms.get(do))
        if answer := _ACTS[do](request, case, forms.get(do)):
            return answer
    profile = _profile(request)
    page = CasePage.load(request.user, case, who, timezone.localdate(), may_keep=may_keep, profile=profile)
    reading_noted(request, who)
    context = {
        "page": page,
        "case": case,
        "who": who,
        "may_keep": may_keep and page.is_open,
        "acts": forms if page.is_open else {},
        "opened": do,
        "profiles": [("", "All fifteen items", profile is None)]
        + [(str(each), words, each is profile) for each, words in PROFILES.items()],
        "today": page.today,
    }
    return render(request, "interventions/case_detail.html", context, status=422 if do in forms else 200)


def _profile(request: StaffRequest) -> Profile | None:
    asked = asked_for(request, "list")
    return Profile(asked) if asked in set(Profile) else None


def _forms(request: StaffRequest, case: PACase, do: str) -> dict[str, Any]:
    """Return the forms on the page, the one that was sent filled with it."""
    today = timezone.localdate()
    keepers = keepers_of(case.student, Right.KEEP_PA_CASES, today, also=case.owner_id)
    action = ActionForm(request.POST if do == "action" else None, initial={"owner": case.owner_id})
    action.offer_owners(keepers)
    forms: dict[str, Any] = {
        "action": action,
        "barrier": BarrierForm(request.POST if do == "barrier" else None, barriers=barriers_to_add(case)),
    }
    for slug, form in forms.items():
        form.auto_id = f"{slug}-%s"
    return forms


def _add_action(request: StaffRequest, case: PACase, form: Any) -> HttpResponse | None:
    if not form.is_valid():
        return None
    facts = form.facts() | {"case": case, "student_id": case.student_id}
    action_services.action_set(token=form.cleaned_data["token"], facts=facts, by=request.user)
    return _saved(request, case, "The action is added.", "actions")


def _add_barrier(request: StaffRequest, case: PACase, form: Any) -> HttpResponse | None:
    if not form.is_valid():
        return None
    services.barrier_add(case=case, on=timezone.localdate(), by=request.user, **form.cleaned_data)
    return _saved(request, case, "The barrier is added.", "barriers")


def _ease(request: StaffRequest, case: PACase, form: Any) -> HttpResponse:
    services.barrier_ease(case=case, key=key_read(request.POST.get("barrier", "")), on=timezone.localdate())
    return _saved(request, case, "It no longer stands in the way.", "barriers")


def _done(request: StaffRequest, case: PACase, form: Any) -> HttpResponse:
    """Note in one tap that an action is done, with the evidence that the row offered."""
    action = get_object_or_404(actions_read(request, case), pk=key_read(request.POST.get("action", "")))
    choice, today = request.POST.get("evidence", ""), timezone.localdate()
    if choice:
        who = who_is(request, case.student_id)
        records = Records.load(request.user, case, who, today)
        choice = choice if is_offered(records.choices, choice) else ""
    try:
        action_services.action_done(action=action, on=today, by=request.user, evidence=evidence_of(choice))
    except action_services.Settled as fault:
        messages.warning(request, str(fault))
        return redirect("interventions:case_detail", case.pk)
    return _saved(request, case, f"Done: {action.what}.", "actions")


def _saved(request: StaffRequest, case: PACase, words: str, place: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(f"{case_url(case)}#{place}")


def case_url(case: PACase) -> str:
    """Return the address of a case."""
    return reverse("interventions:case_detail", args=[case.pk])


_ACTS: dict[str, Callable[[StaffRequest, PACase, Any], HttpResponse | None]] = {
    "action": _add_action,
    "barrier": _add_barrier,
    "ease": _ease,
    "done": _done,
}


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def case_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show on the student's page where they stand on the ladder; nothing to whoever sees no cases of theirs."""
    who = who_is(request, pk)
    cases = PACase.objects.visible_to(request.user).standing(student=pk).select_related("stage", "owner")
    held = list(cases[:6]) if Right.SEE_PA_CASES in who.rights else []
    rows = [(case, is_read(request, case, who)) for case in held]
    context = {
        "who": who,
        "rows": rows,
        "has_open": any(case.closed_on is None for case in held),
        "sees": Right.SEE_PA_CASES in who.rights,
        "may_keep": Right.KEEP_PA_CASES in who.rights,
        "today": timezone.localdate(),
    }
    return render(request, "interventions/_case_place.html", context)
