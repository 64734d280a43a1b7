"""The parts of a meeting: who came, what was said of each student, actions set, the minutes closed."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from interventions.forms.actions import ActionForm
from interventions.forms.meetings import PersonForm, SaidForm
from interventions.services import actions as action_services
from interventions.services import meetings as services
from interventions.summaries.meetings import MeetingRecord, Part
from interventions.views.meeting_common import choosable, kept_record, noted, person_groups
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.versions import Overtaken
from pastoral.core.words import key_asked, key_read
from students.picking import Picking
from students.summaries import SchoolCalendar

ALMOST_A_WEEK = timedelta(days=6)


def back_to(record: MeetingRecord) -> str:
    """Return the address of the meeting's page."""
    return reverse("interventions:meeting_detail", args=[record.meeting.pk])


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_student(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """Write what was said and decided of one student, with an action if somebody is to do something."""
    record = kept_record(request, pk)
    part = next((each for each in record.parts if each.row.pk == row), None)
    if part is None:
        raise Http404("no such student among those this person sees")
    form = SaidForm.of(part.row, request.POST or None, token=uuid4(), due_on=next_due(record))
    if answer := closed_meanwhile(request, record, form):
        return answer
    if form.is_valid():
        try:
            _said(request, record, part, form)
        except Overtaken:
            form.overtaken()
        else:
            messages.success(request, f"Kept: {part.who.name}")
            return redirect(f"{back_to(record)}#student-{row}")
    noted(request, record)
    context = {"form": form, "record": record, "part": part, "meeting": record.meeting}
    return render(request, "interventions/meeting_student.html", context, status=422 if form.errors else 200)


def _said(request: StaffRequest, record: MeetingRecord, part: Part, form: SaidForm) -> None:
    now = timezone.now()
    services.student_say(row=part.row, seen=form.cleaned_data["seen"], facts=form.said(), now=now)
    if facts := form.action():
        action_services.action_set(
            token=form.cleaned_data["token"], facts=facts | of_part(record, part), by=request.user
        )


def of_part(record: MeetingRecord, part: Part | None) -> dict[str, Any]:
    """Return what an action set at the meeting is of: the student, and the case or plan talked of."""
    if part is None:
        return {"meeting": record.meeting}
    row = part.row
    return {"meeting": record.meeting, "student_id": row.student_id, "case_id": row.case_id, "plan_id": row.plan_id}


def next_due(record: MeetingRecord) -> Any:
    """Return the day by which things are done if none is said: the next meeting, else a school day in a week."""
    today = timezone.localdate()
    if record.meeting.next_on and record.meeting.next_on > today:
        return record.meeting.next_on
    return SchoolCalendar.load().next_school_day(today + ALMOST_A_WEEK) or today + ALMOST_A_WEEK


def closed_meanwhile(request: StaffRequest, record: MeetingRecord, form: Any = None) -> HttpResponse | None:
    """Answer a form for a meeting that was withdrawn, or whose minutes are closed; None while it can be written to."""
    if answer := withdrawn_meanwhile(request, record.meeting, back_to(record), form):
        return answer
    if record.meeting.closed_at is None:
        return None
    return too_late(request, "The minutes are closed. Open them again to change what they say.", back_to(record), form)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_action(request: StaffRequest, pk: int) -> HttpResponse:
    """Set an action at a meeting, about one of its students (`student` in the address) or about none."""
    record = kept_record(request, pk)
    key = key_asked(request, "student")
    part = next((each for each in record.parts if each.row.student_id == key), None)
    if key and part is None:
        raise Http404("no such student among those this person sees")
    form = ActionForm(request.POST or None, initial={"owner": request.user.pk, "due_on": next_due(record)})
    if answer := closed_meanwhile(request, record, form):
        return answer
    if form.is_valid():
        facts = form.facts() | of_part(record, part)
        action_services.action_set(token=form.cleaned_data["token"], facts=facts, by=request.user)
        messages.success(request, f"{facts['owner'].formal_name} has it in their list.")
        return redirect(f"{back_to(record)}#student-{part.row.pk}" if part else back_to(record))
    context = {"form": form, "record": record, "part": part, "meeting": record.meeting}
    return render(request, "interventions/meeting_action.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.KEEP_MEETINGS)
def meeting_students(request: StaffRequest, pk: int) -> HttpResponse:
    """Put more students on the list of a meeting."""
    record = kept_record(request, pk)
    if answer := closed_meanwhile(request, record):
        return answer
    picking = Picking.of(request.POST if request.method == "POST" else request.GET, choosable(request.user))
    if request.POST.get("do") == "pick":
        return render(request, "students/_picker.html", {"picking": picking})
    if request.POST.get("do") == "save" and picking.is_settled():
        services.students_add(meeting=record.meeting, students=picking.chosen)
        return redirect(back_to(record))
    context = {"record": record, "picking": picking, "meeting": record.meeting}
    return render(request, "interventions/meeting_students.html", context)


@require_POST
@right_required(Right.KEEP_MEETINGS)
def meeting_do(request: StaffRequest, pk: int) -> HttpResponse:
    """Do one of the small things: who came, somebody asked or not asked, the minutes closed or opened again."""
    record = kept_record(request, pk)
    do = request.POST.get("do", "")
    if do == "reopen":
        services.meeting_reopen(meeting=record.meeting)
        messages.info(request, "The minutes are open again.")
        return redirect(back_to(record))
    if do == "close":
        return _close(request, record)
    if answer := closed_meanwhile(request, record):
        return answer
    try:
        _little(request, record, do)
    except services.InUse as fault:
        messages.warning(request, str(fault))
    return redirect(back_to(record))


def _close(request: StaffRequest, record: MeetingRecord) -> HttpResponse:
    if answer := withdrawn_meanwhile(request, record.meeting, back_to(record)):
        return answer
    following = services.meeting_close(meeting=record.meeting, now=timezone.now())
    told = "The minutes are closed: whoever has something to do finds it in their list."
    if following:
        told += f" What is open went over to the meeting of {following.held_on:%-d %B}."
    messages.success(request, told)
    return redirect(back_to(record))


def _little(request: StaffRequest, record: MeetingRecord, do: str) -> None:
    people = {guest.row.pk: guest.row for guest in record.people}
    person = people.get(key_read(request.POST.get("person", "")))
    if do == "everybody":
        services.people_came(
            meeting=record.meeting, came={key: True for key, row in people.items() if row.came is None}
        )
    elif do in ("came", "not", "unsure") and person:
        came = {"came": True, "not": False, "unsure": None}[do]
        services.people_came(meeting=record.meeting, came={person.pk: came})
    elif do == "unask" and person:
        services.person_remove(person=person)
    elif do == "ask":
        form = PersonForm(request.POST, groups=person_groups(record))
        if form.is_valid():
            who = form.facts() | {"invited_on": timezone.localdate()}
            services.person_add(meeting=record.meeting, who=who)
        else:
            messages.warning(request, "Choose somebody to ask, or write a name.")
    elif do == "remove":
        wanted = key_read(request.POST.get("row", ""))
        for part in record.parts:
            if part.row.pk == wanted:
                services.student_remove(row=part.row)
