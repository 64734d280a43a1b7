"""What the pages about interventions share: the one that is asked for, what may be done with it, what is noted."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from interventions.summaries.interventions import Row
from interventions.summaries.record import shown_one
from pastoral.core.access import access_notes
from pastoral.core.late import too_late, withdrawn_meanwhile
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right
from students.scopes import years_offered

TABS = (
    ("interventions:intervention_list", "List", Right.SEE_INTERVENTIONS),
    ("interventions:mentoring", "My students", Right.SEE_INTERVENTIONS),
    ("interventions:effect", "Effect by type", Right.KEEP_INTERVENTIONS),
    ("interventions:coverage", "Coverage", Right.KEEP_INTERVENTIONS),
    ("interventions:screen_list", "Needs screens", Right.SEE_PLANS),
)


def tabs_of(request: StaffRequest, name: str) -> list[tuple[str, str, bool]]:
    """Return the pages about interventions that the person may open. name: of the page that this one belongs to."""
    offered = [(each, words) for each, words, right in TABS if request.user.may(right)]
    return [(reverse(each), words, each == name) for each, words in offered]


def years_of(request: StaffRequest, right: Right) -> list[int]:
    """Return the years over which the person holds the right whole."""
    return years_offered(request.user, right)


def shown(request: StaffRequest, pk: int) -> Row:
    """Return an intervention as the person may see it: 404 for one that they may not."""
    row = shown_one(request.user, pk, timezone.localdate())
    if row is None:
        raise Http404("no such intervention among those this person may see")
    return row


def kept(request: StaffRequest, pk: int) -> Row:
    """Return an intervention that the person keeps, and note the reading: 404 for another's."""
    return _noted(request, pk, "keeps")


def logged(request: StaffRequest, pk: int) -> Row:
    """Return an intervention whose sessions the person logs, as owner, deliverer or keeper, and note the reading."""
    return _noted(request, pk, "logs")


def _noted(request: StaffRequest, pk: int, may: str) -> Row:
    row = shown(request, pk)
    if not getattr(row, may):
        raise Http404("not the person's to change")
    if request.method == "GET":
        readings_noted(request, [row])
    return row


def address_of(pk: int) -> str:
    """Return the address of an intervention's page."""
    return reverse("interventions:intervention_detail", args=[pk])


def over(request: StaffRequest, row: Any, form: Any = None) -> HttpResponse | None:
    """Say of one that was withdrawn, or has ended, that it is, with what somebody had typed; None while it runs."""
    back = address_of(row.pk)
    if row.withdrawn_at is not None and not (form is not None and form.is_bound):
        return redirect(back)
    if answer := withdrawn_meanwhile(request, row, back, form):
        return answer
    if row.ended_on is None:
        return None
    who = row.ended_by.formal_name if row.ended_by else "somebody"
    return too_late(request, f"It ended on {_day(row.ended_on)}, by {who}.", back, form)


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def readings_noted(request: StaffRequest, rows: Iterable[Row]) -> None:
    """Note that somebody read of each student of the interventions, and why they may."""
    reasons = {
        f"student:{member.place.student_id}": member.who.reason if member.who else "their own intervention"
        for row in rows
        for member in row.members
    }
    if reasons:
        path = request.get_full_path()
        access_notes(user=request.user, kind=AccessRecord.Kind.PAGE, reasons=reasons, path=path)
