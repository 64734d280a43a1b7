"""Half-termly reports: asked for, put into words beside the locked numbers, signed, released, handed out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pastoral.core.exports import handed_out
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.versions import Overtaken
from pastoral.core.words import asked_for
from reports.halfterm import keeping, signing
from reports.halfterm.because import done, seen, statement
from reports.halfterm.behind import NARROWS, Behind
from reports.halfterm.forms import MEANT, AskForm, BecauseForm, CorrectForm, WordsForm
from reports.halfterm.listing import SCHOOL, Listing, staff_offered
from reports.halfterm.reading import Reading, reads_dsl
from reports.halfterm.shape import Figures
from reports.halfterm.spans import half_terms
from reports.models import HalfTermReport
from reports.views.addresses import Addresses
from reports.views.half_term_parts import may_with, name_of, noted, reason_of, report_of, signer_of, subject_of

COUNTED_ANEW = "It was counted anew since you opened it: look at the numbers beside your words."
READS = (Right.SEE_REPORTS, Right.MAKE_REPORTS)


@never_cache
@require_safe
@right_required(*READS)
def half_term_list(request: StaffRequest) -> HttpResponse:
    """List the reports that the person sees, and offer to make one."""
    return _list(request, None)


@require_POST
@right_required(Right.MAKE_REPORTS)
def half_term_ask(request: StaffRequest) -> HttpResponse:
    """Have a report made; where there is one, this leads to it."""
    listing = Listing.load(request.user, timezone.localdate())
    form = AskForm(request.POST, half_terms=listing.half_terms, years=listing.years)
    if form.is_valid():
        year = form.cleaned_data["year"]
        half_term = next(each for each in half_terms() if each.key == form.cleaned_data["half_term"])
        try:
            return redirect(
                keeping.report_ask(
                    half_term=half_term,
                    year=None if year == SCHOOL else int(year),
                    by=request.user,
                    today=timezone.localdate(),
                )
            )
        except keeping.ReportRefused as refusal:
            form.add_error("half_term", str(refusal))
    return _list(request, form)


def _list(request: StaffRequest, form: AskForm | None) -> HttpResponse:
    listing = Listing.load(request.user, timezone.localdate())
    offered = AskForm(half_terms=listing.half_terms, years=listing.years) if listing.may_ask else None
    context = {"listing": listing, "form": form or offered}
    return render(request, "reports/half_term_list.html", context, status=422 if form else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(*READS)
def half_term_report(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a report; keep what its author says, or hand its numbers out as a file. 404 for who may not read it."""
    report = report_of(request.user, pk)
    if report.frozen_at is None:
        return render(request, "reports/half_term_wait.html", {"report": report, "is_mine": _is_mine(request, report)})
    reading = Reading.of(report, reads_dsl=reads_dsl(request.user, report.year_group_id))
    how = asked_for(request, "format")
    if how in FORMATS and request.method != "POST":
        return handed_out(
            request,
            reading.figures.table(),
            how,
            subject=subject_of(report),
            reason=reason_of(request.user),
            name=name_of(report),
        )
    if request.method == "POST":
        return _words(request, report, reading)
    noted(request, report, AccessRecord.Kind.PAGE)
    return _page(request, report, reading)


def _words(request: StaffRequest, report: HalfTermReport, reading: Reading) -> HttpResponse:
    if not may_with(request.user, report, Right.MAKE_REPORTS):
        raise Http404("not this person's to write")
    form = WordsForm(request.POST, reading=reading, seen=keeping.words_version(report))
    is_sound = form.is_valid()
    is_draft = report.status == report.Status.DRAFT  # of any other the service says that it is none
    if is_draft and keeping.is_counted_since(report, request.POST.get("seen", "")):
        form.add_error(None, COUNTED_ANEW)
        form.overtaken()
        is_sound = False
    if not is_sound:
        return _page(request, report, reading, words=form)
    try:
        held = keeping.report_words_set(report=report, words=form.words, seen=form.cleaned_data["seen"])
        if request.POST.get("do") == "sign" and may_with(request.user, report, Right.SIGN_REPORTS):
            is_meant = bool(form.cleaned_data.get(MEANT))
            signing.report_sign(report=held, by=request.user, seen=keeping.words_version(held), is_meant=is_meant)
            messages.success(request, "Signed off, and drawn on paper. Release it when it is to go to SLT.")
        else:
            messages.success(request, "Saved.")
    except Overtaken:
        form.overtaken()
        return _page(request, report, reading, words=form)
    except keeping.ReportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(report)


@require_POST
@right_required(Right.MAKE_REPORTS)
def half_term_do(request: StaffRequest, pk: int) -> HttpResponse:
    """Count a draft anew, put a statement together or take one out, take a signature back, or release."""
    report = report_of(request.user, pk)
    do = request.POST.get("do", "")
    needed = Right.SIGN_REPORTS if do in ("unsign", "release") else Right.MAKE_REPORTS
    if not may_with(request.user, report, needed):
        raise Http404("not this person's to do")
    try:
        if do == "because":
            return _because(request, report)
        if do == "drop":
            keeping.statement_drop(report=report, words=request.POST.get("words", ""))
        elif do == "recount":
            keeping.report_recount(report=report, by=request.user)
        elif do == "unsign":
            signing.report_unsign(report=report)
            messages.success(request, "It is a draft again.")
        elif do == "release":
            signing.report_release(report=report, by=request.user)
            messages.success(request, "Released: SLT reads and downloads it, and nothing of it changes any more.")
    except keeping.ReportRefused as refusal:
        messages.error(request, str(refusal))
    return redirect(report)


