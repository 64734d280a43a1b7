"""The ladder of first-day calls as a setting of the school."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from contacts.forms.calling_steps import FACTS, StepForm
from contacts.models import CallingStep
from contacts.services.calling_steps import StepFault, calling_step_set
from contacts.summaries.calling_steps import every_step
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def calling_steps(request: StaffRequest) -> HttpResponse:
    """Show the steps of the ladder, and add one."""
    form = StepForm.of({}, "", request.POST or None)
    if form.is_valid() and _saved(form, None):
        messages.success(request, "The step is added. It is due from the next absence of that day on.")
        return redirect("contacts:calling_steps")
    context = {"form": form, "steps": every_step()}
    return render(request, "contacts/calling_steps.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def calling_step(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one step, or put it out of use."""
    step = get_object_or_404(CallingStep, pk=pk)
    form = StepForm.of({name: getattr(step, name) for name in FACTS}, version_of(step, FACTS), request.POST or None)
    if form.is_valid() and _saved(form, step):
        messages.success(request, "The step is saved. What was taken by it keeps the words it had.")
        return redirect("contacts:calling_steps")
    context = {"form": form, "step": step}
    return render(request, "contacts/calling_step.html", context, status=422 if form.errors else 200)


def _saved(form: StepForm, step: CallingStep | None) -> bool:
    try:
        calling_step_set(step=step, seen=form.cleaned_data["seen"], facts=form.facts)
    except Overtaken:
        form.overtaken()
    except StepFault as fault:
        form.add_error("starts_at", str(fault))
    return not form.errors
