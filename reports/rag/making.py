"""A whole run made here and now: the workers' own tasks, in processes of this command instead of a worker's."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from django.conf import settings
from django.db import connection

from reports import services
from reports.models import WeeklyRagRun
from reports.rag.apart import begin, draw


def run_make(run: WeeklyRagRun, workers: int) -> WeeklyRagRun:
    """Freeze the run and draw its documents in as many processes, longest first; no broker is needed."""
    services.weekly_rag_freeze(run_id=run.pk)
    sheets = list(run.documents.order_by("-students").values_list("run_id", "kind", "name"))
    if workers > 1 and len(sheets) > 1:
        _draw_apart(sheets, workers)
    else:
        for sheet in sheets:
            draw(sheet)
    services.weekly_rag_complete(run_id=run.pk)
    run.refresh_from_db()
    return run


def _draw_apart(sheets: list[tuple[int, str, str]], workers: int) -> None:
    """Draw in fresh processes: a forked one inherits locks of threads that it lacks, and may wait for ever."""
    with ProcessPoolExecutor(
        min(workers, len(sheets)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=begin,
        initargs=(dict(connection.settings_dict), str(settings.MEDIA_ROOT)),
    ) as pool:
        list(pool.map(draw, sheets))
