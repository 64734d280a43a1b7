"""Work handed to the workers: each takes keys, may run twice, and leaves the rules to the services."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from kombu.exceptions import KombuError

from pastoral.core.drafts import drafts_expire
from pastoral.core.imports.uploads import files_expire
from pastoral.core.models import Job
from pastoral.core.services import job_guarded
from reports import services
from reports.halfterm.keeping import report_make, reports_due
from reports.letters import letters_draw_job, letters_expire
from reports.models import RagNotice, WeeklyRagRun
from reports.packs.making import pack_build
from reports.recognition.making import certificates_expire, certificates_make
from students.calendar import monday_of
from students.summaries import SchoolCalendar

logger = logging.getLogger(__name__)


@contextmanager
def guarded(run_id: int) -> Iterator[None]:
    """Let the run's job fail, with its reason, when the work inside raises."""
    job_id = WeeklyRagRun.objects.values_list("job", flat=True).get(pk=run_id)
    with job_guarded(job_id) if job_id else nullcontext():
        yield


def weekly_rag_close(run_id: int) -> None:
    """End the run if nothing is left to draw, and have whoever is still to be told told."""
    services.weekly_rag_complete(run_id=run_id)
    if RagNotice.objects.unsent().filter(run=run_id).exists():
        try:
            rag_notices_send.delay(run_id)
        except (KombuError, OSError) as fault:  # no broker: the sheets stand, and day_dispatch sends what is unsent
            logger.error("notices of weekly RAG %s wait for the job service: %s", run_id, fault)


# A database that is away for a moment, or two workers that freeze the same run at once, are no reason to give up.
AGAIN: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "retry_backoff": True,
    "retry_backoff_max": 60,
    "max_retries": 5,
}


@shared_task(name="reports.tasks.weekly_rag_job", acks_late=True, **AGAIN)
def weekly_rag_job(job_id: int) -> None:
    """Build the weekly RAG that the job is about; the way in for jobs that are retried or recovered."""
    weekly_rag_build(Job.objects.values_list("payload", flat=True).get(pk=job_id)["run"])


@shared_task(name="reports.tasks.weekly_rag_build", acks_late=True, **AGAIN)
def weekly_rag_build(run_id: int) -> None:
    """Freeze one weekly RAG and give out its documents; running it twice leaves the same documents."""
    with guarded(run_id):
        run = services.weekly_rag_freeze(run_id=run_id)
        services.weekly_rag_progress(run=run)
        for kind, name in run.documents.pending().order_by("-students").values_list("kind", "name"):
            rag_document_build.delay(run_id, kind, name)
        weekly_rag_close(run_id)


@shared_task(name="reports.tasks.rag_document_build", acks_late=True, **AGAIN)
def rag_document_build(run_id: int, kind: str, name: str) -> None:
    """Draw one document of a weekly RAG; the last one to be drawn ends the run."""
    with guarded(run_id):
        services.rag_document_draw(run_id=run_id, kind=kind, name=name)
        if not services.weekly_rag_progress(run=WeeklyRagRun.objects.get(pk=run_id)):
            weekly_rag_close(run_id)


@shared_task(name="reports.tasks.rag_notices_send", acks_late=True, **AGAIN)
def rag_notices_send(run_id: int) -> None:
    """Tell the tutors of a finished weekly RAG; nobody is told twice."""
    services.rag_notices_send(run_id=run_id)


@shared_task(name="reports.tasks.certificates_job", acks_late=True, **AGAIN)
def certificates_job(job_id: int) -> None:
    """Draw the certificates that the job asks for; running it twice leaves the same file."""
    certificates_make(job_id)


@shared_task(name="reports.tasks.letters_job", acks_late=True, **AGAIN)
def letters_job(job_id: int) -> None:
    """Draw the letters that the job asks for; running it twice leaves the same file."""
    letters_draw_job(job_id)


@shared_task(name="reports.tasks.packs_job", acks_late=True, **AGAIN)
def packs_job(job_id: int) -> None:
    """Build the pack that the job asks for; a second run goes on with the next part."""
    pack_build(job_id)


@shared_task(name="reports.tasks.half_term_job", acks_late=True, **AGAIN)
def half_term_job(job_id: int) -> None:
    """Count the half-termly report that the job asks for; running it twice leaves the same report."""
    report_make(job_id)


@shared_task(name="reports.tasks.day_dispatch", acks_late=True, **AGAIN)
def day_dispatch() -> None:
    """Give out what the school calendar says is due today; running it twice gives it out once."""
    today = timezone.localdate()
    if erased := files_expire(before=timezone.now() - timedelta(days=settings.IMPORT_KEPT_DAYS)):
        logger.info("files of old imports erased: %s", erased)
    if erased := certificates_expire(before=timezone.now() - timedelta(days=settings.IMPORT_KEPT_DAYS)):
        logger.info("old certificates erased: %s", erased)
    if erased := drafts_expire(now=timezone.now()):
        logger.info("drafts that nobody came back to erased: %s", erased)
    if erased := letters_expire(before=timezone.now() - timedelta(days=settings.IMPORT_KEPT_DAYS)):
        logger.info("old prints of letters erased: %s", erased)
    for run_id in RagNotice.objects.unsent().since(today - timedelta(days=7)).values_list("run", flat=True).distinct():
        rag_notices_send.delay(run_id)
    calendar = SchoolCalendar.load()
    if made := reports_due(today=today, calendar=calendar):
        logger.info("half-termly reports asked for: %s", made)
    week = calendar.school_week_before(monday_of(today))
    if not calendar.is_school_day(today) or week is None:
        return
    try:
        services.weekly_rag_ask(week=week, by=None, today=today, calendar=calendar)
    except services.RagWeekRefused as refusal:
        logger.warning("no weekly RAG of %s: %s", week, refusal)
