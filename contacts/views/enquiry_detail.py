"""Reading one enquiry, and what is done about it: told, passed on, closed, opened again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attendance.summaries.reach import reached
from contacts.forms.enquiries import CloseForm, PassForm
from contacts.models import Channel, Enquiry
from contacts.reading import Reader
from contacts.services import enquiries as services
from contacts.services.acknowledging import (
    WAYS,
    Reply,
    acknowledgement_take_back,
    enquiry_acknowledge,
)
from contacts.services.contacts import CarerBarred
from contacts.services.messages import NoRecipient
from contacts.summaries.acknowledgement import NoTemplate, ReplyWords, reply_words, usual_reply
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.enquiries import (
    Row,
    contacts_about,
    desk_rows,
    enquiry_changes,
    message_lost,
    owners_offered,
)
from pastoral.core.access import access_note
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.templatetags.pastoral import daytime
from pastoral.core.versions import Overtaken, version_of

NOT_READ = "What was said in it is not for you to read, so it is not for you to change."
NO_ADDRESS = "No e-mail address is held to answer to: choose how they were told."


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show an enquiry with its clock and its history; pass it on, close it with what came of it, or open it again."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).with_sender(), pk=pk)
    clock = AckClock.load()
    (row,) = desk_rows(request.user, [enquiry], clock, timezone.now())
    forms = _forms(request, enquiry)
    if request.method == "POST":
        answer = _done(request, row, forms)
        if answer:
            return answer
    elif enquiry.student_id and row.may_read:
        _note(request, row)
    ways = _ways(row)
    context = {
        "row": row,
        "enquiry": enquiry,
        "rule": clock.words,
        "told": _told(request, enquiry) if row.owes_reply else None,
        "lost": message_lost(enquiry),
        "ways": ways,
        "has_no_address": usual_reply(enquiry) != ways[0][0],
        "contacts": contacts_about(request.user, enquiry),
        "changes": enquiry_changes(request.user, enquiry, may_read=row.may_read),
        **forms,
    }
    return render(request, "contacts/enquiry_detail.html", context, status=422 if request.method == "POST" else 200)


def _forms(request: StaffRequest, enquiry: Enquiry) -> dict[str, Any]:
    do, data = request.POST.get("do"), request.POST
    owners = owners_offered(request.user, enquiry.student, timezone.localdate())
    if str(enquiry.owner_id) not in {key for _, group in owners for key, _ in group}:
        owners = [*owners, ("Now", [(str(enquiry.owner_id), enquiry.owner.formal_name)])]
    stands = {
        "owner": str(enquiry.owner_id),
        "follow_up_on": enquiry.follow_up_on,
        "seen": version_of(enquiry, services.PASSED),
    }
    return {
        "passing": PassForm(data if do == "pass" else None, owners=owners, initial=stands),
        "closing": CloseForm(data if do == "close" else None),
    }


def _told(request: StaffRequest, enquiry: Enquiry) -> ReplyWords | None:
    """Return what the sender is told in writing; None where the school keeps no letter for it."""
    try:
        return reply_words(enquiry, by=request.user, today=timezone.localdate())
    except NoTemplate:
        return None


def _ways(row: Row) -> list[tuple[str, str, str]]:
    """Return how the sender can be told, the usual way first: as the form sends it, in words, and the address."""
    usual = usual_reply(row.enquiry)
    person = row.enquiry.parent_carer
    email = row.enquiry.reply_to if "@" in row.enquiry.reply_to else person.email if person else ""
    number = row.enquiry.reply_to if row.enquiry.reply_to and "@" not in row.enquiry.reply_to else ""
    number = number or (person.mobile or person.telephone if person else "")
    held = {Channel.EMAIL: email, Channel.PHONE: number, Channel.TEXT: number}
    ways = [way for way in (usual, *(each for each in WAYS if each != usual)) if way != Channel.EMAIL or email]
    return [(way, Channel(way).label, str(held.get(Channel(way), ""))) for way in ways]


def _done(request: StaffRequest, row: Row, forms: dict[str, Any]) -> HttpResponse | None:
    """Do what was asked; None where the form has to be looked at again. Who may not read it only passes it on."""
    enquiry: Enquiry = row.enquiry
    do, back = request.POST.get("do"), reverse("contacts:enquiry_detail", args=[enquiry.pk])
    form = {"pass": forms["passing"], "close": forms["closing"]}.get(do or "")
    if answer := withdrawn_meanwhile(request, enquiry, back, form, because=None if row.may_read else ""):
        return answer
    if do in ("close", "reopen") and not row.may_read:
        messages.error(request, NOT_READ)
        return redirect(back)
    if do == "reopen":
        services.enquiry_reopen(enquiry=enquiry)
        messages.success(request, "It is open again.")
        return redirect(back)
    if form is None or not form.is_valid():
        return None
    try:
        said = _pass(enquiry, form) if do == "pass" else _close(request, enquiry, form)
    except services.EnquiryOver as fault:
        return too_late(request, str(fault), back, form)
    except services.NotAcknowledged as fault:
        form.add_error(None, str(fault))
        return None
    except Overtaken:
        form.overtaken()
        return None
    messages.success(request, said)
    return redirect(back)


def _pass(enquiry: Enquiry, form: PassForm) -> str:
    data = form.cleaned_data
    facts = {"owner_id": int(data["owner"]), "follow_up_on": data["follow_up_on"]}
    held = services.enquiry_pass(enquiry=enquiry, seen=data["seen"], facts=facts)
    return f"{held.owner.formal_name} looks after it."


def _close(request: StaffRequest, enquiry: Enquiry, form: CloseForm) -> str:
    services.enquiry_close(enquiry=enquiry, outcome=form.cleaned_data["outcome"], by=request.user, now=timezone.now())
    return "Closed, with what came of it."


@require_POST
@right_required(Right.KEEP_ENQUIRIES)
def enquiry_tell(request: StaffRequest, pk: int) -> HttpResponse:
    """Acknowledge an enquiry: one key on its page, one button in the list; `undo` takes it back."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user).with_sender(), pk=pk)
    now, back = timezone.now(), _way_back(request, pk)
    (row,) = desk_rows(request.user, [enquiry], AckClock.load(), now)
    if answer := withdrawn_meanwhile(request, enquiry, back, because=None if row.may_read else ""):
        return answer
    if request.POST.get("do") == "undo":
        return _taken_back(request, enquiry, back, now)
    if enquiry.acknowledged_at:
        _say_who_did(request, enquiry)
        return redirect(back)
    ways = {way: to for way, _, to in _ways(row)}
    how = request.POST.get("how") or usual_reply(enquiry)
    if how not in ways:
        messages.error(request, NO_ADDRESS if how == Channel.EMAIL else "Choose how they were told.")
        return redirect("contacts:enquiry_detail", pk)
    try:
        held = enquiry_acknowledge(enquiry=enquiry, reply=Reply(how, ways[how]), by=request.user, now=now)
    except (CarerBarred, NoRecipient, NoTemplate) as fault:
        messages.error(request, str(fault))
        return redirect("contacts:enquiry_detail", pk)
    _say(request, held, row, now)
    return redirect(back)


