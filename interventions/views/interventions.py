"""Interventions: the list, and one of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.models import Aim
from interventions.summaries.asked import SHOWS, Asked
from interventions.summaries.coverage import COVERS, covered_by
from interventions.summaries.interventions import interventions_asked
from interventions.summaries.listed import table_of
from interventions.summaries.offered import types_known
from interventions.summaries.record import record_of
from interventions.views.common import readings_noted, shown, tabs_of, years_of
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for
from students.models import Student
from students.scopes import scope_of
from students.summaries import SchoolCalendar

SIZE = 50
FILTERS = ("show", "type", "aim", "year", "cover", "student", "mine")


@never_cache
@require_safe
@right_required(Right.SEE_INTERVENTIONS)
def intervention_list(request: StaffRequest) -> HttpResponse:
    """List the interventions asked for, or answer with them as a file, without a word of why."""
    today = timezone.localdate()
    asked = Asked.of({name: asked_for(request, name) for name in FILTERS})
    calendar = SchoolCalendar.load()
    covered = covered_by(request.user, asked.cover, today, calendar) if asked.cover else None
    rows = interventions_asked(request.user, asked, today, calendar, covered)
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(
            request,
            table_of(rows, asked, today),
            how,
            subject=f"interventions:{asked.show or 'running'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"interventions-{today}",
        )
    context = {
        "tabs": tabs_of(request, "interventions:intervention_list"),
        "asked": asked,
        "student": _student(request, asked),
        "shows": [(f"?show={slug}" if slug else "?", words, slug == asked.show) for slug, words in SHOWS.items()],
        "types": types_known(),
        "aims": Aim.choices,
        "covers": COVERS.items(),
        "years": years_of(request, Right.SEE_INTERVENTIONS),
        "page": list_page(rows, cursor=asked_for(request, "before"), size=SIZE),
        "today": today,
        "may_keep": request.user.may(Right.KEEP_INTERVENTIONS),
    }
    return render(request, "interventions/intervention_list.html", context)


def _student(request: StaffRequest, asked: Asked) -> Student | None:
    return Student.objects.visible_to(request.user).filter(pk=asked.student).first() if asked.student else None


@never_cache
@require_safe
@right_required(Right.SEE_INTERVENTIONS)
def intervention_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one intervention whole; of a restricted one, to who may not read it, only that there is one."""
    row = shown(request, pk)
    context: dict[str, Any] = {"shown": row, "row": row.row, "today": timezone.localdate()}
    if row.reads:
        readings_noted(request, [row])
        context["record"] = record = record_of(request.user, row)
        context["students"] = [(member, record.ratings_of(member)) for member in row.members]
    return render(request, "interventions/intervention_detail.html", context)
