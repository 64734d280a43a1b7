"""Requests for references: the register, one of them drafted, signed off by another, and sent."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.references import DraftForm, ReferenceChangeForm, ReferenceForm, SendForm
from contacts.models import ReferenceRequest
from contacts.services import references as services
from contacts.services.changes import record_change
from contacts.summaries.keepers import keepers_of
from contacts.summaries.references import SHOWS, ReferenceRecord, draft_begun, references_asked, rows_of
from contacts.views.agency_common import SIZE, chosen, reading_noted, tabs_of
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.models import Student

WORDS_CHANGED = "The words changed while you read them: read them again before you sign them off."


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
@offered_as_file("References")
def reference_list(request: StaffRequest) -> HttpResponse:
    """List the requests asked for: one's own, those one signs, and those of students whose agencies one keeps."""
    show = asked_for(request, "show")
    show = show if show in SHOWS else ""
    user, on = request.user, timezone.localdate()
    page = counted_page(
        references_asked(user, show),
        lambda held: rows_of(user, held, on),
        cursor=asked_for(request, "before"),
        size=SIZE,
    )
    context = {
        "tabs": tabs_of(request, "contacts:reference_list"),
        "show": show,
        "page": page,
        "shows": [(f"?show={slug}" if slug else "?", words, slug == show) for slug, words in SHOWS.items()],
        "may_keep": request.user.may(Right.KEEP_AGENCIES),
    }
    return render(request, "contacts/reference_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def reference_add(request: StaffRequest) -> HttpResponse:
    """Put a request for a reference into the register."""
    student = chosen(request, Right.KEEP_AGENCIES, "A request for a reference")
    if not isinstance(student, Student):
        return student
    today = timezone.localdate()
    keepers = keepers_of(student, Right.SEE_CONTACTS, today, also=request.user.pk)
    form = ReferenceForm(
        request.POST or None, keepers=keepers, initial={"received_on": today, "owner": request.user.pk}
    )
    if form.is_valid():
        made = services.reference_add(student=student, facts=form.facts(), token=form.cleaned_data["token"])
        messages.success(request, f"In the register: {made.owner.formal_name} writes it.")
        return _open_or_list(request, made)
    return _form(request, form, student, "A request for a reference")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def reference_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one with its words and its history; sign it off, take that back, or note that it was sent."""
    row = _reference(request, pk)
    record = ReferenceRecord.of(request.user, row, timezone.localdate())
    do = request.POST.get("do", "") if request.method == "POST" else ""
    send = SendForm(request.POST if do == "send" else None) if record.may_send else None
    if do and (answer := withdrawn_meanwhile(request, row, request.path, send)):
        return answer
    if do and _is_done(request, record, do, send):
        return redirect("contacts:reference_detail", pk)
    reading_noted(request, row.student_id)
    context = {
        "tabs": tabs_of(request, "contacts:reference_list"),
        "record": record,
        "row": row,
        "send": send,
        "opened": do,
    }
    return render(request, "contacts/reference_detail.html", context, status=422 if do else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def reference_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Write the reference: its owner does, from what the record holds."""
    row = _reference(request, pk)
    if row.owner_id != request.user.pk:
        raise Http404("somebody else's to write")
    begun = "" if row.draft else draft_begun(row.student, timezone.localdate())
    form = DraftForm.of(row, begun, request.POST or None)
    back = reverse("contacts:reference_detail", args=[pk])
    if answer := withdrawn_meanwhile(request, row, back, form):
        return answer
    if form.is_valid():
        data, now = form.cleaned_data, timezone.now()
        words = {"draft": data["words"], "is_ready": data["is_ready"]}
        try:
            services.draft_save(reference=row, seen=data["seen"], by=request.user, now=now, **words)
        except services.NotNow as fault:
            return too_late(request, str(fault), back, form)
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved, and handed on." if data["is_ready"] else "Saved.")
            return redirect(back)
    return _form(request, form, row.student, "Write the reference", row)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def reference_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change who asks, until when, or who writes it."""
    row = _reference(request, pk)
    record = ReferenceRecord.of(request.user, row, timezone.localdate())
    keepers = keepers_of(row.student, Right.SEE_CONTACTS, timezone.localdate(), also=row.owner_id)
    form = ReferenceChangeForm.of(row, keepers, request.POST or None)
    if answer := withdrawn_meanwhile(request, row, reverse("contacts:reference_detail", args=[pk]), form):
        return answer
    if not record.may_keep:
        raise Http404("not the person's to change")
    if form.is_valid():
        try:
            record_change(record=row, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return _open_or_list(request, row)
    return _form(request, form, row.student, "Change a request for a reference", row)


def _reference(request: StaffRequest, pk: int) -> ReferenceRequest:
    seen = ReferenceRequest.objects.visible_to(request.user)
    related = seen.select_related("student", "owner", "drafted_by", "signed_off_by", "withdrawn_by")
    return get_object_or_404(related, pk=pk)


def _open_or_list(request: StaffRequest, row: ReferenceRequest) -> HttpResponse:
    """Lead to it, or to the register where somebody else's restricted one is beyond the person now."""
    if ReferenceRequest.objects.visible_to(request.user).filter(pk=row.pk).exists():
        return redirect("contacts:reference_detail", row.pk)
    return redirect("contacts:reference_list")


def _is_done(request: StaffRequest, record: ReferenceRecord, do: str, send: Any) -> bool:
    """Do what was sent; where the form has a fault say so in it and return False."""
    row = record.shown.row
    try:
        if do == "sign" and record.may_sign:
            seen = request.POST.get("seen", "")
            services.reference_sign(reference=row, seen=seen, by=request.user, now=timezone.now())
            messages.success(request, "It is signed off: it can be sent.")
        elif do == "unsign" and record.may_unsign:
            services.reference_unsign(reference=row)
            messages.success(request, "The signature is taken back: the words can change.")
        elif do == "send" and send is not None:
            return send.is_valid() and _is_sent(request, row, send)
        else:
            messages.error(request, "It stands otherwise by now.")
    except Overtaken:
        messages.error(request, WORDS_CHANGED)
    except services.NotNow as fault:
        messages.error(request, str(fault))
    return True


def _is_sent(request: StaffRequest, row: ReferenceRequest, send: Any) -> bool:
    try:
        services.reference_send(reference=row, **send.cleaned_data)
    except services.NotNow as fault:
        send.add_error("sent_on", str(fault))
        return False
    messages.success(request, "It is noted; the copy stays as it was sent.")
    return True


def _form(
    request: StaffRequest, form: Any, student: Student, title: str, row: ReferenceRequest | None = None
) -> HttpResponse:
    context = {"form": form, "student": student, "title": title, "row": row}
    return render(request, "contacts/reference_form.html", context, status=422 if form.errors else 200)
