"""The directory of agencies and who works there."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.agencies import OF_AGENCY, OF_WORKER, AgencyForm, WorkerForm
from contacts.models import Agency, AgencyWorker
from contacts.services import agencies as services
from contacts.summaries.directory import agencies_listed, agency_listed
from contacts.summaries.history import history_of, kind_of
from contacts.views.agency_common import SIZE, tabs_of
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from students.files import offered_as_file

LABELS = {
    "name": "Name",
    "kind": "Kind",
    "telephone": "Telephone",
    "email": "E-mail",
    "website": "Website",
    "address": "Address",
    "offers": "What it offers",
    "threshold": "Whom it takes",
    "how_to_refer": "How to refer",
    "is_active": "We work with it",
    "job": "Job",
    "left_on": "Left on",
}
HISTORY = (
    kind_of(Agency, {name: LABELS[name] for name in OF_AGENCY}),
    kind_of(AgencyWorker, {name: LABELS[name] for name in OF_WORKER}, of="agency_id", about=lambda row: row["name"]),
)


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
@offered_as_file("Agencies")
def agency_list(request: StaffRequest) -> HttpResponse:
    """Show the directory: by name, or those of a kind, or what a word finds; agencies of the past on demand."""
    kind, words = asked_for(request, "kind"), asked_for(request, "q")[:60]
    is_past = asked_for(request, "show") == "past"
    found = agencies_listed(
        request.user,
        timezone.localdate(),
        kind=kind if kind in Agency.Kind.values else "",
        words=words,
        is_active=not is_past,
    )
    context = {
        "tabs": tabs_of(request, "contacts:agency_list"),
        "page": list_page(found, cursor=asked_for(request, "before"), size=SIZE),
        "kinds": Agency.Kind.choices,
        "kind": kind,
        "words": words,
        "is_past": is_past,
        "shows": [("?", "We work with", not is_past), ("?show=past", "Of the past", is_past)],
        "may_keep": request.user.may(Right.KEEP_AGENCIES),
    }
    return render(request, "contacts/agency_list.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
def agency_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one agency: how to reach it, who works there or did, and how referrals went."""
    agency = get_object_or_404(Agency, pk=pk)
    listed = agency_listed(request.user, agency, timezone.localdate())
    context = {
        "tabs": tabs_of(request, "contacts:agency_list"),
        "listed": listed,
        "agency": agency,
        "changes": history_of(HISTORY, pk, [agency, *listed.workers]),
        "may_keep": request.user.may(Right.KEEP_AGENCIES),
    }
    return render(request, "contacts/agency_detail.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def agency_add(request: StaffRequest) -> HttpResponse:
    """Put an agency into the directory."""
    form = AgencyForm.of(None, request.POST or None)
    if form.is_valid():
        try:
            agency = services.agency_add(facts=form.facts())
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"{agency} is in the directory.")
            return redirect("contacts:agency_detail", agency.pk)
    return _form(request, form, "Add an agency")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def agency_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what the directory says of an agency."""
    agency = get_object_or_404(Agency, pk=pk)
    form = AgencyForm.of(agency, request.POST or None)
    if form.is_valid() and _changed(request, agency, form):
        return redirect("contacts:agency_detail", pk)
    return _form(request, form, f"Change {agency}", agency)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def worker_add(request: StaffRequest, pk: int) -> HttpResponse:
    """Add somebody who works for the agency."""
    agency = get_object_or_404(Agency, pk=pk)
    form = WorkerForm.of(None, request.POST or None)
    if form.is_valid():
        try:
            worker = services.worker_add(agency=agency, facts=form.facts())
        except services.NameTaken as taken:
            form.add_error("name", str(taken))
        else:
            messages.success(request, f"{worker} is in the directory.")
            return redirect("contacts:agency_detail", pk)
    return _form(request, form, "Add somebody who works there", agency)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def worker_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what the directory says of somebody, or that they left."""
    worker = get_object_or_404(AgencyWorker, pk=pk)
    form = WorkerForm.of(worker, request.POST or None)
    if form.is_valid() and _changed(request, worker, form):
        return redirect("contacts:agency_detail", worker.agency_id)
    return _form(request, form, f"Change {worker.name}", worker.agency)


def _changed(request: StaffRequest, record: Agency | AgencyWorker, form: Any) -> bool:
    try:
        services.directory_change(record=record, seen=form.cleaned_data["seen"], facts=form.facts())
    except services.NameTaken as taken:
        form.add_error("name", str(taken))
    except Overtaken:
        form.overtaken()
    else:
        messages.success(request, "Saved; what it said before stays in the history.")
        return True
    return False


def _form(request: StaffRequest, form: Any, title: str, agency: Agency | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "agency": agency}
    return render(request, "contacts/agency_form.html", context, status=422 if form.errors else 200)
