"""Changing many marks in one action: asking, previewing, confirming, undoing."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.forms.bulk import BulkForm, ConfirmForm, UndoForm
from attendance.models import BulkChange
from attendance.services.bulk import (
    Confirmed,
    PreviewStale,
    TooMany,
    bulk_change,
    bulk_undo,
    size_fits,
    undoing_of,
)
from attendance.summaries.bulk import BulkPreview
from attendance.summaries.bulk_preview import bulk_preview, bulk_students
from attendance.summaries.bulk_since import changed_after
from attendance.views.bulk_who import Who, again_of, whom_choices
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import keys_read, plain
from students.summaries import SchoolCalendar


@require_http_methods(["GET", "POST"])
@right_required(Right.BULK_MARKS)
def bulk_form(request: StaffRequest) -> HttpResponse:
    """Take a change of many marks: nothing is written before its preview is confirmed."""
    do = _asked_to(request)
    again = again_of(request) if request.method == "GET" else None
    who = Who.of(request, do) if request.method == "POST" else Who.asked(request, again)
    form = _form(request, who, again, keeps=do not in ("preview", "confirm"))
    if do in ("preview", "confirm") and form.is_valid():
        try:
            return _previewed(request, form, who, is_confirmed=do == "confirm")
        except TooMany as fault:
            form.add_error("last_day", str(fault))
    before = len(request.POST.getlist("student"))
    is_unknown = do == "find" and not who.found and len(who.picked) == before
    context = {"form": form, "who": who, "is_unknown": is_unknown}
    if request.htmx:
        return render(request, "attendance/_bulk_who.html", context)
    lately = BulkChange.objects.visible_to(request.user).select_related("made_by", "undone_by")[:10]
    return render(request, "attendance/bulk_form.html", {**context, "done_lately": lately})


def _asked_to(request: StaffRequest) -> str:
    """Return what the button says; a name typed and sent with Enter is looked for first."""
    do = request.POST.get("do", "")
    return "find" if do == "preview" and plain(request.POST.get("words", "")) else do


def _form(request: StaffRequest, who: Who, again: BulkChange | None, *, keeps: bool) -> BulkForm:
    """Return the form; keeps: as it was typed, without its faults, since only students are being looked for."""
    initial: dict[str, Any]
    if request.method == "POST":
        initial = {name: request.POST.get(name, "") for name in BulkForm.base_fields}
    else:
        initial = _again(again) if again else {"first_day": timezone.localdate()}
    return BulkForm.of(
        whom_choices(request),
        None if keeps else request.POST,
        on=timezone.localdate(),
        rights=request.user.rights,
        calendar=SchoolCalendar.load(),
        has_picked=bool(who.picked),
        initial={**initial, "whom": who.whom},
    )


def _again(change: BulkChange) -> dict[str, Any]:
    """Return the sessions of a change to be made again with another code."""
    return {
        "first_day": change.starts_on,
        "first_session": change.starts_session,
        "last_day": change.ends_on,
        "last_session": change.ends_session,
        "with_present": change.letters == "/",
        "why": "Marked in error",
    }


def _previewed(request: StaffRequest, form: BulkForm, who: Who, *, is_confirmed: bool) -> HttpResponse:
    ask, calendar, now = form.asked(), form.calendar, timezone.now()
    students = bulk_students(request.user, timezone.localdate(), ask, whom=who.whom, picked=who.picked)
    size_fits(len(students), len(ask.sessions(calendar)))
    confirm = ConfirmForm(request.POST)
    out = set(keys_read(request.POST.getlist("out")))
    stale: dict[str, Any] = {}
    if is_confirmed and confirm.is_valid():
        token, digest, looked_at = confirm.seen()
        confirmed = Confirmed(token, digest, who.words, frozenset(out), form.reason, tuple(who.picked))
        try:
            done = bulk_change(
                students=students, ask=ask, confirmed=confirmed, calendar=calendar, by=request.user, now=now
            )
        except PreviewStale as fault:
            changed = changed_after(students, ask, looked_at) if looked_at else ()
            stale = {"stale": str(fault), "changed": changed}
        else:
            messages.success(request, f"Done: {_done_words(done)}.")
            return redirect("attendance:bulk_detail", done.pk)
    preview = bulk_preview(students, ask, calendar=calendar, now=now)
    return _preview_page(request, form, preview, {"who": who, "out": out, **stale})


def _preview_page(request: StaffRequest, form: BulkForm, preview: BulkPreview, more: dict[str, Any]) -> HttpResponse:
    token = uuid4()
    context = {
        "form": form,
        "preview": preview,
        "token": token,
        "reason": form.reason,
        "hidden": [(name, request.POST.get(name, "")) for name in BulkForm.base_fields if request.POST.get(name)],
        **more,
    }
    return render(request, "attendance/bulk_preview.html", context, status=409 if "stale" in more else 200)


def _done_words(done: BulkChange) -> str:
    parts = (
        (done.new, "new mark", "new marks"),
        (done.replaced, "mark replaced", "marks replaced"),
        (done.planned, "session planned", "sessions planned"),
    )
    said = [f"{number:,} {one if number == 1 else many}" for number, one, many in parts if number]
    return ", ".join(said) or "nothing had to be changed"


@require_http_methods(["GET", "POST"])
@right_required(Right.BULK_MARKS)
def bulk_detail(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Show what a change of many marks did, and undo it: what stood before is put back, with a reason."""
    change = get_object_or_404(
        BulkChange.objects.visible_to(request.user).select_related("made_by", "undoes", "undone_by__made_by"), pk=pk
    )
    form = UndoForm(request.POST or None)
    if request.method == "POST" and change.undoes is None and form.is_valid():
        reason, now = form.cleaned_data["reason"], timezone.now()
        undone = bulk_undo(change=change, by=request.user, reason=reason, now=now)
        messages.success(request, f"Put back: {_done_words(undone)}.")
        return redirect("attendance:bulk_detail", undone.pk)
    may_undo = change.undoes is None and getattr(change, "undone_by", None) is None
    context = {
        "change": change,
        "undone_by": getattr(change, "undone_by", None),
        "undoing": undoing_of(change=change, by=request.user) if may_undo else None,
        "form": form,
    }
    return render(request, "attendance/bulk_detail.html", context)
