"""Papers about a year: performance over a half term, numbers for governors, the inspection pack."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.waterfall import Turn
from pastoral.core.access import access_note, access_notes
from pastoral.core.exports import handed_out
from pastoral.core.models import AccessRecord
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.words import asked_for, keys_read
from reports.charts import PAPER, waterfall_svg
from reports.pdf import Pdf
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.waterfall import WORDS
from reports.summaries.week import Moment
from reports.views.rooms import Room
from reports.yearpapers.drawing import paper_draw
from reports.yearpapers.governors import DEFINITIONS, Extract
from reports.yearpapers.inspection import MOST_STUDIES, Inspection, cases_offered, studies_of
from reports.yearpapers.performance import LIST_HEADINGS, LISTS, MEASURES, Performance, list_cells
from reports.yearpapers.terms import term_chosen, terms_held
from students.scopes import scope_of, years_offered


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
def year_papers(request: StaffRequest) -> HttpResponse:
    """Show which papers can be made of which years."""
    return render(
        request,
        "reports/year_papers.html",
        {"years": _years(request), "sees_school": _sees_school(request)},
    )


def _sees_school(request: StaffRequest) -> bool:
    return scope_of(request.user).years_with(Right.MAKE_REPORTS) is None


def _years(request: StaffRequest) -> list[int]:
    return years_offered(request.user, Right.MAKE_REPORTS)


def _mine(request: StaffRequest, year: int) -> int:
    if year not in _years(request):
        raise Http404("not one of this person's years")
    return year


def _reason(request: StaffRequest) -> str:
    return ", ".join(map(str, scope_of(request.user).assignments))


def _paper(request: StaffRequest, paper: Pdf, name: str, subject: str) -> HttpResponse:
    """Hand out a paper, and note who took it and why."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=subject,
        reason=_reason(request),
        path=request.get_full_path(),
    )
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(paper.data, content_type="application/pdf", headers=headers)


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
def year_report(request: StaffRequest, year: int) -> HttpResponse:
    """Show a year's half term beside the one before, on the page, as PDF, CSV or XLSX, and who a number is of."""
    today, how = timezone.localdate(), asked_for(request, "format")
    terms = terms_held(today)
    term, previous = term_chosen(terms, asked_for(request, "term"))
    if term is None:
        raise Http404("no half term is held")
    report = Performance.load(request.user, _mine(request, year), term, previous, today)
    name, subject = f"Year {year} report {term.last:%Y-%m-%d}", f"year-report:{year}"
    listed = asked_for(request, "list")
    if listed in LISTS:
        return _listed(request, report, listed)
    if how in FORMATS:
        return handed_out(request, report.table(), how, subject=subject, reason=_reason(request), name=name)
    context = {"report": report, "measures": MEASURES}
    if how == "pdf":
        paper = paper_draw("reports/pdf/year_report.html", context, by=request.user, now=timezone.localtime())
        return _paper(request, paper, name, subject)
    address = reverse("reports:year_report", args=[year])
    context |= {
        "terms": [(f"{address}?term={each.key}", each.name, each == term) for each in terms],
        "years": [
            Room(reverse("reports:year_report", args=[each]) + f"?term={term.key}", f"Year {each}", each == year)
            for each in _years(request)
        ],
        "lists": frozenset(LISTS),
    }
    return render(request, "reports/year_report.html", context)


