"""The attendance ladder and the barriers as settings of the school."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from interventions.forms.ladder import OF_BARRIER, OF_STAGE, OF_STEP, BarrierForm, StageForm, StepForm
from interventions.models import Barrier, CaseStage, StageStep
from interventions.services.settings import SettingFault, setting_save
from interventions.summaries.ladder import barrier_changes, barriers_held, ladder_rows, stage_changes
from interventions.views.case_common import form_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of

FORM = "interventions/setting_form.html"


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def ladder(request: StaffRequest) -> HttpResponse:
    """Show the ladder with its steps, and the barriers; add a barrier."""
    form = BarrierForm.of({}, "", request.POST or None)
    if form.is_valid() and _is_saved(form, Barrier()):
        messages.success(request, "The barrier is added.")
        return redirect("interventions:ladder")
    context = {"rows": ladder_rows(), "barriers": barriers_held(), "form": form}
    return render(request, "interventions/ladder.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def stage_form(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """Add a stage, or change one and add a step to it; one in use is put out of use, never deleted."""
    stage = get_object_or_404(CaseStage, pk=pk) if pk else CaseStage()
    do = request.POST.get("do", "stage") if request.method == "POST" else ""
    step = StepForm.of({}, "", request.POST if do == "step" else None)
    form = StageForm.of(_facts(stage, OF_STAGE), _version(stage, OF_STAGE), request.POST if do == "stage" else None)
    step.auto_id = "step-%s"
    if do == "step" and pk and step.is_valid() and _is_saved(step, StageStep(stage=stage)):
        messages.success(request, "The step is added: cases that come here from now on have it.")
        return redirect("interventions:stage_change", pk)
    if do == "stage" and form.is_valid() and _is_saved(form, stage):
        messages.success(request, "The stage is saved. Cases keep the actions they have.")
        return redirect("interventions:ladder")
    sent = step if do == "step" else form
    changes = stage_changes(stage) if pk else ()
    context = {
        "form": form,
        "step": step if pk else None,
        "stage": stage,
        "title": str(stage) if pk else "Add a stage",
        "steps": stage.steps.all() if pk else (),
        "changes": changes,
        "opened": do,
    }
    return render(request, FORM, context, status=422 if sent.errors else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def step_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a step, or put it out of use."""
    step = get_object_or_404(StageStep, pk=pk)
    form = StepForm.of(_facts(step, OF_STEP), version_of(step, OF_STEP), request.POST or None)
    if form.is_valid() and _is_saved(form, step):
        messages.success(request, "The step is saved. Cases keep the actions they have.")
        return redirect("interventions:stage_change", step.stage_id)
    return form_page(request, FORM, form, title=step.what, changes=())


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def barrier_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a barrier, or put it out of use."""
    barrier = get_object_or_404(Barrier, pk=pk)
    form = BarrierForm.of(_facts(barrier, OF_BARRIER), version_of(barrier, OF_BARRIER), request.POST or None)
    if form.is_valid() and _is_saved(form, barrier):
        messages.success(request, "The barrier is saved, in every case that has it.")
        return redirect("interventions:ladder")
    return form_page(request, FORM, form, title=barrier.name, changes=barrier_changes(barrier))


def _facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names} if row.pk else {}


def _version(row: Any, names: tuple[str, ...]) -> str:
    return version_of(row, names) if row.pk else ""


def _is_saved(form: Any, row: Any) -> bool:
    try:
        setting_save(row=row, seen=form.cleaned_data["seen"], facts=form.facts)
    except Overtaken:
        form.overtaken()
    except SettingFault as fault:
        form.add_error(None, str(fault))
    return not form.errors
