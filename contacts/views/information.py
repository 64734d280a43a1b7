"""Information received about students: the list, filed, circulated with receipts, followed up."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.information import CirculateForm, DoneForm, InformationChangeForm, InformationForm
from contacts.models import Information
from contacts.services import information as services
from contacts.summaries.directory import agencies_offered, agency_names
from contacts.summaries.information import (
    SHOWS,
    InformationRecord,
    information_asked,
    information_record,
    rows_of,
)
from contacts.summaries.keepers import keepers_of
from contacts.summaries.shares import staff_to_ask
from contacts.views.agency_common import SIZE, asked_of, chosen, list_context, reading_noted, tabs_of
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.models import User
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
@offered_as_file("Information received")
def information_list(request: StaffRequest) -> HttpResponse:
    """List what came in; of what the person may not read, only that it did."""
    asked = asked_of(request, SHOWS)
    on = timezone.localdate()
    found = information_asked(request.user, asked, on)
    page = counted_page(
        found, lambda held: rows_of(request.user, held, on), cursor=asked_for(request, "before"), size=SIZE
    )
    context = list_context(request, "contacts:information_list", asked, SHOWS, page)
    return render(request, "contacts/information_list.html", context | {"agencies": agency_names()})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def information_add(request: StaffRequest) -> HttpResponse:
    """File what came in about a student, and circulate it."""
    student = chosen(request, Right.KEEP_AGENCIES, "Information that came in")
    if not isinstance(student, Student):
        return student
    today = timezone.localdate()
    form = InformationForm(
        request.POST or None,
        colleagues=_colleagues([request.user.pk]),
        initial={"received_on": today},
        **_offered(student),
    )
    if form.is_valid():
        data = form.cleaned_data
        made = services.information_take(
            student=student,
            facts=form.facts(),
            token=data["token"],
            by=request.user,
            now=timezone.now(),
            to=data["to"],
            asks=data["asks"],
        )
        messages.success(request, f"Filed for {student.full_name}.")
        return redirect("contacts:information_detail", made.pk)
    return _form(request, form, student)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_AGENCIES)
def information_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one entry with who opened it and what they answered; circulate it further, or note what was done."""
    record = _record(request, pk)
    row = record.shown.row
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _acts(request, record, do)
    if do and (answer := withdrawn_meanwhile(request, row, request.path, forms.get(do))):
        return answer
    if do in forms and forms[do].is_valid():
        _do(request, row, do, forms[do].cleaned_data)
        return redirect("contacts:information_detail", pk)
    services.receipt_noted(information=row, reader=request.user, now=timezone.now())
    reading_noted(request, row.student_id)
    context = {
        "tabs": tabs_of(request, "contacts:information_list"),
        "record": record,
        "row": row,
        "acts": forms,
        "opened": do,
    }
    return render(request, "contacts/information_detail.html", context, status=422 if do in forms else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def information_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what is told of it."""
    record = _record(request, pk)
    row = record.shown.row
    back = reverse("contacts:information_detail", args=[pk])
    form = InformationChangeForm.of(row, request.POST or None, **_offered(row.student, row))
    if answer := withdrawn_meanwhile(request, row, back, form):
        return answer
    if not record.may_keep:
        raise Http404("not the person's to change")
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            services.information_change(
                information=row, seen=seen, facts=form.facts(), by=request.user, now=timezone.now()
            )
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(back)
    return _form(request, form, row.student, row)


def _record(request: StaffRequest, pk: int) -> InformationRecord:
    record = information_record(request.user, pk, timezone.localdate())
    if record is None:
        raise Http404("nothing that this person may read")
    return record


def _acts(request: StaffRequest, record: InformationRecord, do: str) -> dict[str, Any]:
    """Return the forms on the page, the one that was sent filled with it."""
    sent = request.POST if do else None
    made: dict[str, Any] = {}
    if record.may_keep:
        colleagues = _colleagues([request.user.pk, *(each.to_id for each in record.receipts)])
        made["circulate"] = CirculateForm(sent if do == "circulate" else None, colleagues=colleagues)
    if record.may_follow_up:
        made["done"] = DoneForm(sent if do == "done" else None)
    for slug, form in made.items():
        form.auto_id = f"{slug}-%s"
    return made


def _do(request: StaffRequest, row: Information, do: str, data: dict[str, Any]) -> None:
    if do == "done":
        services.follow_up_done(information=row, done=data["done"], now=timezone.now())
        messages.success(request, "It is noted.")
        return
    number = services.information_circulate(
        information=row, to=data["to"], asks=data["asks"], by=request.user, now=timezone.now()
    )
    messages.success(request, f"Shown to {number} colleague{'s' * (number != 1)}.")


def _colleagues(held: Collection[int]) -> list[tuple[str, User]]:
    """Return with whom it can be shared, as job and person: nobody who has it already."""
    return [(job, each) for job, each in staff_to_ask(timezone.localdate()) if each.pk not in held]


def _offered(student: Student, row: Information | None = None) -> dict[str, Any]:
    on = timezone.localdate()
    keep = {"agency_id": row.agency_id, "worker_id": row.worker_id} if row else None
    also = row.follow_up_owner_id if row else None
    return {
        "groups": agencies_offered(student.pk, on, keep=keep),
        "keepers": keepers_of(student, Right.SEE_AGENCIES, on, also=also),
    }


def _form(request: StaffRequest, form: Any, student: Student, row: Information | None = None) -> HttpResponse:
    context = {"form": form, "student": student, "row": row}
    return render(request, "contacts/information_form.html", context, status=422 if form.errors else 200)
