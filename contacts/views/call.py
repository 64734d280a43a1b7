"""One first-day call on the screen."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.services.corrections import CodeNotOffered, MarkChanged
from attendance.services.marks import ReasonMissing
from attendance.services.plan_rules import PlanFault
from contacts.forms.calling import ENDINGS, REASON, CallForm
from contacts.models import CallingStep
from contacts.services.call_log import AlreadyCalled, Logged, Reason, Said, call_is_logged, call_log
from contacts.services.contacts import CarerBarred, NotTheirCarer
from contacts.summaries.calling_sheet import Sheet, dsls_of, next_session, social_workers_of
from contacts.views.calling import sheet_or_404
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import keys_read
from students.models import ParentCarer, Student

REFUSED = (AlreadyCalled, MarkChanged, CodeNotOffered, ReasonMissing, PlanFault, CarerBarred, NotTheirCarer)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.MAKE_FIRST_CALLS)
def call_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Show whom to ring about a family and log how it went: 404 beyond the person's students; to htmx what is new."""
    now = timezone.now()
    sheet = sheet_or_404(request, pk, now, also=_named(request))
    if request.htmx and request.method == "GET":
        return render(request, "contacts/_call_live.html", _context(request, sheet, pk))
    form = CallForm.of(sheet, sheet.seen(request.user), request.POST or None)
    if request.method == "POST" and _is_logged(form, request):
        messages.success(request, "It is logged, once.")
        return redirect("contacts:call_queue")
    if request.method == "POST" and form.is_valid():
        fault = _fault(request, form, sheet, now)
        if not fault:
            return redirect("contacts:call_queue")
        sheet = sheet_or_404(request, pk, now, also=_named(request))
        form = _again(request, sheet, fault)
    if request.method == "GET":
        _note(request, sheet)
    status = 409 if form.non_field_errors() else 422 if form.errors else 200
    return render(request, "contacts/call_form.html", _context(request, sheet, pk) | {"form": form}, status=status)


def _is_logged(form: CallForm, request: StaffRequest) -> bool:
    """Test for a sending that arrived before: by now its students need no reason, and the form would ask for more."""
    if not form.is_bound:
        return False
    form.is_valid()
    return call_is_logged(token=form.cleaned_data.get("token"), by=request.user)


def _named(request: StaffRequest) -> list[int]:
    """Return the students that the form was opened about."""
    return keys_read(request.POST.getlist("about"))


def _fault(request: StaffRequest, form: CallForm, sheet: Sheet, now: datetime) -> str:
    """Log the call; return why it could not be, "" when it is."""
    if form.cleaned_data["gone"] != form.initial["gone"]:
        names = " and ".join(student.who.name for student in sheet.gone)
        return (
            f"{names}: the mark was changed meanwhile, and no reason is needed any more. "
            "Log the call all the same, or leave it."
        )
    try:
        logged = _logged(request, form, sheet, now)
    except REFUSED as fault:
        return str(fault)
    _tell(request, form, logged)
    return ""


def _logged(request: StaffRequest, form: CallForm, sheet: Sheet, now: datetime) -> Logged:
    about = form.cleaned_data["about"]
    key, number = form.carer
    carer = get_object_or_404(ParentCarer, pk=key)
    relation = next(row.carer.relationship for row in sheet.carers if row.carer.parent_carer_id == key)
    ended = form.ended
    return call_log(
        students=list(Student.objects.with_right(request.user, Right.MAKE_FIRST_CALLS).filter(pk__in=about)),
        day=sheet.day,
        said=Said(
            carer=carer,
            who_words=relation or str(carer),
            number=number,
            result=ended.result,
            outcome=ended.outcome,
            words=form.cleaned_data["words"],
            channel=ended.channel,
            at=form.called_at,
        ),
        reasons=[
            Reason(
                answer.student.who,
                answer.code,
                answer.entries,
                next_session(answer.student, sheet, answer.until) if answer.until else None,
                answer.until,
                answer.is_until_asked,
            )
            for answer in form.answers
        ],
        seen=form.cleaned_data["seen"],
        token=form.cleaned_data["token"],
        by=request.user,
        now=now,
    )


def _again(request: StaffRequest, sheet: Sheet, fault: str) -> CallForm:
    """Return the form with all that was typed, as things stand now; sent again, it is logged."""
    seen = sheet.seen(request.user)
    form = CallForm.of(sheet, seen, request.POST)
    form.is_valid()
    form.add_error(None, fault)
    form.brought_up_to(seen)
    return form


def _tell(request: StaffRequest, form: CallForm, logged: Logged) -> None:
    names = " and ".join(str(contact.student.full_name) for contact in logged.contacts)
    words = f"{names}: {form.ended.words.lower()}, logged."
    if logged.marks:
        words += f" {logged.marks} mark{'s' * (logged.marks != 1)} changed."
    messages.success(request, words)
    if logged.planned:
        messages.success(request, "The rest of the absence is planned, and appears in the register by itself.")
    if logged.asked:
        messages.info(request, "The days ahead are put down as a request for leave, for who may grant or refuse it.")
    if logged.unplanned:
        messages.info(request, "The next register asks again: this code is not planned ahead.")


def _context(request: StaffRequest, sheet: Sheet, pk: int) -> dict[str, object]:
    kinds = {due.step.kind for due in sheet.family.due} if sheet.family else set()
    years = {student.who.year for student in sheet.students}
    tells_dsl = CallingStep.Kind.DSL in kinds
    tells_agency = CallingStep.Kind.SOCIAL_WORKER in kinds
    return {
        "sheet": sheet,
        "family": sheet.family,
        "is_early": any(student.why for student in (sheet.family.students if sheet.family else ())),
        "pk": pk,
        "endings": [(key, ended.words) for key, ended in ENDINGS.items() if key != REASON],
        "is_own": sheet.claim is not None and sheet.claim.by_id == request.user.pk,
        "dsls": dsls_of(min(filter(None, years), default=None), sheet.day) if tells_dsl else (),
        "workers": social_workers_of(sheet.family) if sheet.family and tells_agency else (),
    }


def _note(request: StaffRequest, sheet: Sheet) -> None:
    access_notes(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        reasons={f"student:{student.key}": student.who.reason for student in sheet.students},
        path=request.get_full_path(),
    )
