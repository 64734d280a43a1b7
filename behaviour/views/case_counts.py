"""Cases by half-term, for those who keep them, and without names and small numbers, for governors."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from behaviour.models import BullyingCase
from behaviour.models.cases import PROTECTED, Motivation
from behaviour.summaries.case_counts import Extract, extract_of, half_terms, trend_of
from behaviour.views.cases import case_tabs, keeps_every_case
from pastoral.core.exports import handed_out
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Cell, Table
from pastoral.core.words import asked_for
from students.calendar import academic_year_name, academic_year_of
from students.scopes import job_of

SHOWN = 8


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
def case_trend(request: StaffRequest) -> HttpResponse:
    """Show how many cases were opened in each half-term, and what they are about."""
    terms = half_terms(timezone.localdate())
    lines = trend_of(BullyingCase.objects.visible_to(request.user), terms)[-SHOWN:]
    rows = [
        (each.value, each.label, each in PROTECTED, [(line.term, line.by_motivation.get(each, 0)) for line in lines])
        for each in Motivation
    ]
    context = {
        "tabs": case_tabs(request),
        "lines": lines,
        "motivations": rows,
        "opened": [line.opened for line in lines],
        "prejudice": [line.prejudice for line in lines],
    }
    return render(request, "behaviour/case_trend.html", context)


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
def case_extract(request: StaffRequest) -> HttpResponse:
    """Show, or hand out, what governors get of one academic year: only from who keeps the whole school's cases."""
    if not keeps_every_case(request.user):
        raise PermissionDenied("governors' figures are of the whole school")
    terms = half_terms(timezone.localdate())
    years = sorted({term.year for term in terms}, reverse=True)
    asked = asked_for(request, "year")
    year = next((each for each in years if str(each) == asked), academic_year_of(timezone.localdate()))
    extract = extract_of(BullyingCase.objects.visible_to(request.user), year, terms)
    how = asked_for(request, "format")
    if how in FORMATS:
        return handed_out(
            request,
            _table(extract),
            how,
            subject="bullying and prejudice for governors",
            reason=job_of(request.user),
            name=f"bullying-and-prejudice-{year}",
        )
    context = {
        "tabs": case_tabs(request),
        "extract": extract,
        "year_name": academic_year_name(year),
        "years": [(f"?year={each}", academic_year_name(each), each == year) for each in years],
    }
    return render(request, "behaviour/case_extract.html", context)


def _table(extract: Extract) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (table.form, row.label, "yes" if row.is_protected else "", *row.cells)
        for table in extract.tables
        for row in table.rows
    ]
    rows += [("Finding", label, "", *([""] * len(extract.terms)), number) for label, number in extract.findings]
    return Table(
        title="Bullying and prejudice",
        about=(
            f"Cases opened in {academic_year_name(extract.year)}, by the half-term in which they were opened.",
            NOTE,
        ),
        headings=("Form", "Motivation", "Protected characteristic", *extract.terms, "Year so far"),
        rows=rows,
    )


NOTE = (
    "c: fewer than five, or held back so that such a number cannot be worked out. A case with two motivations counts"
    " under each of them, and once in “All cases”."
)
