"""One contact: read, put right, withdrawn, passed on, and its next step done; and all contacts of one student."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.withdrawal import WithdrawForm
from contacts.forms.contact_edit import ContactEditForm, PassForm, ShareForm
from contacts.models import Contact
from contacts.reading import Reader
from contacts.services import contact_edit as services
from contacts.services.acknowledging import StillClosed
from contacts.services.acknowledging import contact_withdraw as contact_withdrawn
from contacts.services.shares import contact_share
from contacts.summaries.contact_record import may_change, record_of, shown_of
from contacts.summaries.shares import shares_of
from contacts.views.reading import colleagues_over, contact_or_404, contacts_about, reading_noted, reason_of
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for
from students.models import Student

NOT_YOURS = "It is changed, shared and passed on by whoever spoke or logged it, and by the year's team."
ON_THE_STUDENTS_PAGE = 5


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def contact_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a contact with what only some may read of it; pass it on, or share it."""
    contact, reader = contact_or_404(request, pk)
    may = may_change(request.user, contact, reader) and request.user.may(Right.LOG_CONTACTS)
    sent = request.POST.get("do", "")
    forms = _forms(request, contact, reader, sent) if may else {}
    if request.method == "POST":
        if not may:
            raise PermissionDenied(NOT_YOURS)
        if _done(request, contact, forms, sent):
            return redirect("contacts:contact_detail", pk)
    reading_noted(request, contact.student_id, reason_of(reader, contact.student_id))
    shares = shares_of(contact) if reader.may_read(contact) else ()
    context = {"contact": contact, "record": record_of(request.user, contact, reader), "shares": shares, **forms}
    return render(request, "contacts/contact_detail.html", context, status=422 if request.method == "POST" else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_CONTACTS)
def contact_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a contact right; the second writer sees what the first one wrote."""
    contact, reader = contact_or_404(request, pk)
    back = reverse("contacts:contact_detail", args=[pk])
    _to_ask, colleagues = colleagues_over(reader, contact.student_id)
    form = ContactEditForm(request.POST or None, contact=contact, colleagues=colleagues)
    if reader.may_read(contact) and (answer := withdrawn_meanwhile(request, contact, back, form)):
        return answer
    if not may_change(request.user, contact, reader):
        messages.error(request, NOT_YOURS)
        return redirect(back)
    reading_noted(request, contact.student_id, reason_of(reader, contact.student_id))
    if form.is_valid():
        try:
            seen = form.cleaned_data["seen"]
            services.contact_change(contact=contact, seen=seen, facts=form.facts(), visitors=form.visitors())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved. What it said before stays in its history.")
            return redirect(back)
    context = {"form": form, "contact": contact}
    return render(request, "contacts/contact_edit.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_CONTACTS)
def contact_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw a contact with a reason."""
    contact, reader = contact_or_404(request, pk)
    back = reverse("contacts:contact_detail", args=[pk])
    if answer := withdrawn_already(request, contact, back):
        return answer
    if not may_change(request.user, contact, reader):
        messages.error(request, NOT_YOURS)
        return redirect(back)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        try:
            contact_withdrawn(contact=contact, because=because, by=request.user, now=timezone.now())
        except StillClosed as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, "It is withdrawn: it ends no clock and counts nowhere, and stays in the history.")
        return redirect(back)
    context = {"form": form, "contact": contact}
    return render(request, "contacts/contact_withdraw.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
@right_required(Right.LOG_CONTACTS)
def next_step_done(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that the next step of one's own contact is done, in one tap; or take that back."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).standing(owner=request.user), pk=pk)
    step = request.POST.get("step", "")
    if request.POST.get("do") == "open":
        services.next_step_open(contact=contact)
        messages.success(request, "It is to be done again.")
    elif services.next_step_done(contact=contact, step=step, by=request.user, now=timezone.now()):
        messages.success(request, f"Done: {step}.")
    elif contact.next_step != step:
        messages.warning(request, "Its next step is another one by now: nothing was ticked.")
    return redirect("contacts:promise_list")


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def student_contacts(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the contacts of one student, with what the person may read of them; the latest few to the student's page."""
    student = get_object_or_404(Student.objects.with_right(request.user, Right.SEE_CONTACTS), pk=pk)
    size = ON_THE_STUDENTS_PAGE if request.htmx else 30
    contacts = contacts_about(request.user, student)
    page = keyset_page(contacts, field="occurred_at", cursor=asked_for(request, "before"), size=size)
    reader = Reader.of(request.user, page.rows)
    if not request.htmx:
        reading_noted(request, pk, reason_of(reader, pk))
    context: dict[str, Any] = {"student": student, "page": page, "rows": shown_of(page.rows, reader)}
    template = "contacts/_student_contacts.html" if request.htmx else "contacts/student_contacts.html"
    return render(request, template, context)


def _forms(request: StaffRequest, contact: Any, reader: Reader, sent: str) -> dict[str, Any]:
    """Return the forms that the page holds; the one that was sent is bound."""
    data = request.POST if request.method == "POST" else None
    to_ask, over = colleagues_over(reader, contact.student_id)
    colleagues = [each for each in over if each.pk != contact.owner_id]
    return {
        "passing": PassForm(data if sent == "pass" else None, colleagues=colleagues),
        "sharing": ShareForm(data if sent == "share" else None, colleagues=to_ask),
    }


def _done(request: StaffRequest, contact: Contact, forms: dict[str, Any], sent: str) -> bool:
    if sent == "pass" and forms["passing"].is_valid():
        to = forms["passing"].cleaned_data["to"]
        services.contact_pass(contact=contact, to=to)
        messages.success(request, f"{to.formal_name} answers for what follows. Who spoke and who logged it stay.")
        return True
    if sent == "share" and forms["sharing"].is_valid():
        data = forms["sharing"].cleaned_data
        contact_share(contact=contact, to=list(data["to"]), asks=data["asks"], by=request.user, now=timezone.now())
        messages.success(request, "Shared. You see here when it is opened.")
        return True
    return False
