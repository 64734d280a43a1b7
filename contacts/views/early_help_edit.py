"""Early help opened, or the reason why there is none; changed, with its actions and meetings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.forms.early_help import (
    HelpChangeForm,
    HelpForm,
    NoneChangeForm,
    NoneForm,
    ReviewChangeForm,
)
from contacts.forms.early_help_actions import ActionChangeForm
from contacts.models import EarlyHelp
from contacts.services import early_help as services
from contacts.services.changes import record_change
from contacts.services.referrals import NotTheirs, may_consent
from contacts.summaries.carers import carers_of
from contacts.summaries.directory import agencies_offered
from contacts.summaries.early_help import kin_of
from contacts.summaries.keepers import keepers_of
from contacts.views.agency_common import chosen
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from students.models import Student


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def early_help_add(request: StaffRequest) -> HttpResponse:
    """Open early help for a student."""
    student = chosen(request, Right.KEEP_AGENCIES, "Early help")
    if not isinstance(student, Student):
        return student
    today = timezone.localdate()
    form = HelpForm(
        request.POST or None,
        kin=kin_of(request.user, student, today),
        initial={"opened_on": today, "lead": f"u{request.user.pk}"},
        **_offered(student, request.user.pk),
    )
    if form.is_valid():
        more = {name: form.cleaned_data[name] for name in ("family", "review_on")}
        if made := _opened(request, student, form, **more):
            return redirect("contacts:early_help_detail", made.pk)
    return _form(request, "contacts/early_help_form.html", form, student)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def early_help_none(request: StaffRequest) -> HttpResponse:
    """Note why a student has no early help."""
    student = chosen(request, Right.KEEP_AGENCIES, "Why there is no early help")
    if not isinstance(student, Student):
        return student
    form = NoneForm(request.POST or None, initial={"opened_on": timezone.localdate()})
    if form.is_valid() and (made := _opened(request, student, form)):
        return redirect("contacts:early_help_detail", made.pk)
    return _form(request, "contacts/agency_student_form.html", form, student, "Why there is no early help")


def _opened(request: StaffRequest, student: Student, form: Any, **more: Any) -> EarlyHelp | None:
    token = form.cleaned_data["token"]
    try:
        made = services.help_open(
            student=student, facts=form.facts(), token=token, by=request.user, now=timezone.now(), **more
        )
    except services.RunsAlready as fault:
        form.add_error(None, str(fault))
    except NotTheirs as fault:
        form.add_error("consent_by", str(fault))
    else:
        messages.success(request, f"Noted for {student.full_name}.")
        return made
    return None


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def early_help_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what early help is about and who leads it, or why there is none."""
    held = _kept(request, pk)
    form: Any
    if held.declined_because:
        form = NoneChangeForm.of(held, request.POST or None)
    else:
        form = HelpChangeForm.of(held, request.POST or None, **_offered(held.student, held.lead_id, held))
    if answer := withdrawn_meanwhile(request, held, reverse("contacts:early_help_detail", args=[pk]), form):
        return answer
    if form.is_valid():
        facts = form.facts()
        try:
            may_consent(held.student_id, facts.get("consent_by_id"), stood=held.consent_by_id)
            record_change(record=held, seen=form.cleaned_data["seen"], facts=facts)
        except NotTheirs as fault:
            form.add_error("consent_by", str(fault))
        except Overtaken:
            form.overtaken()
        else:
            return _saved(request, pk)
    if held.declined_because:
        return _form(request, "contacts/agency_student_form.html", form, held.student, "Why there is no early help")
    return _form(request, "contacts/early_help_form.html", form, held.student, held=held)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def early_help_action(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Change an action, or note that it is done."""
    held = _kept(request, pk)
    action = get_object_or_404(held.actions.all(), pk=key)
    keepers = keepers_of(held.student, Right.SEE_CONTACTS, timezone.localdate(), also=action.owner_id)
    form = ActionChangeForm.of(action, keepers, request.POST or None)
    if answer := withdrawn_meanwhile(request, held, reverse("contacts:early_help_detail", args=[pk]), form):
        return answer
    if form.is_valid():
        try:
            record_change(record=action, seen=form.cleaned_data["seen"], facts=form.facts())
        except Overtaken:
            form.overtaken()
        else:
            return _saved(request, pk)
    return _form(request, "contacts/early_help_part.html", form, held.student, "An action of early help", held)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def early_help_review(request: StaffRequest, pk: int, key: int) -> HttpResponse:
    """Write who was at a meeting of the team and what it decided."""
    held = _kept(request, pk)
    review = get_object_or_404(held.reviews.all(), pk=key)
    form = ReviewChangeForm.of(review, request.POST or None)
    if answer := withdrawn_meanwhile(request, held, reverse("contacts:early_help_detail", args=[pk]), form):
        return answer
    if form.is_valid():
        data = form.cleaned_data
        more = {name: data[name] for name in ("level", "next_on")}
        try:
            services.review_hold(review=review, seen=data["seen"], facts=form.facts(), **more)
        except Overtaken:
            form.overtaken()
        else:
            return _saved(request, pk)
    return _form(request, "contacts/early_help_part.html", form, held.student, "Team around the family", held)


def _kept(request: StaffRequest, pk: int) -> EarlyHelp:
    kept = EarlyHelp.objects.with_right(request.user, Right.KEEP_AGENCIES)
    return get_object_or_404(kept.select_related("student", "consent_by", "withdrawn_by"), pk=pk)


def _offered(student: Student, lead: int | None, held: EarlyHelp | None = None) -> dict[str, Any]:
    on = timezone.localdate()
    keep = {"agency_id": None, "worker_id": held.lead_worker_id if held else None}
    return {
        "stood": held.consent_by if held else None,
        "people": carers_of([student.pk])[student.pk],
        "keepers": keepers_of(student, Right.SEE_AGENCIES, on, also=lead),
        "groups": agencies_offered(student.pk, on, keep=keep),
    }


def _saved(request: StaffRequest, pk: int) -> HttpResponse:
    messages.success(request, "Saved; what it said before stays in the history.")
    return redirect("contacts:early_help_detail", pk)


def _form(
    request: StaffRequest, template: str, form: Any, student: Student, title: str = "", held: EarlyHelp | None = None
) -> HttpResponse:
    context = {"form": form, "student": student, "title": title, "help": held}
    return render(request, template, context, status=422 if form.errors else 200)