def _listed(request: StaffRequest, report: Performance, listed: str) -> HttpResponse:
    """Show, or hand out, the students behind one number of the report."""
    group, cohort = asked_for(request, "group"), asked_for(request, "cohort")
    if cohort and cohort not in COHORTS_BY_SLUG:
        raise Http404("no such cohort")
    rows = report.listed(listed, group, cohort)
    words = next(each.name for each in MEASURES if each.slug == listed)
    of_whom = group or (COHORTS_BY_SLUG[cohort].name if cohort else f"Year {report.year}")
    if (how := asked_for(request, "format")) in FORMATS:
        table = Table(words, (f"{words}: {of_whom}", *report.about), LIST_HEADINGS, [list_cells(row) for row in rows])
        name = f"{words}, Year {report.year} {report.term.last:%Y-%m-%d}"
        return handed_out(request, table, how, subject=f"year-report:{report.year}", reason=_reason(request), name=name)
    context = {
        "report": report,
        "page": list_page(rows, cursor=asked_for(request, "before")),
        "words": words,
        "of_whom": of_whom,
        "back": f"{reverse('reports:year_report', args=[report.year])}?{urlencode({'term': report.term.key})}",
    }
    return render(request, "reports/year_report_list.html", context)


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
def governors(request: StaffRequest) -> HttpResponse:
    """Show the numbers for governors of the school, or of a year; or hand them out as PDF, CSV or XLSX."""
    asked, years, sees_school = asked_for(request, "year"), _years(request), _sees_school(request)
    if asked and asked not in {str(year) for year in years}:
        raise Http404("not one of this person's years")
    if not years:
        raise Http404("no year is this person's")
    year = int(asked) if asked else None if sees_school else years[0]
    moment = Moment.of("", timezone.localdate())
    extract = Extract.load(year, moment)
    name, subject = f"Governors {moment.as_at:%Y-%m-%d}", f"governors:{year or 'school'}"
    if (how := asked_for(request, "format")) in FORMATS:
        return handed_out(request, extract.table(), how, subject=subject, reason=_reason(request), name=name)
    context = {"extract": extract, "definitions": DEFINITIONS, "moment": moment}
    if how == "pdf":
        paper = paper_draw("reports/pdf/governors.html", context, by=request.user, now=timezone.localtime())
        return _paper(request, paper, name, subject)
    address = reverse("reports:governors")
    places = ([(address, "The school", year is None)] if sees_school else []) + [
        (f"{address}?year={each}", f"Year {each}", each == year) for each in years
    ]
    return render(request, "reports/governors.html", context | {"places": places if len(places) > 1 else []})


def _begun_small(words: str) -> str:
    """Return the words for the middle of a sentence."""
    return words[0].lower() + words[1:]


@never_cache
@require_safe
@right_required(Right.MAKE_REPORTS)
def inspection(request: StaffRequest, year: int) -> HttpResponse:
    """Show what the inspection pack of a year says and let cases be chosen for it, or hand it out as one PDF."""
    now, year = timezone.now(), _mine(request, year)
    today = timezone.localdate(now)
    pack = Inspection.load(request.user, year, now)
    offered = cases_offered(request.user, year, today)
    waterfall = pack.waterfall
    context = {"pack": pack, "steps": [(_begun_small(WORDS[turn][0]), waterfall.numbers[turn]) for turn in Turn]}
    if asked_for(request, "format") == "pdf":
        chosen = list(offered.filter(pk__in=keys_read(request.GET.getlist("case"))).select_related("student"))
        chosen = chosen[:MOST_STUDIES]
        reasons = {f"student:{case.student_id}": _reason(request) for case in chosen}
        if reasons:
            path = request.get_full_path()
            access_notes(user=request.user, kind=AccessRecord.Kind.DOCUMENT, reasons=reasons, path=path)
        context |= {
            "studies": studies_of(request.user, chosen, today),
            "chart": waterfall_svg(waterfall.pa_before, waterfall.numbers, waterfall.pa_after, palette=PAPER),
        }
        paper = paper_draw("reports/pdf/inspection.html", context, by=request.user, now=timezone.localtime())
        return _paper(request, paper, f"Inspection pack Year {year} {today:%Y-%m-%d}", f"inspection:{year}")
    context |= {
        "offered": offered.select_related("student", "stage"),
        "most": MOST_STUDIES,
        "chart": waterfall_svg(waterfall.pa_before, waterfall.numbers, waterfall.pa_after),
        "years": [
            (reverse("reports:inspection", args=[each]), f"Year {each}", each == year) for each in _years(request)
        ],
    }
    return render(request, "reports/inspection.html", context)
