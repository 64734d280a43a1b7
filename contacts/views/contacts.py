"""Logging a contact, from any page."""

from collections.abc import Mapping
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.forms.contacts import ContactForm
from contacts.models import Contact, Purpose
from contacts.services.contacts import CarerBarred, NotTheirCarer, contact_log
from contacts.summaries.matters import NAMED, named_student
from contacts.summaries.sheet import Sheet
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_asked
from students.models import Student
from students.picking import LONGEST, MOST_MATCHES
from students.querysets import StudentQuerySet

LOGGED = "contact-logged"  # what the drawer's script waits for


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.LOG_CONTACTS)
def contact_add(request: StaffRequest) -> HttpResponse:
    """Log a contact in one step: of the student and the matter in the address, or first choose a student."""
    asked = {name: asked_for(request, name) for name in NAMED}
    key = key_asked(request, "student") or named_student(request.user, asked)
    now = timezone.now()
    if not key:
        return _choose(request)
    student = Student.objects.with_right(request.user, Right.LOG_CONTACTS).filter(pk=key).first()
    sheet = Sheet.load(request.user, student, asked, now) if student else None
    if student is None or sheet is None:
        raise Http404("no such student among those about whom this person logs contacts")
    form = ContactForm(request.POST or None, sheet=sheet, user=request.user, now=now, initial=_known(request))
    if form.is_valid():
        logged = _log(request, form)
        if logged:
            return _done(request, student, logged)
    if not form.is_bound:
        _note(request, sheet)
    context = {"form": form, "sheet": sheet, "student": student}
    return _page(request, "contact_form", context, HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK)


def _choose(request: StaffRequest) -> HttpResponse:
    """Ask which student; words that fit one alone lead straight on."""
    words = asked_for(request, "who")[:LONGEST]
    today = timezone.localdate()
    students = Student.objects.with_right(request.user, Right.LOG_CONTACTS).with_tutor_group(today)
    matches = list(_found(students, words)[: MOST_MATCHES + 1])
    asked = request.GET.copy()
    for name in ("who", "student"):
        asked.pop(name, None)
    if len(matches) == 1:
        asked["student"] = str(matches[0].pk)
        return redirect(f"{reverse('contacts:contact_add')}?{asked.urlencode()}")
    context = {"words": words, "matches": matches[:MOST_MATCHES], "asked": list(asked.items())}
    return _page(request, "contact_student", context)


def _found(students: StudentQuerySet, words: str) -> StudentQuerySet:
    return students.on_roll(timezone.localdate()).found_by(words) if words else students.none()


def _known(request: StaffRequest) -> dict[str, str]:
    """Return what the address says of it: who called whom, what for, and which agency, or who there, it was with."""
    known = {"direction": "in"} if asked_for(request, "direction") == "in" else {}
    if (purpose := asked_for(request, "purpose")) in Purpose.values:
        known["purpose"] = purpose
    if agency := asked_for(request, "agency"):
        known |= {"who": "agency", "agency": agency, "purpose": Purpose.REFERRAL}
    return known


def _log(request: StaffRequest, form: ContactForm) -> list[Contact]:
    data = form.cleaned_data
    try:
        return contact_log(
            told=form.told(),
            students=form.students(),
            token=data["token"],
            by=request.user,
            now=form.now,
            abouts=form.abouts(),
            made_by=data["made_by"],
            owner=data["owner"],
            visited_by=form.visitors(),
        )
    except (CarerBarred, NotTheirCarer) as refused:
        form.add_error("who", str(refused))
        return []


def _done(request: StaffRequest, student: Student, logged: list[Contact]) -> HttpResponse:
    own = next(contact for contact in logged if contact.student_id == student.pk)
    names = ", ".join(sorted(contact.student.full_name for contact in logged))
    messages.success(
        request, f"Logged: {own.get_channel_display().lower()}, {own.get_result_display().lower()}, {names}."
    )
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Trigger": LOGGED})
    return redirect(student)


def _note(request: StaffRequest, sheet: Sheet) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{sheet.student.student_id}",
        reason=sheet.student.reason,
        path=request.get_full_path(),
    )


def _page(request: StaffRequest, name: str, context: Mapping[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    """Show a page by itself, or for the drawer only what is in it."""
    template = f"contacts/_{name}.html" if request.htmx else f"contacts/{name}.html"
    return render(request, template, {**context, "is_drawer": bool(request.htmx)}, status=status)
