"""The kinds of intervention that the school offers, as settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.summaries.history import history_of, kind_of
from interventions.forms.types import TypeForm
from interventions.models import InterventionType
from interventions.services import types as services
from interventions.summaries.offered import types_known
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken

HISTORY = (
    kind_of(
        InterventionType,
        {
            "name": "Name",
            "aim": "Usually for",
            "about": "What it is",
            "sessions": "Sessions",
            "minutes": "Minutes",
            "weeks": "Weeks",
            "grace_days": "Days of grace",
            "is_active": "Offered",
        },
    ),
)


@never_cache
@require_safe
@right_required(Right.CHANGE_SETTINGS)
def type_list(request: StaffRequest) -> HttpResponse:
    """Show every kind with what it usually takes and how often it was used."""
    return render(request, "interventions/type_list.html", {"types": types_known()})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def type_add(request: StaffRequest) -> HttpResponse:
    """Offer a new kind."""
    form = TypeForm.of(None, request.POST or None)
    if form.is_valid():
        kind = services.type_add(facts=form.facts(), barriers=form.cleaned_data["barriers"])
        messages.success(request, f"{kind.name} is offered from now on.")
        return redirect("interventions:type_list")
    context = {"form": form, "title": "A new type of intervention", "changes": ()}
    return render(request, "interventions/type_form.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.CHANGE_SETTINGS)
def type_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a kind, or offer it no more; what it said before is kept."""
    kind = get_object_or_404(types_known(), pk=pk)
    form = TypeForm.of(kind, request.POST or None)
    if form.is_valid():
        try:
            services.type_change(
                kind=kind,
                seen=form.cleaned_data["seen"],
                facts=form.facts(),
                barriers=form.cleaned_data["barriers"],
            )
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; interventions that run keep what they were begun with.")
            return redirect("interventions:type_list")
    context = {"form": form, "title": kind.name, "changes": history_of(HISTORY, pk, [kind])}
    return render(request, "interventions/type_form.html", context, status=422 if form.errors else 200)
