"""Correcting one mark, and reading what was corrected."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.corrections import MarkForm
from attendance.models import BulkChange
from attendance.offers import codes_offered
from attendance.services.corrections import CodeNotOffered, Correction, MarkChanged, mark_correct
from attendance.services.marks import ReasonMissing
from attendance.summaries.amendments import (
    Entry,
    amendments_page,
    amendments_shown,
    entries_of,
    members_named,
    reason_shown,
)
from attendance.summaries.reach import Reached, reached
from attendance.summaries.shown import MarkShown
from attendance.summaries.times import SESSIONS, SchoolTimes
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import address_read, asked_for, day_read
from students.files import offered_as_file
from students.models import Student
from students.summaries import SchoolCalendar, groups_seen


@dataclass(frozen=True)
class EntryShown:
    """One entry of the session as the person may read it; see `reason_shown` for the reason."""

    entry: Entry
    shown: MarkShown | None
    comment: str
    reason: str


@require_http_methods(["GET", "POST"])
@right_required(Right.CORRECT_MARKS)
def mark_detail(request: StaffRequest, student: int, day: date, session: str) -> HttpResponse:
    """Show one session's entries and take a correction: 404 outside the person's students, 403 beyond their rights."""
    who = _student(request, student)
    entries = entries_of(who.student_id, day, session)
    why_not = _why_not(who, day, session, has_entry=bool(entries))
    back = _back(request, who)
    form = _form(request, who, day, session, entries, back)
    if request.method == "POST" and not why_not and form.is_valid():
        if _saved(request, form, who, day, session):
            return redirect(back)
        entries = entries_of(who.student_id, day, session)
    if request.method == "GET":
        _note(request, who)
    context = {
        "who": who,
        "day": day,
        "session": session,
        "session_word": "morning" if session == "AM" else "afternoon",
        "entries": _shown(entries, who),
        "form": form,
        "why_not": why_not,
        "back": back,
        "other_session": SESSIONS[1 - SESSIONS.index(session)],
    }
    status = 409 if form.non_field_errors() else 200
    return render(request, "attendance/mark_detail.html", context, status=status)


def _student(request: StaffRequest, pk: int) -> Reached:
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    if Right.CORRECT_MARKS not in who.rights:
        raise PermissionDenied("sees the student, but may not correct their marks")
    return who


def _why_not(who: Reached, day: date, session: str, *, has_entry: bool) -> str:
    """Return why no mark can be set there; "" when one can. A mark that is held can always be corrected."""
    if has_entry:
        return ""
    if not who.is_on_roll(day):
        return "The student was not on roll on this day, so no mark is due."
    if not SchoolCalendar.load().is_school_day(day):
        return "There was no school on this day, so no mark is due."
    if SchoolTimes.load().starts_at(day, session) > timezone.now():
        return (
            "This session is still ahead. What is known beforehand is planned, and appears in the register by itself."
        )
    return ""


def _form(
    request: StaffRequest, who: Reached, day: date, session: str, entries: tuple[Entry, ...], back: str
) -> MarkForm:
    codes = codes_offered(day, session, born_on=who.born_on, rights=who.rights)
    held = entries[-1] if entries else None
    offered = {code.key for code in codes}
    initial: dict[str, Any] = {"seen": len(entries), "back": back}
    if held and held.key in offered:
        initial |= {"code": held.key, "minutes": held.minutes}
    if held and who.sees_sensitive:
        initial["comment"] = held.comment
    is_new = held is None or held.key is None
    return MarkForm.of(codes, request.POST or None, is_new=is_new, initial=initial)


def _saved(request: StaffRequest, form: MarkForm, who: Reached, day: date, session: str) -> bool:
    """Save, or put what stands in the way into the form, with what the person typed still in it."""
    typed = form.cleaned_data
    # Who cannot read the comment would wipe it out unseen by leaving their own empty.
    comment = typed["comment"] if typed["comment"] or who.sees_sensitive else None
    correction = Correction(day, session, typed["code"], typed["minutes"], comment, form.reason, typed["seen"])
    try:
        corrected = mark_correct(student=who, correction=correction, by=request.user)
    except MarkChanged as meanwhile:
        form.add_error(None, f"{meanwhile} Look at the latest entry, then save again if yours still holds.")
        form.data = {
            **{name: form.data[name] for name in form.data},
            "seen": str(len(entries_of(who.student_id, day, session))),
        }
        return False
    except (CodeNotOffered, ReasonMissing) as fault:
        form.add_error("code" if isinstance(fault, CodeNotOffered) else "why", str(fault))
        return False
    words = "Saved" if corrected.is_changed else "Nothing was changed: the mark says that already"
    turned = f" {corrected.turned}" if corrected.turned else ""
    messages.success(request, f"{words}. {who.name}, {day:%a} {day.day} {day:%b} {session}.{turned}")
    return True


def _shown(entries: tuple[Entry, ...], who: Reached) -> list[EntryShown]:
    """Return the entries as the person may read them: why one took another's place is hidden with either's code."""
    before = [None, *(entry.key for entry in entries)]
    return [
        EntryShown(
            entry,
            entry.shown(sees_sensitive=who.sees_sensitive),
            entry.comment if who.sees_sensitive else "",
            reason_shown(entry.reason, was, entry.key, sees_sensitive=who.sees_sensitive),
        )
        for was, entry in zip(before, entries, strict=False)
    ]


def _back(request: StaffRequest, who: Reached) -> str:
    """Return where the person came from, or the student's page."""
    asked = request.POST.get("back", "") or asked_for(request, "back")
    return address_read(asked) or reverse("reports:student_detail", args=[who.student_id])


def _note(request: StaffRequest, who: Reached) -> None:
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{who.student_id}",
        reason=who.reason,
        path=request.get_full_path(),
    )


@require_safe
@right_required(Right.CORRECT_MARKS)
@offered_as_file("Amended marks")
def amendment_list(request: StaffRequest) -> HttpResponse:
    """List what was amended, newest first: by student, tutor group or days of the sessions when asked."""
    group, pk = asked_for(request, "group"), asked_for(request, "student")
    first, last = day_read(asked_for(request, "first")), day_read(asked_for(request, "last"))
    student = reached(request.user, [int(pk)]).get(int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
    bulk = _bulk(request)
    page = amendments_page(
        _asked_students(request, student, group),
        first=first,
        last=last,
        cursor=asked_for(request, "before"),
        context=bulk.context if bulk else None,
    )
    students = reached(request.user, {row.student_id for row in page.rows})
    if student:
        _note(request, student)
    context = {
        "page": page,
        "amendments": amendments_shown(page.rows, students),
        "student": student,
        "group": group,
        "groups": groups_seen(request.user, timezone.localdate()),
        "first": first,
        "last": last,
        "bulk": bulk,
        "is_narrowed": bool(student or group or first or last or bulk),
    }
    return render(request, "attendance/mark_amendments.html", context)


def _bulk(request: StaffRequest) -> BulkChange | None:
    """Return the change of many marks whose amendments are asked for, when the person may see it."""
    try:
        key = UUID(asked_for(request, "bulk"))
    except ValueError:
        return None
    return BulkChange.objects.visible_to(request.user).exclude(context=None).filter(pk=key).first()


def _asked_students(request: StaffRequest, student: Reached | None, group: str) -> list[int]:
    if student:
        return [student.student_id]
    if group:
        return list(members_named(request.user, group, timezone.localdate()))
    return list(Student.objects.visible_to(request.user).values_list("pk", flat=True))
