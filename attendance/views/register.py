"""Taking the register."""

from collections import Counter
from collections.abc import Collection, Mapping
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
from attendance.services.register import (
    MOST_MINUTES,
    Choice,
    RegisterNotOpen,
    RowsChanged,
    RowsRefused,
    register_take,
)
from attendance.summaries.closed import closed_day
from attendance.summaries.register import RegisterSheet, Sitting, not_open_because, register_sheet
from attendance.summaries.register_groups import groups_to_take
from attendance.summaries.times import SchoolTimes
from pastoral.core.history import names_who
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from students.models import Enrolment
from students.scopes import scope_of
from students.summaries import RollEntry, roll_of

UNREAD = "This page was too old to be read. Nothing was saved: look through the register and save it again."
Roll = tuple[RollEntry, ...]


@require_safe
@right_required(Right.TAKE_REGISTER)
def register_now(request: StaffRequest) -> HttpResponse:
    """Lead to the register of now: straight to the only group's, else to a choice of groups with their state."""
    now = timezone.now()
    day = timezone.localtime(now).date()
    groups = groups_to_take(request.user, day)
    if closed := closed_day(day):
        return render(request, "attendance/register_none.html", {"closed": closed, "groups": groups})
    session = SchoolTimes.load().session_at(now)
    if len(groups) == 1:
        return redirect(_address(Sitting(groups[0].group_id, day, session)))
    context = {"groups": groups, "day": day, "is_morning": session == "AM", "is_afternoon": session == "PM"}
    return render(request, "attendance/register_choose.html", context)


@require_http_methods(["GET", "POST"])
@names_who
@right_required(Right.TAKE_REGISTER, Right.CHASE_REGISTERS)
def register_detail(request: StaffRequest, group_id: int, day: date, session: str) -> HttpResponse:
    """Show one register and take it: 404 outside the person's reach, 403 for those who may only look."""
    sitting = Sitting(group_id, day, session)
    roll, rights = _reached(request, sitting)
    if request.method == "POST":
        if Right.TAKE_REGISTER not in rights:
            raise PermissionDenied("this register may only be looked at")
        return _taken(request, sitting, roll, rights)
    return _page(request, sitting, roll, rights)


def _reached(request: StaffRequest, sitting: Sitting) -> tuple[Roll, frozenset[Right]]:
    group, day, _session = sitting
    roll = roll_of(Enrolment.objects.visible_to(request.user).filter(tutor_group=group), day)
    if not roll:
        raise Http404("no such register among the person's groups")
    rights = scope_of(request.user).rights_on(roll[0].year, group, has_sen=False)
    if not rights & {Right.TAKE_REGISTER, Right.CHASE_REGISTERS}:
        raise Http404("no such register among the person's groups")
    return roll, rights


def _taken(request: StaffRequest, sitting: Sitting, roll: Roll, rights: frozenset[Right]) -> HttpResponse:
    form = SentForm.of(request.POST, roll)
    if form is None:
        return _page(request, sitting, roll, rights, error=UNREAD)
    if form.faults:
        return _page(request, sitting, roll, rights, form, faults=form.faults)
    try:
        register_take(sitting=sitting, roll=roll, rights=rights, sent=form.sent, by=request.user, now=timezone.now())
    except RegisterNotOpen as fault:
        return _page(request, sitting, roll, rights, form, error=str(fault))
    except RowsRefused as refused:
        return _page(request, sitting, roll, rights, form, faults=refused.faults)
    except ReasonMissing as fault:
        return _page(request, sitting, roll, rights, form, reason_fault=str(fault))
    except RowsChanged as changed:
        return _page(request, sitting, roll, rights, form, overtaken=changed.students, status=409)
    messages.success(request, f"The register is saved: {_words(entry.said.choice for entry in form.sent.entries)}.")
    address = _address(sitting)
    return JsonResponse({"to": address}) if _is_script(request) else redirect(address)


def _page(
    request: StaffRequest,
    sitting: Sitting,
    roll: Roll,
    rights: frozenset[Right],
    form: SentForm | None = None,
    *,
    faults: Mapping[int, str] | None = None,
    overtaken: Collection[int] = (),
    status: int | None = None,
    **words: Any,
) -> HttpResponse:
    now = timezone.now()
    sheet = register_sheet(sitting, roll, rights, today=timezone.localtime(now).date())
    shut = not_open_because(sitting, sheet.times, now, is_school_day=sheet.is_school_day)
    fields = fields_of(sheet, form, faults, overtaken)
    context = {
        "sheet": sheet,
        "shut": shut,
        "fields": fields,
        "faults": len(faults or {}),
        "overtaken": len(overtaken),
        "token": form.sent.token if form else uuid4(),
        "reason": form.sent.reason if form else "",
        "reasons": REASONS,
        "has_marks": any(field.row.standing for field in fields),
        "status_word": "edited" if form else "",
        "closed": closed_day(sitting.day) if shut and not sheet.is_school_day else None,
        "summary": _words(field.said.choice for field in fields),
        "most_minutes": MOST_MINUTES,
        "starts_at": _clock(sheet, now) if sitting.day == timezone.localdate(now) else "",
        **words,
    }
    return render(
        request, "attendance/register_detail.html", context, status=status or (422 if request.method == "POST" else 200)
    )


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
