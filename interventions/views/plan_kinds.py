"""The kinds of plan that the school keeps."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from interventions.forms.plan_parts import KindForm
from interventions.services import plan_kinds as services
from interventions.summaries.plan_kinds import kind_changes, kind_held, kinds_counted
from interventions.views.plan_common import form_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken


@require_safe
@right_required(Right.CHANGE_SETTINGS)
def plan_kind_list(request: StaffRequest) -> HttpResponse:
    """List the kinds of plan, with how many plans there are of each."""
    return render(request, "interventions/plan_kind_list.html", {"kinds": kinds_counted()})


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def plan_kind_add(request: StaffRequest) -> HttpResponse:
    """Add a kind of plan."""
    form = KindForm(request.POST or None, initial={"weeks": 12, "review_weeks": 6})
    if form.is_valid():
        try:
            services.plan_kind_add(facts=form.facts())
        except services.KindFault as fault:
            form.add_error("name", str(fault))
        else:
            messages.success(request, "Added: plans of this kind can be opened from now on.")
            return redirect("interventions:plan_kind_list")
    return form_page(request, "interventions/plan_kind_form.html", form)


@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def plan_kind_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a kind of plan, or offer it no longer."""
    kind = kind_held(pk)
    if kind is None:
        raise Http404("no such kind of plan")
    form = KindForm.of(kind, request.POST or None)
    if form.is_valid():
        try:
            services.plan_kind_change(kind=kind, seen=form.cleaned_data["seen"], facts=form.facts())
        except services.KindFault as fault:
            form.add_error(None, str(fault))
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; plans that there are keep their own days.")
            return redirect("interventions:plan_kind_list")
    return form_page(request, "interventions/plan_kind_form.html", form, kind=kind, changes=kind_changes(kind))
