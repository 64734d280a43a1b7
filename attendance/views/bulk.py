"""Changing many marks in one action: asking, previewing, confirming, undoing."""

from collections.abc import Collection
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
from attendance.summaries.bulk import BulkPreview, bulk_preview, bulk_students, changed_after
from attendance.summaries.reach import Reached, reached, reached_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, plain
from students.models import Enrolment, Student
from students.scopes import scope_of
from students.summaries import SchoolCalendar

MOST_FOUND = 30


@require_http_methods(["GET", "POST"])
@right_required(Right.BULK_MARKS)
def bulk_form(request: StaffRequest) -> HttpResponse:
    """Take a change of many marks: nothing is written before its preview is confirmed."""
    picked = _picked(request)
    form = _form(request, picked)
    do = request.POST.get("do", "")
    if do in ("preview", "confirm") and form.is_valid():
        try:
            return _previewed(request, form, picked, is_confirmed=do == "confirm")
        except TooMany as fault:
            form.add_error("last_day", str(fault))
    elif do and do not in ("preview", "confirm"):
        form = _form(request, picked, keeps=True)
    context = {
        "form": form,
        "picked": picked.values(),
        "found": _found(request, picked, do),
        "words": plain(request.POST.get("words", "")[:60]),
        "is_search": do == "find",
        "done_lately": BulkChange.objects.visible_to(request.user).select_related("made_by", "undone_by")[:10],
    }
    return render(request, "attendance/bulk_form.html", context)


def _form(request: StaffRequest, picked: Collection[object], *, keeps: bool = False) -> BulkForm:
    """Return the form; keeps: as it was typed, without its faults, since only students are being looked for."""
    typed = {name: request.POST.get(name, "") for name in BulkForm.base_fields} if keeps else None
    group = asked_for(request, "group")
    return BulkForm.of(
        _whom(request),
        None if keeps else request.POST or None,
        on=timezone.localdate(),
        rights=request.user.rights,
        calendar=SchoolCalendar.load(),
        has_picked=bool(picked),
        initial=typed
        or _again(request)
        or {"whom": f"group:{group}" if group else "", "first_day": timezone.localdate()},
    )


def _again(request: StaffRequest) -> dict[str, Any]:
    """Return the students and sessions of a change to be made again with another code; {} when none is asked for."""
    try:
        change = BulkChange.objects.visible_to(request.user).get(pk=UUID(asked_for(request, "again")))
    except (ValueError, BulkChange.DoesNotExist):
        return {}
    name = change.whom.partition(" and ")[0]
    year = name.removeprefix("Year ")
    whom = "all" if name == "The whole school" else f"year:{year}" if year != name else f"group:{name}"
    return {
        "whom": "" if "picked" in name else whom,
        "first_day": change.starts_on,
        "first_session": change.starts_session,
        "last_day": change.ends_on,
        "last_session": change.ends_session,
        "with_present": change.letters == "/",
        "why": "Marked in error",
    }


def _whom(request: StaffRequest) -> list[Any]:
    """Return the groups whose marks the person may change in bulk, as choices."""
    scope = scope_of(request.user)
    spells = Enrolment.objects.visible_to(request.user).current(scope.on)
    rows = spells.order_by("year_group", "tutor_group__name").values_list(
        "year_group", "tutor_group", "tutor_group__name"
    )
    places = [row for row in rows.distinct() if Right.BULK_MARKS in scope.rights_on(*row[:2], has_sen=False)]
    years = [year for year in dict.fromkeys(year for year, *_ in places) if Right.BULK_MARKS in scope.rights_over(year)]
    choices: list[Any] = [("all", "The whole school")] if Right.BULK_MARKS in scope.rights_over(None) else []
    choices.append(("Years", [(f"year:{year}", f"Year {year}") for year in years]))
    choices.append(("Tutor groups", [(f"group:{name}", name) for name in dict.fromkeys(row[2] for row in places)]))
    return choices


def _picked(request: StaffRequest) -> dict[int, Reached]:
    """Return the students picked by name whose marks the person may change in bulk."""
    values = request.POST.getlist("student") or [asked_for(request, "student")]
    keys = {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19}
    return {key: who for key, who in reached(request.user, keys).items() if Right.BULK_MARKS in who.rights}


def _found(request: StaffRequest, picked: Collection[int], do: str) -> list[Reached]:
    """Return the students that the person looks for by name, or those of the group chosen, to be ticked."""
    words, whom = plain(request.POST.get("words", "")[:60]), request.POST.get("whom", "")
    if do == "find" and words:
        students = Student.objects.visible_to(request.user).found_by(words)[:MOST_FOUND].values_list("pk", flat=True)
        found = reached(request.user, students)
    elif do == "list" and whom.startswith("group:"):
        spells = Enrolment.objects.visible_to(request.user).current(timezone.localdate())
        members = spells.filter(tutor_group__name=whom.removeprefix("group:")).values("student")
        found = reached_of(request.user, Student.objects.visible_to(request.user).filter(pk__in=members, left_on=None))
    else:
        return []
    return [who for key, who in found.items() if key not in picked and Right.BULK_MARKS in who.rights]


def _previewed(
    request: StaffRequest, form: BulkForm, picked: dict[int, Reached], *, is_confirmed: bool
) -> HttpResponse:
    ask, calendar, now = form.asked(), form.calendar, timezone.now()
    whom = form.cleaned_data["whom"]
    students = bulk_students(request.user, timezone.localdate(), ask, whom=whom, picked=picked)
    size_fits(len(students), len(ask.sessions(calendar)))
    confirm = ConfirmForm(request.POST)
    out = {int(value) for value in request.POST.getlist("out") if value.isascii() and value.isdigit()}
    stale: dict[str, Any] = {}
    if is_confirmed and confirm.is_valid():
        token, digest, looked_at = confirm.seen()
        confirmed = Confirmed(token, digest, _whom_words(whom, picked), frozenset(out), form.reason)
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
    return _preview_page(request, form, preview, {"picked": picked.values(), "out": out, "whom": whom, **stale})


def _preview_page(request: StaffRequest, form: BulkForm, preview: BulkPreview, more: dict[str, Any]) -> HttpResponse:
    token = uuid4()
    context = {
        "form": form,
        "preview": preview,
        "whom_words": _whom_words(more["whom"], more["picked"]),
        "token": token,
        "reason": form.reason,
        "hidden": [(name, request.POST.get(name, "")) for name in BulkForm.base_fields if request.POST.get(name)],
        **more,
    }
    return render(request, "attendance/bulk_preview.html", context, status=409 if "stale" in more else 200)


def _whom_words(whom: str, picked: Collection[object]) -> str:
    """Return who was chosen, without a name: "9B and 2 picked by name"."""
    kind, _, name = whom.partition(":")
    group = {"all": "The whole school", "year": f"Year {name}", "group": name}.get(kind, "")
    by_name = f"{len(picked)} picked by name" if picked else ""
    return " and ".join(words for words in (group, by_name) if words)


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
