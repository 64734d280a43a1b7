"""Help in a lesson: calling for it, who comes, how it ended, and the day's log."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from behaviour.forms.on_call import CallForm, EndForm
from behaviour.forms.withdrawal import WithdrawForm
from behaviour.models import OnCall
from behaviour.querysets import OnCallQuerySet
from behaviour.services import on_call as services
from behaviour.summaries.on_call import CallShown, calls_shown, day_log, lesson_now
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, day_read
from students.files import offered_as_file
from students.models import Student
from students.picking import Picking
from students.querysets import StudentQuerySet

MOST_ROOMS = 60


@never_cache
@require_http_methods(["GET", "POST"])
def on_call_add(request: StaffRequest) -> HttpResponse:
    """Call for help, whoever teaches; the room is the one of last time and the period the one that is on."""
    data = request.POST if request.method == "POST" else request.GET
    picking = Picking.of(data, _callable(request.user), takes_one=True)
    if request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    is_saved = request.POST.get("do") == "save"
    rooms = _rooms(request.user)
    typed = {name: str(value) for name, value in request.POST.items() if name not in {"student", "who", "drop"}}
    known = {"room": rooms[0] if rooms else ""}
    lesson = lesson_now(request.user, timezone.now())
    form = CallForm(request.POST if is_saved else None, initial=known | typed, lesson=lesson)
    if form.is_bound and len(picking.chosen) > 1:
        picking.fault = "Choose one student; log the others in the incident."
    if form.is_valid() and not picking.fault:
        call = services.call_make(
            asked=_asked(form, picking), token=form.cleaned_data["token"], by=request.user, now=timezone.now()
        )
        return redirect("behaviour:on_call_detail", call.pk)
    picking.wants_focus = False
    context = {"form": form, "picking": picking, "rooms": rooms, "may_find": request.user.may(Right.FIND_STUDENT)}
    return render(request, "behaviour/on_call_form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def on_call_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one call, by itself anew while it goes on: to who made it and to who answers; either ends it here."""
    call = get_object_or_404(_calls(request.user), pk=pk)
    do = request.POST.get("do", "")
    end = EndForm(request.POST if do == "end" else None)
    withdraw = WithdrawForm(request.POST if do == "withdraw" else None)
    sent: forms.Form | None = {"end": end, "withdraw": withdraw}.get(do)
    if do == "withdraw" and (answer := withdrawn_already(request, call, request.path)):
        return answer
    if sent is not None and sent.is_valid() and _is_done(request, call, do, sent):
        return redirect("behaviour:on_call_detail", pk)
    (shown,) = calls_shown(request.user, _calls(request.user).filter(pk=pk), timezone.now())
    context = {
        "call": shown,
        "held": call,
        "end": end,
        "withdraw": withdraw,
        "opened": do,
        "answers": request.user.may(Right.ANSWER_CALLS),
        "may_sign_in": shown.student_id
        and call.outcome == OnCall.Outcome.INCLUSION
        and _keeps_rooms(request.user, call),
        "incident_url": _incident_url(request.user, shown),
    }
    if request.method == "GET" and not request.htmx and shown.student_id:
        _note(request, shown.student_id)
    if request.htmx and request.method == "GET":
        return render(request, "behaviour/_on_call_live.html", context)
    return render(request, "behaviour/on_call_detail.html", context, status=422 if sent is not None else 200)


@never_cache
@require_safe
@right_required(Right.ANSWER_CALLS)
def on_call_open(request: StaffRequest) -> HttpResponse:
    """Show the calls that go on, longest first; it refreshes by itself."""
    return _open_page(request)


