"""The lists behind every number about behaviour: incidents, and achievements, a row for each student."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.access import access_note
from pastoral.core.exports import handed_out
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from reports.conduct.asked import EVERYBODY, NOT_SAID, Asked
from reports.conduct.files import parts_table, praise_table
from reports.conduct.lists import Choices, PartList, PraiseList
from reports.views.recognition_rooms import ACHIEVEMENTS, rooms_for
from students.scopes import scope_of

INCIDENTS = "reports:incident_list"


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_NARRATIVE)
def incident_list(request: StaffRequest) -> HttpResponse:
    """List students' parts in incidents, newest first, narrowed as the address asks; or hand them out as a file."""
    asked = Asked.of(request, timezone.localdate())
    if asked_for(request, "format") in FORMATS:
        parts = PartList.load(request.user, asked, EVERYBODY)
        return _handed_out(request, asked, parts, parts_table(parts, asked), "incidents")
    held = PartList.load(request.user, asked, asked_for(request, "before"))
    _note(request, asked, held)
    both = replace(asked, roles="" if asked.roles == EVERYBODY else EVERYBODY)
    context = _context(asked, held, INCIDENTS) | {
        "with_others": asked.roles == EVERYBODY,
        "others_url": both.url(INCIDENTS),
        "other_url": asked.url(ACHIEVEMENTS, type="", location="", slot="", action="", roles=""),
    }
    return render(request, "reports/incident_list.html", context)


@never_cache
@require_safe
@right_required(Right.AWARD)
def achievement_list(request: StaffRequest) -> HttpResponse:
    """List achievements, newest first, narrowed as the address asks; or hand them out as a file."""
    asked = Asked.of(request, timezone.localdate())
    if asked_for(request, "format") in FORMATS:
        praise = PraiseList.load(request.user, asked, EVERYBODY)
        return _handed_out(request, asked, praise, praise_table(praise, asked), "achievements")
    held = PraiseList.load(request.user, asked, asked_for(request, "before"))
    _note(request, asked, held)
    context = _context(asked, held, ACHIEVEMENTS) | {
        "other_url": asked.url(INCIDENTS, type=""),
        "certificates_url": asked.url("reports:certificates_of_list"),
        "rooms": rooms_for(request.user, ACHIEVEMENTS, asked),
    }
    return render(request, "reports/achievement_list.html", context)


def _context(asked: Asked, held: PartList | PraiseList, page: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "held": held,
        "page": held.page,
        "choices": Choices.of(held.people, held.everything),
        "windows": asked.window_choices(page),
        "narrowed": asked.in_words,
        "csv_url": asked.url(page, format="csv"),
        "all_url": Asked(asked.windows, asked.window, student=asked.student).url(page),
        "not_said": NOT_SAID,
    }


def _note(request: StaffRequest, asked: Asked, held: PartList | PraiseList) -> None:
    """Log that one student's list was read; lists of many are no reading of a student's record."""
    if asked.student and held.person:
        access_note(
            user=request.user,
            kind=AccessRecord.Kind.PAGE,
            subject=f"student:{held.person.student_id}",
            reason=_reason(request),
            path=request.get_full_path(),
        )


def _handed_out(
    request: StaffRequest, asked: Asked, held: PartList | PraiseList, table: Any, what: str
) -> HttpResponse:
    return handed_out(
        request,
        table,
        asked_for(request, "format"),
        subject=asked.subject(what, held.people),
        reason=_reason(request),
        name=f"{what.capitalize()} {asked.window.last:%Y-%m-%d}",
    )


def _reason(request: StaffRequest) -> str:
    return ", ".join(map(str, scope_of(request.user).assignments))