def _because(request: StaffRequest, report: HalfTermReport) -> HttpResponse:
    figures = Figures.of(report.figures).without_dsl()
    form = BecauseForm(request.POST, saw=seen(figures), did=done(figures))
    if not form.is_valid():
        reading = Reading.of(report, reads_dsl=reads_dsl(request.user, report.year_group_id))
        return _page(request, report, reading, because=form)
    chosen = {name: form.cleaned_data[name] for name in ("saw", "did", "own")}
    keeping.statement_add(report=report, chosen=chosen, words=statement(figures, **chosen))
    return redirect(f"{report.get_absolute_url()}#because")


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.MAKE_REPORTS)
def half_term_correct(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin a new version of a released report, which says what changed."""
    report = report_of(request.user, pk)
    if not may_with(request.user, report, Right.MAKE_REPORTS):
        raise Http404("not this person's to correct")
    form = CorrectForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(signing.report_correct(report=report, by=request.user, **form.cleaned_data))
        except keeping.ReportRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(report)
    context = {"report": report, "form": form}
    return render(request, "reports/half_term_correct.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
@right_required(*READS)
def half_term_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the report out on paper: the file as it was signed, or a draft as it reads now."""
    report = report_of(request.user, pk)
    if report.frozen_at is None:
        raise Http404("not counted yet")
    noted(request, report, AccessRecord.Kind.DOCUMENT)
    if report.sha256:
        with report.file.open() as file:
            data = file.read()
    else:
        from reports.halfterm.drawing import report_draw  # Pango and the fonts: only who draws loads them

        data = report_draw(report).data
    name = f"{name_of(report)}{'' if report.sha256 else ' draft'}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


@never_cache
@require_safe
@right_required(*READS)
def half_term_behind(request: StaffRequest, pk: int, figure: str, window: str) -> HttpResponse:
    """List the records behind one figure in one window, as they are now; who is named is noted."""
    report = report_of(request.user, pk)
    asked = {name: asked_for(request, name)[:80] for name in NARROWS if asked_for(request, name)}
    behind = (
        Behind.load(report, figure, window, asked, request.user, timezone.localtime()) if report.frozen_at else None
    )
    if behind is None or (figure in _dsl_figures() and not reads_dsl(request.user, report.year_group_id)):
        raise Http404("no such figure for this person")
    how = asked_for(request, "format")
    if how in FORMATS:
        return handed_out(
            request,
            behind.table(),
            how,
            subject=f"{subject_of(report)}:{figure}",
            reason=reason_of(request.user),
            name=f"{name_of(report)} {figure}",
        )
    noted(request, report, AccessRecord.Kind.PAGE)
    context = {
        "report": report,
        "behind": behind,
        "page": behind.page(asked_for(request, "before")),
        "place": Addresses(),
        "windows": [(slug, span.name) for slug, span in Figures.of(report.figures).spans if span],
    }
    return render(request, "reports/half_term_behind.html", context)


def _dsl_figures() -> set[str]:
    from reports.halfterm.cases import SAFEGUARDING

    return {spec.key for spec in SAFEGUARDING.specs}


def _is_mine(request: StaffRequest, report: HalfTermReport) -> bool:
    return bool(report.job and report.job.started_by_id == request.user.pk)


def _page(
    request: StaffRequest,
    report: HalfTermReport,
    reading: Reading,
    *,
    words: WordsForm | None = None,
    because: BecauseForm | None = None,
) -> HttpResponse:
    may_write = report.status == HalfTermReport.Status.DRAFT and may_with(request.user, report, Right.MAKE_REPORTS)
    may_sign = may_with(request.user, report, Right.SIGN_REPORTS)
    figures = reading.figures.without_dsl()
    form = words or (WordsForm(reading=reading, seen=keeping.words_version(report)) if may_write else None)
    said: dict[str, Any] = dict(form.says) if form else {}
    if may_write and because is None:
        because = BecauseForm(saw=seen(figures), did=done(figures))
    later = HalfTermReport.objects.visible_to(request.user).standing(corrects=report).first()
    context = {
        "report": report,
        "reading": reading,
        "figures": reading.figures,
        "form": form,
        "sections": [(shown, said.get(shown.section.key)) for shown in reading.sections],
        "because": because,
        "staff": staff_offered() if form else (),
        "later": later,
        "may_write": may_write,
        "may_sign": may_sign,
        "signer": "" if may_sign or not may_write else signer_of(report),
        "may_make": may_with(request.user, report, Right.MAKE_REPORTS),
        "files": [
            (how.upper(), f"{reverse('reports:half_term_report', args=[report.pk])}?format={how}") for how in FORMATS
        ],
    }
    is_refused = bool((words and words.is_bound) or (because and because.is_bound))
    return render(request, "reports/half_term_report.html", context, status=422 if is_refused else 200)
