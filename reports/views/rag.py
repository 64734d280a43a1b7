"""The weekly RAG's pages: runs, one run, one sheet on the screen and as the PDF that was filed."""

import logging
from datetime import date

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord, User
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from reports import services
from reports.forms import RagAskForm
from reports.models import RagDocument, WeeklyRagRun
from reports.querysets.rag import FIRST_YEAR_GROUP, WeeklyRagRunQuerySet, year_of
from reports.rag.amendments import amended_of
from reports.rag.answers import SHOWS, answers_on, answers_own, sections_shown
from reports.rag.distribution import opening_note
from reports.rag.pages import RunList, RunPage, weeks_to_ask
from reports.rag.sheet import Sheet
from students.calendar import academic_year_of
from students.models import Student
from students.scopes import scope_of

LAST_YEAR_GROUP = 13
logger = logging.getLogger(__name__)


@never_cache
@require_safe
@right_required(Right.SEE_WEEKLY_RAG)
def rag_list(request: StaffRequest) -> HttpResponse:
    """List the runs of a year, with the sheets that are the person's to read."""
    return _list(request, None)


@require_POST
@right_required(Right.ASK_WEEKLY_RAG)
def rag_ask(request: StaffRequest) -> HttpResponse:
    """Have a week's RAG made; a week that has one leads to it."""
    form = RagAskForm(request.POST, weeks=weeks_to_ask(request.user, timezone.localdate()))
    if not form.is_valid():
        return _list(request, form)
    week = form.cleaned_data["week"]
    if (held := WeeklyRagRun.objects.visible_to(request.user).newest(week)) and held.completed_at:
        messages.info(
            request,
            f"The weekly RAG of the week of {week:%-d %B %Y} is made already: here it is. "
            "Make a new issue of it if marks were corrected since.",
        )
        return redirect(held)
    try:
        return redirect(services.weekly_rag_ask(week=week, by=request.user))
    except services.RagWeekRefused as refusal:
        form.add_error("week", str(refusal))
    return _list(request, form)


@require_POST
@right_required(Right.ASK_WEEKLY_RAG)
def rag_reissue(request: StaffRequest, week: date) -> HttpResponse:
    """Have a week's RAG made anew beside the issue that the page showed."""
    get_object_or_404(WeeklyRagRun.objects.visible_to(request.user), week=week, issue=1)
    replaces = request.POST.get("replaces", "")
    run = services.weekly_rag_reissue(week=week, replaces=int(replaces) if replaces.isdecimal() else 0, by=request.user)
    return redirect(run)


def _list(request: StaffRequest, form: RagAskForm | None) -> HttpResponse:
    year = asked_for(request, "year")
    weeks = weeks_to_ask(request.user, timezone.localdate())
    context = {
        "runs": RunList.load(request.user, int(year) if year.isdecimal() else None),
        "form": form or (RagAskForm(weeks=weeks) if weeks else None),
    }
    return render(request, "reports/rag_list.html", context, status=422 if form else 200)


@never_cache
@require_safe
@right_required(Right.SEE_WEEKLY_RAG)
def rag_detail(request: StaffRequest, week: date) -> HttpResponse:
    """Show one run: how far it is, its sheets, and who moved."""
    runs = WeeklyRagRun.objects.visible_to(request.user).select_related("job", "asked_by").filter(week=week)
    run = _issue(runs, asked_for(request, "issue")) or runs.newest(week)
    if run is None:
        raise Http404("no weekly RAG of that week")
    page = RunPage.load(run, request.user)
    years = scope_of(request.user).years_with(Right.KEEP_MEETINGS)
    meets = range(FIRST_YEAR_GROUP, LAST_YEAR_GROUP + 1) if years is None else years
    context = {
        "page": page,
        "run": run,
        "meets": meets if page.is_newest and run.academic_year == academic_year_of(timezone.localdate()) else (),
        "is_mine": bool(run.job and run.job.started_by_id == request.user.pk),
    }
    return render(request, "reports/rag_detail.html", context)


def _issue(runs: WeeklyRagRunQuerySet, number: str) -> WeeklyRagRun | None:
    """Return the issue that the address names; 404 for one there is not, None when it names none."""
    if not number:
        return None
    return get_object_or_404(runs, issue=int(number) if number.isdecimal() else 0)


@never_cache
@require_safe
@right_required(Right.SEE_WEEKLY_RAG)
def rag_document(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one sheet: the dataset its PDF was drawn from."""
    document = _document(request, pk)
    sheet = Sheet.load(document)
    students = [line.student_id for line in sheet.lines]
    seen = Student.objects.visible_to(request.user).filter(pk__in=students).values_list("pk", flat=True)
    answers, show = answers_on(request.user, document), asked_for(request, "show")
    may_answer = answers_own(request.user, document)
    address = document.get_absolute_url()
    context = {
        "document": document,
        "sheet": sheet,
        "sections": sections_shown(sheet, show, answers),
        "answers": answers,
        "may_answer": may_answer,
        "shows_answers": may_answer or bool(answers),
        "narrowed": show if show in SHOWS else "",
        "narrowing": [
            (address, "Everybody", show not in SHOWS),
            *((f"{address}?show={slug}", words, slug == show) for slug, words in SHOWS.items()),
        ],
        "visible": set(seen),
        "amended": amended_of(document),
        "newest": _newer(request.user, document),
    }
    return render(request, "reports/rag_document.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_WEEKLY_RAG)
def rag_pdf(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand out the PDF that was filed."""
    document = _document(request, pk)
    if not document.is_filed:
        logger.error("the file of weekly RAG document %s is gone", document.pk)
        raise Http404("the file is gone")
    return FileResponse(document.file.open(), filename=document.file_name, content_type="application/pdf")


def _newer(user: User, document: RagDocument) -> RagDocument | None:
    """Return the same sheet of the week's newest issue that has it; None when the sheet is that one."""
    same = RagDocument.objects.visible_to(user).filter(
        run__week=document.run.week, kind=document.kind, name=document.name
    )
    return same.filter(run__issue__gt=document.run.issue).select_related("run").order_by("-run__issue").first()


def _document(request: StaffRequest, pk: int) -> RagDocument:
    """Return a sheet the person may see, and note that they read it and why they may."""
    documents = RagDocument.objects.visible_to(request.user).select_related("run")
    document = get_object_or_404(documents, pk=pk)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"rag-document:{document.pk}",
        reason=_reason(request.user, document),
        path=request.path,
    )
    opening_note(document=document, by=request.user, now=timezone.now())
    return document


def _reason(user: User, document: RagDocument) -> str:
    """Return why the person may see the sheet: as of its students' year now, should it be an old one."""
    scope = scope_of(user)
    year_now = year_of(document.intakes[0], academic_year_of(scope.on))
    return scope.reason(year_now, document.tutor_group_id, has_sen=False)