def _taken_back(request: StaffRequest, enquiry: Enquiry, back: str, now: datetime) -> HttpResponse:
    held = acknowledgement_take_back(enquiry=enquiry, by=request.user, now=now)
    if held.acknowledged_at:
        messages.error(request, "Not taken back: it was closed meanwhile, or an e-mail is on its way.")
    else:
        messages.success(request, "Taken back: it is to be acknowledged again.")
    return redirect(back)


def _say(request: StaffRequest, held: Enquiry, row: Row, now: datetime) -> None:
    """Say that it is acknowledged and where that is logged, or who was quicker."""
    if held.acknowledged_at != now:
        _say_who_did(request, held)
    elif held.acknowledgement:
        messages.success(request, f"Acknowledged: {row.sender}. It is logged with {row.student_name}.")
    else:
        messages.success(request, f"Acknowledged: {row.sender}. It is logged once the student is looked up.")


def _say_who_did(request: StaffRequest, held: Enquiry) -> None:
    """Say who told the sender before; what somebody else said as well is theirs to log."""
    if held.acknowledged_at is None or held.acknowledged_by is None:
        return
    is_own = held.acknowledged_by_id == request.user.pk
    who = "You" if is_own else held.acknowledged_by.formal_name
    how = f", {held.get_acknowledged_how_display().lower()}" if held.acknowledged_how else ""
    also = "" if is_own else " Log a contact if you spoke to them as well."
    messages.info(request, f"{who} acknowledged it already, {daytime(held.acknowledged_at)}{how}.{also}")


def _way_back(request: StaffRequest, pk: int) -> str:
    """Return where the button stood: the list, or the enquiry's own page."""
    if request.POST.get("back") == "list":
        return reverse("contacts:enquiry_list")
    return reverse("contacts:enquiry_detail", args=[pk])


def reading_noted(request: StaffRequest, enquiry: Enquiry) -> bool:
    """Test whether the person may read what was said in it, and note that they did, where it is a student's."""
    students = reached(request.user, [enquiry.student_id]) if enquiry.student_id else {}
    if not Reader.of(request.user, [enquiry], students=students).may_read(enquiry):
        return False
    who = students.get(enquiry.student_id or 0)
    if enquiry.student_id and request.method == "GET":
        _noted(request, enquiry.student_id, who.reason if who else "looks after the enquiry")
    return True


def _note(request: StaffRequest, row: Row) -> None:
    _noted(request, row.enquiry.student_id, row.reason)


def _noted(request: StaffRequest, student: int, reason: str) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{student}",
        reason=reason,
        path=request.get_full_path(),
    )
