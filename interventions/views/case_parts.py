"""What a case holds: the student's view, medical evidence, answers about the evidence, and each of its actions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.withdrawal import WithdrawForm
from contacts.services.referrals import NotTheirs
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.carers import carers_of
from contacts.summaries.keepers import keepers_of
from interventions.figures.evidence import BY_KEY, OF_BEHAVIOUR
from interventions.forms.case_parts import (
    ActionChangeForm,
    AnswerForm,
    DoneForm,
    DropForm,
    FindingForm,
    MedicalForm,
    ViewForm,
)
from interventions.models import Action, CaseFinding, MedicalRequest, PACase, PupilView
from interventions.services import actions as action_services
from interventions.services import case_parts as services
from interventions.summaries.case_records import Records, evidence_of
from interventions.views.case_common import actions_read, case_ended, case_kept, form_page
from pastoral.core.late import too_late
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already

FORM = "interventions/case_part_form.html"


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_view(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down what the student says."""
    case, _who = case_kept(request, pk)
    form = ViewForm(request.POST or None, initial={"told_on": timezone.localdate()})
    if answer := case_ended(request, case, form):
        return answer
    if form.is_valid():
        services.view_add(case=case, token=form.cleaned_data["token"], facts=form.facts(), by=request.user)
        return _saved(request, case, "The student’s view is kept.", "view")
    return form_page(request, FORM, form, case=case, title="The student’s own view")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_medical(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that medical evidence was asked for."""
    case, who = case_kept(request, pk)
    carers = [each for each in carers_of([case.student_id])[case.student_id] if not each.is_barred]
    records = Records.load(request.user, case, who, timezone.localdate())
    form = MedicalForm(
        request.POST or None,
        people=[(str(each.parent_carer_id), f"{each.name}, {each.relationship.lower()}") for each in carers],
        told=records.told_choices,
        initial={"asked_on": timezone.localdate()},
    )
    if answer := case_ended(request, case, form):
        return answer
    if form.is_valid():
        try:
            services.medical_ask(case=case, token=form.cleaned_data["token"], facts=form.facts(), by=request.user)
        except NotTheirs as fault:
            form.add_error("asked_of", str(fault))
        else:
            return _saved(request, case, "Noted. Marks change only when somebody changes them.", "medical")
    return form_page(request, FORM, form, case=case, title="Ask for medical evidence")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_answer(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Note what came of a request for medical evidence."""
    case, _who = case_kept(request, pk)
    asked = get_object_or_404(case.medical_requests.filter(withdrawn_at=None), pk=key)
    form = AnswerForm(request.POST or None, initial={"answered_on": timezone.localdate()})
    if answer := case_ended(request, case, form):
        return answer
    if form.is_valid():
        data = form.cleaned_data
        if data["answered_on"] < asked.asked_on:
            form.add_error("answered_on", "It was asked for only later.")
        else:
            try:
                services.medical_answer(request=asked, **data)
            except services.Answered as fault:
                return too_late(request, str(fault), _back(case), form)
            return _saved(request, case, "Noted. Marks change only when somebody changes them.", "medical")
    return form_page(request, FORM, form, case=case, title="What came of it", about=asked.about)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_finding(request: StaffRequest, pk: int, part: str) -> HttpResponse:
    """Answer a part of the evidence that no other record shows, or say that it does not apply."""
    case, who = case_kept(request, pk)
    asked = BY_KEY.get(part)
    if asked is None:
        raise Http404("no such part")
    if part in OF_BEHAVIOUR and Right.SEE_BEHAVIOUR_NARRATIVE not in who.rights:
        raise Http404("not for this person to read")
    latest = case.findings.filter(withdrawn_at=None, part=part).order_by("-found_on", "-pk").first()
    form = FindingForm.of(latest, timezone.localdate(), request.POST or None)
    if answer := case_ended(request, case, form):
        return answer
    if form.is_valid():
        services.finding_add(case=case, token=form.cleaned_data["token"], facts=form.facts(part), by=request.user)
        return _saved(request, case, "The answer is kept.", "evidence")
    return form_page(request, FORM, form, case=case, title=asked.words, about=_advice(part))


def _advice(part: str) -> str:
    if part == "dsl":
        return "Only that the DSL was asked and what may go in: nothing of what the DSL keeps."
    return ""


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_action(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Say of an action that it is done, with what shows it, or not needed; or change it; or open it again."""
    case, who = case_kept(request, pk)
    action = get_object_or_404(actions_read(request, case).select_related("owner"), pk=key)
    today, do = timezone.localdate(), request.POST.get("do", "")
    records = Records.load(request.user, case, who, today)
    keepers = keepers_of(case.student, Right.KEEP_PA_CASES, today, also=action.owner_id)
    forms: dict[str, Any] = {
        "done": DoneForm(request.POST if do == "done" else None, shows=records.choices, initial={"done_on": today}),
        "drop": DropForm(request.POST if do == "drop" else None),
        "change": ActionChangeForm.of(action, keepers, request.POST if do == "change" else None),
    }
    for slug, form in forms.items():
        form.auto_id = f"{slug}-%s"
    if answer := case_ended(request, case, forms.get(do)):
        return answer
    if do == "reopen":
        try:
            action_services.action_reopen(action=action, seen=request.POST.get("seen", ""))
        except action_services.Settled as fault:
            return too_late(request, str(fault), _back(case), stays=True)
        return _saved(request, case, "It is open again; what it was settled with stays in the history.", "actions")
    if do in forms and forms[do].is_valid():
        try:
            _settle(request, action, do, forms[do])
        except action_services.Settled as fault:
            return too_late(request, str(fault), _back(case), forms[do])
        except Overtaken:
            forms[do].overtaken()
        else:
            return _saved(request, case, "Saved.", "actions")
    context = {"case": case, "action": action, "acts": forms, "opened": do}
    return form_page(request, "interventions/case_action.html", forms.get(do) or forms["done"], **context)


def _settle(request: StaffRequest, action: Action, do: str, form: Any) -> None:
    data, today = form.cleaned_data, timezone.localdate()
    if do == "done":
        shows = evidence_of(data["evidence"])
        action_services.action_done(
            action=action, on=data["done_on"], by=request.user, note=data["note"], evidence=shows
        )
    elif do == "drop":
        action_services.action_drop(action=action, on=today, by=request.user, because=data["because"])
    else:
        action_services.action_change(action=action, seen=data["seen"], facts=form.facts())


# What of a case may be withdrawn by itself, by the word in the address.
KINDS: dict[str, tuple[Any, str]] = {
    "view": (PupilView, "the student’s view"),
    "medical": (MedicalRequest, "the request for medical evidence"),
    "finding": (CaseFinding, "the answer"),
    "action": (Action, "the action"),
}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_part_withdraw(request: StaffRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """Withdraw a part of a case with a reason."""
    case, _who = case_kept(request, pk)
    if kind not in KINDS:
        raise Http404("no such kind")
    model, words = KINDS[kind]
    found = model.objects.visible_to(request.user).filter(case=case)
    record = get_object_or_404(found.read_by(request.user) if model is Action else found, pk=key)
    if answer := withdrawn_already(request, record, _back(case)):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=record, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        return _saved(request, case, "Withdrawn; it stays in the history.", "history")
    return form_page(request, FORM, form, case=case, title=f"Withdraw {words}")


def _back(case: PACase) -> str:
    return reverse("interventions:case_detail", args=[case.pk])


def _saved(request: StaffRequest, case: PACase, words: str, place: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(f"{_back(case)}#{place}")
