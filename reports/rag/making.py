"""A whole run made here and now: the workers' own tasks, in processes of this command instead of a worker's."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import django
from django.conf import settings
from django.db import connection

from reports import services
from reports.models import WeeklyRagRun


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
    from reports import tasks  # in a process of its own nothing is set up before _begin

    tasks.rag_document_build.apply(args=sheet, throw=True)


def _draw_apart(sheets: list[tuple[int, str, str]], workers: int) -> None:
    """Draw in fresh processes: a forked one inherits locks of threads that it lacks, and may wait for ever."""
    with ProcessPoolExecutor(
        min(workers, len(sheets)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(dict(connection.settings_dict), str(settings.MEDIA_ROOT)),
    ) as pool:
        list(pool.map(_draw, sheets))


def _begin(database: dict[str, Any], media_root: str) -> None:
    """Set a fresh process up with the database and the files of the one that asked for it."""
    django.setup()
    connection.settings_dict.update(database)
    settings.MEDIA_ROOT = media_root
