"""Meetings: the list, a new one, one of them with everybody's part, and its minutes closed."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contacts.forms.withdrawal import WithdrawForm
from interventions.forms.meetings import MeetingChangeForm, MeetingForm
from interventions.models import Meeting, PACase, Plan
from interventions.services import meetings as services
from interventions.summaries.meeting_history import meeting_changes
from interventions.summaries.meeting_list import SHOWS, Asked, meetings_asked, rows_of, table_of
from interventions.summaries.meetings import MeetingRecord
from interventions.views.meeting_common import choosable, held_record, kept_record, noted, person_groups, years_kept
from pastoral.core.exports import handed_out
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.paging import counted_page, list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, key_asked
from students.picking import Picking
from students.scopes import scope_of

ANY = tuple(Right)


@never_cache
@require_safe
@right_required(*ANY)
def meeting_list(request: StaffRequest) -> HttpResponse:
    """List the meetings asked for, or hand the list out as a file."""
    today = timezone.localdate()
    show, purpose = asked_for(request, "show"), asked_for(request, "purpose")
    asked = Asked(
        show=show if show in SHOWS else "",
        purpose=purpose if purpose in Meeting.Purpose.values else "",
        year=key_asked(request, "year") if key_asked(request, "year") in range(7, 14) else 0,
        student=key_asked(request, "student"),
    )
    found = meetings_asked(request.user, asked, today)
    rows = partial(rows_of, request.user, asked=asked, on=today)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            table_of(rows(found), asked, today),
            how,
            subject=f"meetings:{asked.show or 'all'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"meetings-{today}",
        )
    cursor = asked_for(request, "before")
    context = {
        "asked": asked,
        "page": list_page(rows(found), cursor=cursor, size=50)
        if asked.student
        else counted_page(found, rows, cursor=cursor),
        "shows": [(f"?show={slug}" if slug else "?", words, slug == asked.show) for slug, words in SHOWS.items()],
        "purposes": Meeting.Purpose.choices,
        "years": years_kept(request.user),
        "may_keep": request.user.may(Right.KEEP_MEETINGS),
        "sees_years": request.user.may(Right.SEE_MEETINGS),
    }
    return render(request, "interventions/meeting_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_add(request: StaffRequest) -> HttpResponse:
    """Plan a meeting, or note one that was held; `student`, `case` and `plan` in the address are in it already."""
    among = choosable(request.user)
    picking = Picking.of(request.POST or _with_records(request), among)
    if request.method == "POST" and request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    initial = {"held_on": timezone.localdate(), "purpose": asked_for(request, "purpose") or "family", **_typed(request)}
    sent = request.POST if request.POST.get("do") == "save" else None
    form = MeetingForm(sent, years=years_kept(request.user), initial=initial)
    if form.is_valid() and picking.is_settled(least=0):
        made = services.meeting_make(
            facts=form.facts(),
            students=picking.chosen,
            staff=form.cleaned_data["staff"],
            token=form.cleaned_data["token"],
            by=request.user,
            of=_records(request, {student.pk for student in picking.chosen}),
        )
        messages.success(request, "The meeting is kept. Whoever is asked finds it among their meetings.")
        return redirect("interventions:meeting_detail", made.pk)
    picking.wants_focus = False
    context = {"form": form, "picking": picking, "records": _asked_records(request)}
    return render(request, "interventions/meeting_form.html", context, status=422 if form.is_bound else 200)


def _asked_records(request: StaffRequest) -> dict[str, int]:
    data = request.POST if request.method == "POST" else request.GET
    return {
        name: int(value) for name in ("case", "plan") if (value := data.get(name, "")).isdecimal() and len(value) < 18
    }


def _records(request: StaffRequest, students: set[int]) -> Mapping[int, Mapping[str, int]]:
    """Return the case and the plan that the address names, by their student, if the person may know of them."""
    asked, found = _asked_records(request), dict[int, dict[str, int]]()
    models: dict[str, Any] = {"case": PACase, "plan": Plan}
    for name, key in asked.items():
        record = models[name].objects.visible_to(request.user).standing(pk=key).first()
        if record and record.student_id in students:
            found.setdefault(record.student_id, {})[f"{name}_id"] = key
    return found


def _with_records(request: StaffRequest) -> QueryDict:
    """Return the address with the student of the case or the plan that it names chosen."""
    data = request.GET.copy()
    models: dict[str, Any] = {"case": PACase, "plan": Plan}
    for name, key in _asked_records(request).items():
        record = models[name].objects.visible_to(request.user).standing(pk=key).first()
        if record:
            data.appendlist("student", str(record.student_id))
    return data


def _typed(request: StaffRequest) -> dict[str, Any]:
    """Return what stands in the form while students are added to it without script."""
    if request.method != "POST":
        return {}
    typed: dict[str, Any] = {name: value for name, value in request.POST.items() if name not in ("student", "who")}
    return typed | {"staff": request.POST.getlist("staff")}


@never_cache
@require_safe
@right_required(*ANY)
def meeting_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one meeting, as much of it as the person may read."""
    record = held_record(request, pk)
    noted(request, record)
    return render(request, "interventions/meeting_detail.html", detail_context(request, record))


def detail_context(request: StaffRequest, record: MeetingRecord) -> dict[str, Any]:
    """Return what the page of a meeting shows."""
    meeting = record.meeting
    may_write = record.sight.keeps and meeting.closed_at is None and meeting.withdrawn_at is None
    before = meeting.follows if meeting.follows and meeting.follows.closed_at is None else None
    return {
        "record": record,
        "meeting": meeting,
        "may_write": may_write,
        "before": before,
        "changes": meeting_changes(record),
        "groups": person_groups(record) if may_write else [],
        "today": timezone.localdate(),
        "here": request.get_full_path(),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change what a meeting is and says as a whole; what it said before is kept."""
    record = kept_record(request, pk)
    meeting, back = record.meeting, reverse("interventions:meeting_detail", args=[pk])
    form = MeetingChangeForm.of(meeting, request.POST or None, years=years_kept(request.user))
    if answer := withdrawn_meanwhile(request, meeting, back, form):
        return answer
    if form.is_valid():
        try:
            services.meeting_change(meeting=meeting, seen=form.cleaned_data["seen"], facts=form.facts())
        except services.MinutesClosed as fault:
            return too_late(request, str(fault), back, form)
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, "Saved; what it said before stays in the history.")
            return redirect(back)
    noted(request, record)
    context = {"form": form, "meeting": meeting, "record": record}
    return render(request, "interventions/meeting_change.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a meeting out of every list; it stays in the history, and so do its actions."""
    record = kept_record(request, pk)
    back = reverse("interventions:meeting_list")
    if request.method == "POST" and (answer := withdrawn_already(request, record.meeting, back)):
        return answer
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        because = form.cleaned_data["because"]
        services.meeting_withdraw(meeting=record.meeting, because=because, by=request.user, now=timezone.now())
        messages.success(request, "The meeting is withdrawn. What is of a case or a plan is still to be done.")
        return redirect(back)
    context = {"form": form, "meeting": record.meeting, "record": record}
    return render(request, "interventions/meeting_withdraw.html", context, status=422 if form.errors else 200)
