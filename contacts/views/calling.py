"""First-day calls: the list of families to call, one call, and the steps when nobody can be reached."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contacts.models import CallingStep
from contacts.services import calling as services
from contacts.summaries.calling import Calls, calls_of
from contacts.summaries.calling_family import FamilyCall, State
from contacts.summaries.calling_sheet import Sheet, sheet_of
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, plain
from students.files import offered_as_file

SHOWN = {"": "All", State.NOW: "To call now", State.LATER: "Try again later", State.TOLD: "Mark to change"}
DUE, MINE = "due", "mine"
SESSION_WORDS = {"AM": "morning", "PM": "afternoon"}


@dataclass(frozen=True)
class Asked:
    """What the address asks for: how the calls stand, steps due or one's own calls, and a year."""

    show: str
    year: str
    now: datetime

    @classmethod
    def of(cls, request: StaffRequest) -> "Asked":
        """Read the address; what it cannot mean is everything."""
        show, year = asked_for(request, "show"), asked_for(request, "year")
        known = {*SHOWN, DUE, MINE}
        return cls(show if show in known else "", year if year in map(str, range(7, 14)) else "", timezone.now())

    @property
    def day(self) -> date:
        """The running day."""
        return timezone.localdate(self.now)

    def address(self, **changes: str) -> str:
        """Return the list's address with some parts changed."""
        query = {name: value for name, value in ({"show": self.show, "year": self.year} | changes).items() if value}
        return reverse("contacts:call_queue") + (f"?{urlencode(query)}" if query else "")

    def chosen(self, calls: Calls, user_id: int) -> list[FamilyCall]:
        """Return the families that the address asks for."""
        return [family for family in of_year(calls, self.year) if self._is_shown(family, user_id)]

    def _is_shown(self, family: FamilyCall, user_id: int) -> bool:
        if self.show == DUE:
            return bool(family.due)
        if self.show == MINE:
            return family.claim is not None and family.claim.by_id == user_id
        return self.show in ("", family.state)


def of_year(calls: Calls, year: str) -> list[FamilyCall]:
    """Return the families with somebody of the year; all when none is named."""
    return [f for f in calls.families if not year or any(str(s.absent.year) == year for s in f.students)]


@never_cache
@require_safe
@right_required(Right.MAKE_FIRST_CALLS)
@offered_as_file("First-day calls")
def call_queue(request: StaffRequest) -> HttpResponse:
    """List the families to call today, in order of need; to htmx the part that refreshes by itself."""
    asked = Asked.of(request)
    calls = calls_of(request.user, day=asked.day, now=asked.now)
    years = sorted({student.absent.year for family in calls.families for student in family.students})
    context = {
        "asked": asked,
        "calls": calls,
        "families": asked.chosen(calls, request.user.pk),
        "shows": [_segment(asked, calls, request.user.pk, show, words) for show, words in _words(calls).items()],
        "years": [
            (asked.address(year=year), words, year == asked.year)
            for year, words in [("", "All years"), *((str(year), f"Year {year}") for year in years)]
        ]
        if len(years) > 1 or asked.year
        else [],
        "sessions": " and ".join(SESSION_WORDS[session] for session in calls.sessions),
        "live_url": asked.address(),
        "corrects": request.user.may(Right.CORRECT_MARKS),
    }
    template = "contacts/_call_queue_live.html" if request.htmx else "contacts/call_queue.html"
    return render(request, template, context)


def _words(calls: Calls) -> dict[str, str]:
    return {**SHOWN, DUE: "Steps due", MINE: "Mine"}


def _segment(asked: Asked, calls: Calls, user_id: int, show: str, words: str) -> tuple[str, str, bool]:
    number = len(Asked(show, asked.year, asked.now).chosen(calls, user_id))
    return asked.address(show=show), f"{words} {number}", show == asked.show


@require_POST
@right_required(Right.MAKE_FIRST_CALLS)
def call_claim(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the call about a student's family, so that nobody else makes it: 404 beyond the person's students."""
    now = timezone.now()
    sheet = sheet_or_404(request, pk, now)
    if sheet.family is None:
        messages.info(request, "Nobody needs this call any more: the mark has been changed meanwhile.")
        return redirect("contacts:call_queue")
    try:
        claim = services.call_claim(students=sheet.family.keys, day=sheet.day, by=request.user, now=now)
    except services.CallTaken as taken:
        messages.warning(request, f"{sheet.family.names}: {taken}")
        return redirect("contacts:call_queue")
    if claim.over:
        messages.warning(request, claim.over)
    return redirect("contacts:call_form", pk)


@require_POST
@right_required(Right.MAKE_FIRST_CALLS)
def call_release(request: StaffRequest, pk: int) -> HttpResponse:
    """Give back one's claim, so that a colleague may call."""
    sheet = sheet_or_404(request, pk, timezone.now())
    keys = [student.key for student in sheet.students]
    if services.call_release(students=keys, day=sheet.day, by=request.user):
        messages.success(request, "The call is free for a colleague again.")
    return redirect("contacts:call_queue")


@require_POST
@right_required(Right.MAKE_FIRST_CALLS)
def call_step(request: StaffRequest, pk: int, step: int) -> HttpResponse:
    """Note that a step of the ladder was taken for a family; whoever was first is named."""
    now = timezone.now()
    sheet = sheet_or_404(request, pk, now)
    held = get_object_or_404(CallingStep, pk=step)
    students = _asked_for_step(sheet, held.pk)
    if not students:
        messages.info(request, f"“{held.label}” is not due any more: it was taken, or the reason is known by now.")
        return redirect("contacts:call_form", pk)
    note = plain(request.POST.get("note", ""))[:300]
    first = services.step_take(step=held, students=students, day=sheet.day, note=note, by=request.user, now=now)
    if first is not None:
        messages.info(request, f"{first.by} noted “{first.label}” already, at {timezone.localtime(first.at):%H:%M}.")
    else:
        messages.success(request, f"Noted: {held.label}.")
    return redirect("contacts:call_form", pk)


def _asked_for_step(sheet: Sheet, step: int) -> list[int]:
    """Return the students for whom the step is due and is noted rather than logged."""
    if sheet.family is None:
        return []
    return [
        student.absent.student_id
        for student in sheet.family.students
        if any(due.step.pk == step and due.is_noted for due in student.due)
    ]


def sheet_or_404(request: StaffRequest, pk: int, now: datetime, **more: Any) -> Sheet:
    """Return the call about the student; 404 for one whose first calls the person does not make."""
    sheet = sheet_of(request.user, pk, day=timezone.localdate(now), now=now, **more)
    if sheet is None:
        raise Http404("no such student among those whose first calls this person makes")
    return sheet
