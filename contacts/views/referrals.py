"""Referrals to agencies: the list, a new one, one of them step by step."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.referrals import STEP_FORMS, ReferralChangeForm, ReferralForm
from contacts.models import Consent, Referral
from contacts.services import referrals as services
from contacts.services.changes import record_change
from contacts.summaries.carers import carers_of
from contacts.summaries.directory import agencies_offered, agency_names
from contacts.summaries.keepers import keepers_of
from contacts.summaries.referrals import SHOWS, referral_record, referrals_asked, rows_of, table_of
from contacts.views.agency_common import SIZE, asked_of, chosen, list_context, reading_noted, tabs_of
from pastoral.core.exports import handed_out
from pastoral.core.late import withdrawn_meanwhile
from pastoral.core.paging import counted_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from students.models import Student
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.SEE_AGENCIES)
def referral_list(request: StaffRequest) -> HttpResponse:
    """List the referrals asked for, or answer with them as a file, without a word of why or what was shared."""
    today = timezone.localdate()
    asked = asked_of(request, SHOWS)
    found = referrals_asked(request.user, asked, today)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            table_of(rows_of(request.user, found, today), asked, today),
            how,
            subject=f"referrals:{asked.show or 'open'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"referrals-{today}",
        )
    page = counted_page(
        found, lambda held: rows_of(request.user, held, today), cursor=asked_for(request, "before"), size=SIZE
    )
    context = list_context(request, "contacts:referral_list", asked, SHOWS, page)
    return render(request, "contacts/referral_list.html", context | {"agencies": agency_names()})


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def referral_add(request: StaffRequest) -> HttpResponse:
    """Note a referral that was sent; `agency` in the address is chosen already."""
    student = chosen(request, Right.KEEP_AGENCIES, "A referral to an agency")
    if not isinstance(student, Student):
        return student
    today = timezone.localdate()
    known = {
        "sent_on": today,
        "owner": request.user.pk,
        "consent": Consent.GIVEN,
        "agency": asked_for(request, "agency"),
    }
    form = ReferralForm(request.POST or None, initial=known, **_offered(student, request))
    if form.is_valid():
        try:
            made = services.referral_send(
                student=student,
                facts=form.facts(),
                token=form.cleaned_data["token"],
                by=request.user,
                now=timezone.now(),
            )
        except services.NotTheirs as fault:
            form.add_error("consent_by", str(fault))
        else:
            messages.success(request, f"The referral of {student.full_name} is noted.")
            return redirect("contacts:referral_detail", made.pk)
    return _form(request, form, student, None)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.SEE_AGENCIES)
def referral_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one referral with its steps and every try to reach the agency, and take the next step."""
    referral = get_object_or_404(_visible(request), pk=pk)
    record = referral_record(request.user, referral, timezone.localdate())
    if record is None:
        raise Http404("no such student among those this person may see")
    do = request.POST.get("do", "") if request.method == "POST" else ""
    sent: Any = STEP_FORMS[do][1](request.POST) if do in STEP_FORMS else None
    if sent is not None and (answer := withdrawn_meanwhile(request, referral, request.path, sent)):
        return answer
    if sent is not None and not record.may_keep:
        raise Http404("not the person's to answer")
    if sent is not None and sent.is_valid() and _is_taken(request, referral, do, sent):
        return redirect("contacts:referral_detail", pk)
    reading_noted(request, referral.student_id)
    context = {
        "tabs": tabs_of(request, "contacts:referral_list"),
        "record": record,
        "referral": referral,
        "who": record.shown.who,
        "steps": _steps(referral, do, sent) if record.may_keep else [],
        "opened": do,
        "today": timezone.localdate(),
    }
    return render(request, "contacts/referral_detail.html", context, status=422 if sent is not None else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_AGENCIES)
def referral_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Put right what is told of a referral; what it said before is kept."""
    kept = Referral.objects.with_right(request.user, Right.KEEP_AGENCIES)
    referral = get_object_or_404(kept.select_related("student", "consent_by", "withdrawn_by"), pk=pk)
    form = ReferralChangeForm.of(referral, request.POST or None, **_offered(referral.student, request, referral))
    if answer := withdrawn_meanwhile(request, referral, reverse("contacts:referral_detail", args=[pk]), form):
        return answer
    if form.is_valid():
        try:
            stood = referral.consent_by_id
            services.may_consent(referral.student_id, form.facts()["consent_by_id"], stood=stood)
            record_change(record=referral, seen=form.cleaned_data["seen"], facts=form.facts())
        except services.NotTheirs as fault:
            form.add_error("consent_by", str(fault))
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect("contacts:referral_detail", pk)
    return _form(request, form, referral.student, referral)


def _visible(request: StaffRequest) -> Any:
    return Referral.objects.visible_to(request.user).select_related(
        "student", "agency", "worker", "owner", "made_by", "consent_by", "withdrawn_by"
    )


def _offered(student: Student, request: StaffRequest, referral: Referral | None = None) -> dict[str, Any]:
    keep = {"agency_id": referral.agency_id, "worker_id": referral.worker_id} if referral else None
    owner = referral.owner_id if referral else request.user.pk
    return {
        "stood": referral.consent_by if referral else None,
        "groups": agencies_offered(student.pk, timezone.localdate(), keep=keep),
        "people": carers_of([student.pk])[student.pk],
        "keepers": keepers_of(student, Right.KEEP_AGENCIES, timezone.localdate(), also=owner),
    }


def _steps(referral: Referral, do: str, sent: Any) -> list[tuple[str, str, Any]]:
    """Return the steps that follow from how it stands, each with its form as it was sent or blank."""
    found = []
    for slug, (words, form_of) in STEP_FORMS.items():
        if referral.state in services.STEPS[slug].begins or slug == do:
            form: Any = sent if slug == do else form_of(None, initial={"chase_on": referral.chase_on})
            form.auto_id = f"{slug}-%s"
            found.append((slug, words, form))
    return found


def _is_taken(request: StaffRequest, referral: Referral, do: str, form: Any) -> bool:
    try:
        services.referral_step(referral=referral, do=do, on=form.cleaned_data.get("on"), facts=form.facts())
    except services.OutOfOrder as fault:
        form.add_error("on" if "on" in form.fields else None, str(fault))
        return False
    messages.success(request, "It is noted.")
    return True


def _form(request: StaffRequest, form: Any, student: Student, referral: Referral | None) -> HttpResponse:
    context = {"form": form, "student": student, "referral": referral}
    return render(request, "contacts/referral_form.html", context, status=422 if form.errors else 200)
