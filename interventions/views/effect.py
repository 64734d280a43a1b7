"""What interventions are followed by, kind by kind; and who at risk has one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.summaries.coverage import Coverage
from interventions.summaries.league import League
from interventions.views.common import tabs_of, years_of
from pastoral.core.exports import handed_out
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.words import asked_for, key_asked
from students.calendar import academic_year_name, academic_year_of, academic_year_start
from students.models import Enrolment, Student
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.KEEP_INTERVENTIONS)
def effect(request: StaffRequest) -> HttpResponse:
    """Show the effect by kind of the interventions begun this academic year, or since the one before."""
    today = timezone.localdate()
    this = academic_year_of(today)
    is_last = asked_for(request, "since") == "last"
    since, year = academic_year_start(this - is_last), key_asked(request, "year")
    league = League.load(request.user, since, today, year)
    if (how := asked_for(request, "format")) in FORMATS:
        return _file(request, league.table(), how, f"effect:{year or 'all'}", f"effect-by-type-{today}")
    context = {
        "tabs": tabs_of(request, "interventions:effect"),
        "league": league,
        "year": year,
        "is_last": is_last,
        "spans": [("", f"Begun in {academic_year_name(this)}"), ("last", f"Begun since September {this - 1}")],
        "since": "last" if is_last else "",
        "years": years_of(request, Right.KEEP_INTERVENTIONS),
    }
    return render(request, "interventions/effect.html", context)


@never_cache
@require_safe
@right_required(Right.KEEP_INTERVENTIONS)
def coverage(request: StaffRequest) -> HttpResponse:
    """Show how many students at risk have an intervention, and who has none."""
    today, year = timezone.localdate(), key_asked(request, "year")
    held = Coverage.load(request.user, _enrolments(request, year), today)
    if (how := asked_for(request, "format")) in FORMATS:
        return _file(request, held.table(), how, f"coverage:{year or 'all'}", f"coverage-{today}")
    context = {
        "tabs": tabs_of(request, "interventions:coverage"),
        "held": held,
        "page": list_page(held.without, cursor=asked_for(request, "before"), size=50),
        "year": year,
        "years": years_of(request, Right.KEEP_INTERVENTIONS),
    }
    return render(request, "interventions/coverage.html", context)


def _enrolments(request: StaffRequest, year: int) -> EnrolmentQuerySet:
    kept = Student.objects.with_right(request.user, Right.KEEP_INTERVENTIONS)
    spells = Enrolment.objects.visible_to(request.user).filter(student__in=kept)
    return spells.filter(year_group=year) if year else spells


def _file(request: StaffRequest, table: Table, how: str, subject: str, name: str) -> HttpResponse:
    reason = ", ".join(map(str, scope_of(request.user).assignments))
    return handed_out(request, table, how, subject=subject, reason=reason, name=name)
