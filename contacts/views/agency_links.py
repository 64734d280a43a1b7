"""Agencies in one student's life: the place on the student's page, the whole of it, and which work with them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.agencies import LinkChangeForm, LinkForm
from contacts.forms.withdrawal import WithdrawForm
from contacts.models import AgencyLink, EarlyHelp, Information, ReferenceRequest, Referral
from contacts.reading import Reader
from contacts.services.agencies import link_add as services_link_add
from contacts.services.changes import record_change
from contacts.services.withdrawal import record_withdraw
from contacts.summaries.agency_links import is_involved, lived_of, sees_agencies
from contacts.summaries.directory import agencies_offered
from contacts.views.agency_common import chosen, may_keep, reading_noted, who_is
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student

# What may be withdrawn, by the word in the address, with the page that tells of it.
KINDS: dict[str, tuple[Any, str, str]] = {
    "link": (AgencyLink, "an agency’s work with a student", "contacts:agency_student"),
    "referral": (Referral, "a referral", "contacts:referral_detail"),
    "early-help": (EarlyHelp, "early help", "contacts:early_help_detail"),
    "information": (Information, "information", "contacts:information_detail"),
    "reference": (ReferenceRequest, "a request for a reference", "contacts:reference_detail"),
}


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def agency_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show on the student's page what agencies do; to whoever may not see which, only that there is one."""
    who, today = who_is(request, pk), timezone.localdate()
    if not sees_agencies(who):
        context: dict[str, Any] = {"is_involved": is_involved(pk, today)}
        return render(request, "contacts/_agency_flag.html", context)
    context = {
        "who": who,
        "lived": lived_of(request.user, who, today),
        "today": today,
        "may_keep": Right.KEEP_AGENCIES in who.rights,
    }
    return render(request, "contacts/_agency_place.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
def agency_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show everything that agencies do and did for one student; the reading is logged."""
    who, today = who_is(request, pk), timezone.localdate()
    if not sees_agencies(who):
        raise Http404("not a student whose agencies this person may see")
    reading_noted(request, pk)
    context = {
        "who": who,
        "lived": lived_of(request.user, who, today),
        "today": today,
        "may_keep": Right.KEEP_AGENCIES in who.rights,
    }
    return render(request, "contacts/agency_student.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def link_add(request: StaffRequest) -> HttpResponse:
    """Note that an agency works with a student."""
    student = chosen(request, Right.KEEP_AGENCIES, "An agency that works with a student")
    if not isinstance(student, Student):
        return student
    groups = agencies_offered(student.pk, timezone.localdate())
    form = LinkForm(request.POST or None, groups=groups, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        token = form.cleaned_data["token"]
        services_link_add(student=student, facts=form.facts(), token=token, by=request.user, now=timezone.now())
        messages.success(request, f"Noted for {student.full_name}.")
        return redirect("contacts:agency_student", student.pk)
    return _form(request, form, student, "An agency that works with the student")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def link_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change who there, what for, or until when."""
    link = get_object_or_404(AgencyLink.objects.with_right(request.user, Right.KEEP_AGENCIES), pk=pk)
    keep = {"agency_id": link.agency_id, "worker_id": link.worker_id}
    groups = agencies_offered(link.student_id, timezone.localdate(), keep=keep)
    form = LinkChangeForm.of(link, groups, request.POST or None)
    back = reverse("contacts:agency_student", args=[link.student_id])
    if answer := withdrawn_meanwhile(request, link, back, form):
        return answer
    if form.is_valid():
        try:
            record_change(record=link, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved.")
            return redirect(back)
    return _form(request, form, link.student, "Change an agency’s work with the student", link)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_CONTACTS)
def agency_withdraw(request: StaffRequest, kind: str, pk: int) -> HttpResponse:
    """Withdraw a record about agencies with a reason: whoever keeps the student's, of a reference also its owner."""
    if kind not in KINDS:
        raise Http404("no such kind")
    model, words, page = KINDS[kind]
    record = get_object_or_404(model.objects.visible_to(request.user).select_related("student"), pk=pk)
    is_own = kind == "reference" and record.owner_id == request.user.pk
    if not is_own and not may_keep(request, record.student_id):
        raise Http404("not the person's to withdraw")
    if kind == "information" and not Reader.of(request.user, [record]).may_hand_on(record):
        raise Http404("not theirs to read, or only shown to them")
    back = reverse(page, args=[record.student_id if kind == "link" else pk])
    if answer := withdrawn_already(request, record, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        record_withdraw(record=record, because=form.cleaned_data["because"], by=request.user, now=timezone.now())
        messages.success(request, "Withdrawn; it stays in the history.")
        return redirect(back)
    return _form(request, form, record.student, f"Withdraw {words}")


def _form(
    request: StaffRequest, form: Any, student: Student, title: str, link: AgencyLink | None = None
) -> HttpResponse:
    context = {"form": form, "student": student, "title": title, "link": link}
    return render(request, "contacts/agency_student_form.html", context, status=422 if form.errors else 200)
