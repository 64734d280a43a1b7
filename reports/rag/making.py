"""A whole run made here and now: the workers' own tasks, in processes of this command instead of a worker's."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from django.db import connections

from reports import services, tasks
from reports.models import WeeklyRagRun
from reports.pdf import styles
from reports.rag.drawing import STYLESHEET


def run_make(run: WeeklyRagRun, workers: int) -> WeeklyRagRun:
    """Freeze the run and draw its documents in as many processes, longest first; no broker is needed."""
    services.weekly_rag_freeze(run_id=run.pk)
    sheets = list(run.documents.order_by("-students").values_list("run_id", "kind", "name"))
    if workers > 1 and len(sheets) > 1:
        _draw_apart(sheets, workers)
    else:
        for sheet in sheets:
            _draw(sheet)
    services.weekly_rag_complete(run_id=run.pk)
    run.refresh_from_db()
    return run


def _draw(sheet: tuple[int, str, str]) -> None:
    tasks.rag_document_build.apply(args=sheet, throw=True)


def _draw_apart(sheets: list[tuple[int, str, str]], workers: int) -> None:
    styles(STYLESHEET)  # read once, before the processes part
    connections.close_all()  # a forked process must not share this one's connection
    with ProcessPoolExecutor(min(workers, len(sheets)), mp_context=multiprocessing.get_context("fork")) as pool:
        list(pool.map(_draw, sheets))
