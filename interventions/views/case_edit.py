"""A case that goes on: changed, moved on the ladder, closed, withdrawn."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.withdrawal import WithdrawForm
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.keepers import keepers_of
from interventions.figures.ladder import review_day
from interventions.forms.cases import CaseChangeForm, CloseForm, MoveForm
from interventions.models import PACase
from interventions.services import cases as services
from interventions.summaries.ladder import open_steps, stages_in_use
from interventions.summaries.standing import Standings, makeup_of
from interventions.views.case_common import case_ended, case_kept, form_page, tokens_sent
from pastoral.core.late import too_late
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import key_read


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change where it stands, whose it is, its target, its review, and who may read it."""
    case, _who = case_kept(request, pk)
    keepers = keepers_of(case.student, Right.KEEP_PA_CASES, timezone.localdate(), also=case.owner_id)
    form = CaseChangeForm.of(case, keepers, request.POST or None)
    if answer := case_ended(request, case, form):
        return answer
    if form.is_valid():
        try:
            services.case_change(case=case, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect("interventions:case_detail", pk)
    return form_page(request, "interventions/case_part_form.html", form, case=case, title="Change the case")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move the case up or down with a reason; what the absence is made of is shown, and asked about."""
    case, who = case_kept(request, pk)
    today = timezone.localdate()
    standings = Standings.load([case.student_id], today)
    counts = standings.of(case.student_id)
    makeup = makeup_of(case.student_id, counts, standings.as_at, sees_sensitive=who.sees_sensitive)
    form = MoveForm(
        request.POST or None,
        stages=stages_in_use().exclude(pk=case.stage_id),
        open_steps=open_steps(case),
        waits=makeup.waits,
        initial={"seen_stage": case.stage_id},
    )
    if case.moves.filter(token__in=tokens_sent(request)).exists():
        return redirect("interventions:case_detail", pk)  # a second click
    if answer := case_ended(request, case, form) or _moved_meanwhile(request, case, form):
        return answer
    if form.is_valid() and _is_moved(request, case, form, standings):
        messages.success(request, "The case moved, and its history says why.")
        return redirect("interventions:case_detail", pk)
    return form_page(request, "interventions/case_move.html", form, case=case, makeup=makeup)


def _moved_meanwhile(request: StaffRequest, case: PACase, form: MoveForm) -> HttpResponse | None:
    """Answer a form that was opened when the case stood elsewhere; None for any other."""
    if request.method != "POST" or key_read(request.POST.get("seen_stage", "")) == case.stage_id:
        return None
    said = f"Somebody moved it meanwhile: it is at {case.stage} since {day(case.stage_since)}."
    return too_late(request, said, reverse("interventions:case_detail", args=[case.pk]), form)


def _is_moved(request: StaffRequest, case: PACase, form: MoveForm, standings: Standings) -> bool:
    data, today, days = form.cleaned_data, timezone.localdate(), standings.calendar.days
    try:
        services.case_move(
            case=case,
            to=data["stage"],
            seen_stage=data["seen_stage"],
            because=data["because"],
            token=data["token"],
            by=request.user,
            on=today,
            now=timezone.now(),
            days=days,
            review_on=data["review_on"] or review_day(days, today, data["stage"].review_weeks),
            still_needed=form.kept_steps,
            with_steps=form.makes_steps,
        )
    except services.StandsOtherwise as fault:
        form.add_error(None, str(fault))
    return not form.errors


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_close(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the case with how it ended; a second click leads where the first one led."""
    case, _who = case_kept(request, pk)
    form = CloseForm(request.POST or None, initial={"closed_on": timezone.localdate()})
    if form.is_valid():
        try:
            services.case_close(case=case, by=request.user, **form.cleaned_data)
        except services.StandsOtherwise as fault:
            if answer := case_ended(request, case, form):
                return answer
            form.add_error("closed_on", str(fault))
        else:
            messages.success(request, "The case is closed. A new one may be opened whenever it is needed.")
            return redirect("interventions:case_detail", pk)
    elif answer := case_ended(request, case, form):
        return answer
    return form_page(request, "interventions/case_part_form.html", form, case=case, title="Close the case")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_PA_CASES)
def case_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a case that should not have been opened."""
    case, _who = case_kept(request, pk)
    if answer := withdrawn_already(request, case, reverse("interventions:case_detail", args=[pk])):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=case, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn; it stays in the history.")
        return redirect("interventions:case_detail", pk)
    context = {"form": form, "case": case, "title": "Withdraw the case"}
    return render(request, "interventions/case_part_form.html", context, status=422 if form.errors else 200)
