"""One enquiry: taken in, read, acknowledged with one key, passed on, closed with an outcome, put right, withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from behaviour.forms.withdrawal import WithdrawForm
from contacts.forms.enquiries import EnquiryEditForm, EnquiryForm
from contacts.models import Enquiry
from contacts.services import enquiries as services
from contacts.services.acknowledging import Reply, enquiry_acknowledge, is_barred
from contacts.services.contacts import NotTheirCarer
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.carers import Carer, carers_of
from contacts.summaries.enquiries import owners_offered, students_askable
from contacts.views.enquiry_detail import NOT_READ, reading_noted
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken, version_of
from pastoral.core.withdrawal import withdrawn_already
from students.models import Student
from students.picking import Picking

PICKED = {"student", "who", "drop"}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_add(request: StaffRequest) -> HttpResponse:
    """Take an enquiry in; its student may be looked up now or later, and the address may name one."""
    now = timezone.now()
    picking, student, carers = _picked(request, request.POST or request.GET)
    owners = owners_offered(request.user, student, timezone.localdate())
    do = request.POST.get("do", "")
    form = EnquiryForm(
        request.POST if do in ("save", "told") else None,
        student=student,
        carers=carers,
        now=now,
        owners=owners,
        initial={"owner": str(request.user.pk)} | _typed(request),
    )
    if do == "pick":
        return render(request, "contacts/_enquiry_picked.html", {"form": form, "picking": picking})
    if form.is_valid() and not picking.fault:
        enquiry = _take(request, form)
        if enquiry:
            return redirect("contacts:enquiry_detail", enquiry.pk)
    picking.wants_focus = not form.is_bound and student is None
    context = {"form": form, "picking": picking, "rule": AckClock.load().words}
    return render(request, "contacts/enquiry_form.html", context, status=422 if form.is_bound else 200)


def _take(request: StaffRequest, form: EnquiryForm) -> Enquiry | None:
    data = form.cleaned_data
    try:
        enquiry = services.enquiry_take(
            taken=form.taken(),
            owner=form.owner_chosen(),
            token=data["token"],
            by=request.user,
            now=form.now,
            follow_up_on=data["follow_up_on"],
        )
    except NotTheirCarer as fault:
        form.add_error("from_whom", str(fault))
        return None
    if is_barred(enquiry):
        messages.warning(
            request, f"Taken in. A court order bars {enquiry.parent_carer}: no reply is offered. Tell the DSL."
        )
    elif request.POST.get("do") == "told":
        enquiry_acknowledge(enquiry=enquiry, reply=Reply("phone"), by=request.user, now=form.now)
        messages.success(request, "Taken in, and acknowledged while they were on the phone.")
    else:
        messages.success(request, "Taken in. It is to be acknowledged: press a, or the button.")
    return enquiry


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Put an enquiry right, or put it to its student; what it said before stays in the history."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), pk=pk)
    back = reverse("contacts:enquiry_detail", args=[pk])
    if not reading_noted(request, enquiry):
        messages.error(request, NOT_READ)
        return redirect(back)
    data = request.POST if request.method == "POST" else request.GET.copy()
    if request.method == "GET" and enquiry.student_id:
        data.setlist("student", [str(enquiry.student_id)])
    picking, student, carers = _picked(request, data, also=enquiry.student_id)
    is_sent = request.POST.get("do") == "save"
    form = EnquiryEditForm(
        request.POST if is_sent else None,
        student=student,
        carers=carers,
        now=enquiry.taken_at,
        came_at=enquiry.received_at,
        initial=_stands(enquiry) | ({} if is_sent else _typed(request)),
    )
    if answer := withdrawn_meanwhile(request, enquiry, back, form):
        return answer
    if request.POST.get("do") == "pick":
        return render(request, "contacts/_enquiry_picked.html", {"form": form, "picking": picking})
    if form.is_valid() and not picking.fault:
        try:
            services.enquiry_change(
                enquiry=enquiry,
                seen=form.cleaned_data["seen"],
                taken=form.taken(),
                by=request.user,
                now=timezone.now(),
            )
        except services.EnquiryOver as fault:
            return too_late(request, str(fault), back, form)
        except NotTheirCarer as fault:
            form.add_error("from_whom", str(fault))
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(back)
    picking.wants_focus = not form.is_bound and student is None
    context = {"form": form, "picking": picking, "enquiry": enquiry}
    return render(request, "contacts/enquiry_edit.html", context, status=422 if form.is_bound else 200)


def _stands(enquiry: Enquiry) -> dict[str, Any]:
    """Return what the form is filled with: the record as it stands."""
    at = timezone.localtime(enquiry.received_at)
    names = ("from_name", "reply_to", "channel", "topic", "is_urgent", "words")
    return {name: getattr(enquiry, name) for name in names} | {
        "from_whom": str(enquiry.parent_carer_id or "other"),
        "received_on": at.date(),
        "received_time": at.time(),
        "seen": version_of(enquiry, services.FACTS),
    }


def _picked(
    request: StaffRequest, data: Any, also: int | None = None
) -> tuple[Picking, Student | None, tuple[Carer, ...]]:
    """Return who is chosen, and the people to choose from; the student of the record stays, on roll or not."""
    picking = Picking.of(data, students_askable(request.user, timezone.localdate(), also))
    picking.takes_one = True
    if len(picking.chosen) > 1:
        picking.chosen = picking.chosen[-1:]  # whoever was chosen last takes the other's place
    student = picking.chosen[0] if picking.chosen else None
    return picking, student, carers_of([student.pk])[student.pk] if student else ()


def _typed(request: StaffRequest) -> dict[str, Any]:
    """Return what stands in the form while a student is looked up."""
    return {name: str(value) for name, value in request.POST.items() if name not in PICKED}


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Withdraw an enquiry with a reason; it leaves the desk and every figure, and stays in the history."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), pk=pk)
    back = reverse("contacts:enquiry_detail", args=[pk])
    if not reading_noted(request, enquiry):
        messages.error(request, NOT_READ)
        return redirect(back)
    if answer := withdrawn_already(request, enquiry, back):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        services.enquiry_withdraw(
            enquiry=enquiry, because=form.cleaned_data["because"], by=request.user, now=timezone.now()
        )
        messages.success(request, "It is withdrawn: it counts in no list and no figure, and stays in the history.")
        return redirect("contacts:enquiry_list")
    context = {"form": form, "enquiry": enquiry}
    return render(request, "contacts/enquiry_withdraw.html", context, status=422 if form.errors else 200)
