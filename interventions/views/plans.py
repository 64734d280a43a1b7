"""Plans: the lists, one of them with its versions, and the place on a student's page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.reach import reached
from interventions.figures.plan_content import hash_of
from interventions.figures.plan_differences import differences
from interventions.forms.plan_parts import ReviewDayForm
from interventions.services.plan_parts import share_open
from interventions.summaries.plan_content import version_content
from interventions.summaries.plan_list import (
    FILTERS,
    SHOWS,
    Asked,
    kinds_kept,
    owed_asked,
    plans_asked,
    plans_of,
    table_of,
)
from interventions.summaries.plan_record import plan_record
from interventions.views.plan_common import marks_to, reading_noted, shown, tabs_of
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for, key_asked
from students.scopes import scope_of, years_offered

SIZE = 50


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
def plan_list(request: StaffRequest) -> HttpResponse:
    """List the plans asked for, or what colleagues owe to them; or hand the plans out as CSV or XLSX."""
    today = timezone.localdate()
    asked = Asked.of({name: asked_for(request, name) for name in FILTERS})
    is_chase = asked.show == "chase"
    rows: list[Any] = [*(owed_asked if is_chase else plans_asked)(request.user, asked, today)]
    how = asked_for(request, "format")
    if how in FORMATS and not is_chase:
        return handed_out(
            request,
            table_of(rows, asked, today),
            how,
            subject=f"plans:{asked.year or 'all'}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"Plans {today:%Y-%m-%d}",
        )
    context = {
        "tabs": tabs_of(request, "interventions:plan_list"),
        "asked": asked,
        "is_chase": is_chase,
        "shows": [(f"?show={slug}" if slug else "?", words, slug == asked.show) for slug, words in SHOWS.items()],
        "kinds": kinds_kept(),
        "years": years_offered(request.user, Right.SEE_PLANS),
        "page": list_page(rows, cursor=asked_for(request, "before"), size=SIZE),
        "today": today,
        "may_keep": request.user.may(Right.KEEP_PLANS),
        "files": [] if is_chase else _files(asked),
    }
    return render(request, "interventions/plan_list.html", context)


def _files(asked: Asked) -> list[tuple[str, str]]:
    mine = "1" if asked.is_mine else ""
    held = {"show": asked.show, "kind": str(asked.kind or ""), "year": str(asked.year or ""), "mine": mine}
    held = {name: value for name, value in held.items() if value}
    return [(f"{reverse('interventions:plan_list')}?{urlencode({**held, 'format': how})}", how) for how in FORMATS]


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
def plan_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a plan whole, to be worked with; of a restricted one that the person does not read, that there is one."""
    seen = shown(request, pk)
    if seen.share and Right.SEE_PLANS not in seen.rights:
        return redirect("interventions:plan_share_detail", seen.share.pk)
    if seen.share:
        share_open(share=seen.share, now=timezone.now())
    reading_noted(request, seen)
    if not seen.reads:
        return render(request, "interventions/plan_restricted.html", {"seen": seen, "plan": seen.plan})
    today = timezone.localdate()
    record = plan_record(request.user, seen, today, marks_to())
    context = {
        "tabs": tabs_of(request, "interventions:plan_list"),
        "seen": seen,
        "plan": seen.plan,
        "record": record,
        "content": record.content,
        "sees_timetable": seen.sees_timetable,
        "is_working": seen.keeps and seen.is_open,
        "day_form": ReviewDayForm(auto_id="day-%s"),
        "today": today,
    }
    return render(request, "interventions/plan_detail.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
def plan_version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Show one version as it was frozen, and what it says otherwise than the one before, or than the one asked for."""
    seen = shown(request, pk)
    if not seen.reads:
        raise Http404("not a plan that this person reads")
    version = get_object_or_404(seen.plan.versions.select_related("by"), number=number)
    reading_noted(request, seen)
    against = key_asked(request, "against") or number - 1
    other = seen.plan.versions.filter(number=against).first()
    content = version_content(version)
    found = differences(version_content(other), content) if other and against != number else []
    context = {
        "seen": seen,
        "plan": seen.plan,
        "version": version,
        "content": content,
        "sees_timetable": seen.sees_timetable,
        "against": other,
        "differences": [each for each in found if each.label != "Timetable" or seen.sees_timetable],
        "numbers": seen.plan.versions.values_list("number", flat=True),
        "is_whole": hash_of(version.content) == version.sha256,
    }
    return render(request, "interventions/plan_version.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def plan_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show on the student's page which plans run; nothing to whoever may not see the student's plans."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person may see")
    if Right.SEE_PLANS not in who.rights:
        return HttpResponse()
    rows, ended = plans_of(request.user, pk, timezone.localdate())
    context = {"who": who, "rows": rows, "ended": ended, "may_keep": Right.KEEP_PLANS in who.rights}
    return render(request, "interventions/_plan_place.html", context)