@never_cache
@require_POST
@right_required(Right.ANSWER_CALLS)
def on_call_do(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a call, or arrive; to htmx the open calls as they are now."""
    call = get_object_or_404(_calls(request.user).standing(), pk=pk)
    act = {"coming": services.call_take, "arrived": services.call_arrive}.get(request.POST.get("do", ""))
    fault = ""
    try:
        if act:
            act(call=call, by=request.user, now=timezone.now())
    except services.CallClash as clash:
        fault = str(clash)
    if request.htmx:
        return _open_page(request, fault)
    if fault:
        messages.error(request, fault)
    return redirect("behaviour:on_call_open")


@never_cache
@require_safe
@right_required(Right.ANSWER_CALLS)
@offered_as_file("Calls for help")
def on_call_log(request: StaffRequest) -> HttpResponse:
    """Show the calls of a day: who came how soon, and how each ended."""
    today = timezone.localdate()
    day = min(day_read(asked_for(request, "day")) or today, today)
    log = day_log(request.user, _calls(request.user), day, timezone.now())
    context = {"day": day, "is_today": day == today, "log": log, "tabs": _tabs("log")}
    return render(request, "behaviour/on_call_log.html", context)


def _open_page(request: StaffRequest, fault: str = "") -> HttpResponse:
    now = timezone.now()
    rows = calls_shown(request.user, _calls(request.user).open().order_by("asked_at"), now)
    context: dict[str, Any] = {"rows": rows, "now": now, "fault": fault, "tabs": _tabs("open")}
    return render(request, "behaviour/_on_call_open.html" if request.htmx else "behaviour/on_call_open.html", context)


def _is_done(request: StaffRequest, call: OnCall, do: str, form: Any) -> bool:
    now = timezone.now()
    try:
        if do == "end":
            services.call_end(call=call, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, "The call is ended.")
        else:
            services.call_withdraw(call=call, because=form.cleaned_data["because"], by=request.user, now=now)
            messages.success(request, "The call is withdrawn; it stays in the history.")
    except services.CallClash as clash:
        form.add_error(None, str(clash))
        return False
    return True


def _asked(form: CallForm, picking: Picking) -> services.Asked:
    data = form.cleaned_data
    student_id = picking.chosen[0].pk if picking.chosen else data.get("in_class")
    return services.Asked(
        room=data["room"],
        reason=form.reason,
        period=data["period"],
        subject=data["subject"],
        about="" if student_id else data["about"],
        student_id=student_id,
    )


def _incident_url(user: User, call: CallShown) -> str:
    """Return where the incident is written with what the call says; "" once it is, or for who logs none."""
    if call.incident_id or not user.may(Right.LOG_INCIDENT):
        return ""
    query = QueryDict(mutable=True)
    query["call"] = str(call.key)
    if call.student_id:
        query["student"] = str(call.student_id)
    return f"{reverse('behaviour:incident_add')}?{urlencode(query.dict())}"


def _note(request: StaffRequest, student: int) -> None:
    """Note the reading, when the page is opened: it refreshes by itself from then on."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{student}",
        reason="A call for help",
        path=request.path,
    )


def _keeps_rooms(user: User, call: OnCall) -> bool:
    return Student.objects.with_right(user, Right.KEEP_INCLUSION).filter(pk=call.student_id or 0).exists()


def _rooms(user: User) -> list[str]:
    """Return the rooms that this person called from, the last one first."""
    rooms = OnCall.objects.visible_to(user).filter(asked_by=user).values_list("room", flat=True)
    return list(dict.fromkeys(rooms[:MOST_ROOMS]))


def _callable(user: User) -> StudentQuerySet:
    today = timezone.localdate()
    return Student.objects.with_right(user, Right.CALL_FOR_HELP).on_roll(today).with_tutor_group(today)


def _calls(user: User) -> OnCallQuerySet:
    return OnCall.objects.visible_to(user)


def _tabs(current: str) -> list[tuple[str, str, bool]]:
    pages = (("open", "behaviour:on_call_open", "Open calls"), ("log", "behaviour:on_call_log", "Day log"))
    return [(reverse(name), words, slug == current) for slug, name, words in pages]
