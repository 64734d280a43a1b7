"""The weekly RAG against WeasyPrint alone with the same HTML."""

import gc
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import process_time

from django.db import transaction
from django.test.utils import override_settings
from weasyprint import HTML

from attendance.models import AttendanceWeek
from reports import services
from reports.benchmarks.measure import Measure
from reports.models import RagDocument, WeeklyRagRun
from reports.pdf import PDF_OPTIONS, nothing_fetched, styles
from reports.rag.drawing import STYLESHEETS, sheet_html
from reports.rag.sheet import Sheet


def rag_measures() -> Iterator[Measure]:
    """Make the weekly RAG of the last week held, beside WeasyPrint alone, and leave no trace of it.

    Ours is all a worker does: freeze, read, lay out, draw, file. WeasyPrint's is the drawing alone, with fonts and
    stylesheet ready. The two take turns document by document, so that a busy machine is as busy for both; seconds are
    the processor's own.
    """
    latest = AttendanceWeek.objects.order_by("-monday").values_list("monday", flat=True).first()
    if latest is None:
        return
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=Path(folder)), transaction.atomic():
        yield from _measures(latest)
        transaction.set_rollback(True)


def _measures(week: date) -> Iterator[Measure]:
    WeeklyRagRun.objects.filter(week=week).delete()
    run = services.weekly_rag_begin(week=week, by=None, today=week + timedelta(weeks=1), tells_tutors=False)
    began = process_time()
    services.weekly_rag_freeze(run_id=run.pk)
    ours, plain = process_time() - began, 0.0
    documents = list(run.documents.select_related("run"))
    _plain_seconds(documents[0])  # fonts and modules are loaded before anything is timed
    for document in documents:
        ours += _our_seconds(document)
        plain += _plain_seconds(document)
    made = list(run.documents.made())
    pages, size = sum(one.pages for one in made), sum(one.size for one in made)
    detail = (
        f"{len(made)} documents, {pages} pages, {run.students.count()} students: "
        f"{ours:.1f} s, WeasyPrint {plain:.1f} s; {1000 * ours / pages:.0f} ms a page, on one core"
    )
    yield Measure("weekly RAG of the school", ours / plain, 1.15, "ratio", detail)
    yield Measure("weekly RAG, a page", size / pages / 1000, 30, "kB", "")


def _our_seconds(document: RagDocument) -> float:
    gc.collect()  # each pays for its own litter
    began = process_time()
    services.rag_document_draw(run_id=document.run_id, kind=document.kind, name=document.name)
    return process_time() - began


def _plain_seconds(document: RagDocument) -> float:
    html = sheet_html(Sheet.load(document))
    gc.collect()
    began = process_time()
    HTML(string=html, url_fetcher=nothing_fetched()).write_pdf(**styles(*STYLESHEETS), **PDF_OPTIONS)
    return process_time() - began
