"""Taking the register."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.register import REASONS, SentForm, fields_of
from attendance.services.marks import ReasonMissing
from attendance.services.register import Outcome, RegisterNotOpen, RowsRefused, register_take
from attendance.services.register_desk import MOST_MINUTES, Choice
from attendance.summaries.closed import closed_day
from attendance.summaries.register import RegisterSheet, Sitting, not_open_because, register_sheet
from attendance.summaries.register_groups import groups_to_take
from attendance.summaries.register_roll import GroupRoll, group_roll
from attendance.summaries.times import TAKEN_IN_MIS, SchoolTimes
from pastoral.core.history import names_who
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required

UNREAD = "This page was too old to be read. Nothing was saved: look through the register and save it again."
CHANGED = "Marks were changed while this page was being saved. Nothing was saved: look through it and save it again."


@require_safe
@right_required(Right.TAKE_REGISTER)
def register_now(request: StaffRequest) -> HttpResponse:
    """Lead to the register of now: straight to the only group's, else to a choice of groups with their state."""
    now = timezone.now()
    day = timezone.localtime(now).date()
    groups = groups_to_take(request.user, day)
    if closed := closed_day(day):
        return render(request, "attendance/register_none.html", {"closed": closed, "groups": groups})
    times = SchoolTimes.load()
    groups = tuple(group.at(now, times) for group in groups)
    if len(groups) == 1:
        return redirect(_address(Sitting(groups[0].group_id, day, groups[0].session)))
    return render(
        request,
        "attendance/register_choose.html",
        {
            "groups": groups,
            "day": day,
            "is_taken_here": times.is_taken_here,
            "taken_in_mis": TAKEN_IN_MIS,
        },
    )


@require_http_methods(["GET", "POST"])
@names_who
@right_required(Right.TAKE_REGISTER, Right.CHASE_REGISTERS)
def register_detail(request: StaffRequest, group_id: int, day: date, session: str) -> HttpResponse:
    """Show one register and take it: 404 outside the person's reach, 403 for those who may only look."""
    sitting = Sitting(group_id, day, session)
    roll = group_roll(request.user, group_id, day)
    if not roll.entries:
        raise Http404("no such register among the person's groups")
    if request.method == "POST":
        if not roll.may_take:
            raise PermissionDenied("this register may only be looked at")
        return _taken(request, sitting, roll)
    return _page(request, sitting, roll)


def _taken(request: StaffRequest, sitting: Sitting, roll: GroupRoll) -> HttpResponse:
    form = SentForm.of(request.POST, roll.entries)
    if form is None:
        return _page(request, sitting, roll, error=UNREAD)
    if form.faults:
        return _page(request, sitting, roll, form, faults=form.faults)
    try:
        outcome = register_take(sitting=sitting, roll=roll, sent=form.sent, by=request.user, now=timezone.now())
    except RegisterNotOpen as fault:
        return _page(request, sitting, roll, form, error=str(fault))
    except RowsRefused as refused:
        return _page(request, sitting, roll, form, faults=refused.faults, has_changed=bool(refused.changed))
    except ReasonMissing as fault:
        return _page(request, sitting, roll, form, reason_fault=str(fault))
    _tell(request, outcome)
    address = _address(sitting)
    return JsonResponse({"to": address}) if _is_script(request) else redirect(address)


def _tell(request: StaffRequest, outcome: Outcome) -> None:
    words = _words(outcome.choices)
    if outcome.is_new:
        messages.success(request, f"The register is saved: {words}.")
    else:
        messages.info(request, f"Nothing new: this page was already saved. The marks stand as below: {words}.")


def _page(
    request: StaffRequest,
    sitting: Sitting,
    roll: GroupRoll,
    form: SentForm | None = None,
    *,
    faults: Mapping[int, str] | None = None,
    has_changed: bool = False,
    **words: Any,
) -> HttpResponse:
    now = timezone.now()
    sheet = register_sheet(sitting, roll, today=timezone.localtime(now).date())
    shut = not_open_because(sitting, sheet.times, now, is_school_day=sheet.is_school_day)
    fields = fields_of(sheet, request.user, form, faults)
    overtaken = [field for field in fields if field.is_overtaken]
    if has_changed and not overtaken:
        words["error"] = CHANGED
    context = {
        "sheet": sheet,
        "shut": shut,
        "fields": fields,
        "faults": len(faults or {}),
        "overtaken": sum(not field.is_own for field in overtaken),
        "overtaken_own": sum(field.is_own for field in overtaken),
        "token": form.sent.token if form else uuid4(),
        "reason": form.sent.reason if form else "",
        "reasons": REASONS,
        "has_marks": any(field.row.standing for field in fields),
        "status_word": "edited" if form else "",
        "closed": closed_day(sitting.day) if shut and not sheet.is_school_day else None,
        "taken_in_mis": TAKEN_IN_MIS,
        "may_correct": any(field.row.may_correct for field in fields),
        "summary": _words(field.said.choice for field in fields),
        "most_minutes": MOST_MINUTES,
        "starts_at": _clock(sheet, now) if sitting.day == timezone.localdate(now) else "",
        **words,
    }
    refused = 409 if overtaken and not shut else 422
    status = refused if request.method == "POST" else 200
    return render(request, "attendance/register_detail.html", context, status=status)


def _clock(sheet: RegisterSheet, now: Any) -> str:
    return str(int(sheet.times.starts_at(sheet.sitting.day, sheet.sitting.session).timestamp()))


def _words(choices: Any) -> str:
    counts = Counter(choices)
    others = counts[Choice.PLANNED] + counts[Choice.STANDS] + counts[Choice.OTHER]
    parts = [f"{counts[choice]} {choice}" for choice in (Choice.PRESENT, Choice.ABSENT, Choice.LATE)]
    return ", ".join(parts + ([f"{others} with another code"] if others else []))


def _is_script(request: StaffRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _address(sitting: Sitting) -> str:
    return reverse("attendance:register_detail", args=sitting)
