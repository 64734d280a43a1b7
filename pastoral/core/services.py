"""Core's writes: jobs, from the moment somebody asks for long work to its end, good or bad."""

import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone
from kombu.exceptions import KombuError

from pastoral.core.models import Job, User

logger = logging.getLogger(__name__)

TRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}  # somebody is waiting for the page
ATTEMPTS_AT_MOST = 3
BROKER_AWAY = "The job service cannot be reached; nothing was lost. Try again."
WORKER_LOST = "The job stopped three times without finishing. Try again, and tell whoever looks after the server."
UNEXPECTED = "Something went wrong that the job was not made for; nothing was left half done. Try again."


def job_start(
    *,
    title: str,
    task: str,
    payload: dict[str, object],
    by: User | None,
    steps_total: int = 0,
) -> Job:
    """Make a job and give it to a worker once the surrounding transaction is committed.

    task: dotted name of a Celery task that takes the job's key. A broker that is down leaves a failed job that can be
    retried; it never raises.
    """
    job = Job.objects.create(
        title=title,
        task=task,
        payload=payload,
        started_by=by,
        steps_total=steps_total,
        attempts=1,
    )
    transaction.on_commit(lambda: job_enqueue(job.pk))
    return job


def job_enqueue(job_id: int) -> None:
    """Hand a waiting job to the broker; the job is marked as failed when the broker cannot be reached."""
    job = Job.objects.get(pk=job_id)
    try:
        with current_app.connection_for_write(transport_options=TRY_ONCE) as connection:
            current_app.send_task(job.task, args=[job.pk], connection=connection)
    except (KombuError, OSError) as fault:
        logger.error("job %s could not be enqueued: %s", job_id, fault)
        job_fail(job_id, BROKER_AWAY)


def keys_hand_over(task: str, keys: Collection[int]) -> bool:
    """Give a worker the keys of what is to be mailed, and return whether the job service took them."""
    try:
        with current_app.connection_for_write(transport_options=TRY_ONCE) as connection:
            current_app.send_task(task, args=[list(keys)], connection=connection)
    except (KombuError, OSError):
        return False
    return True


def job_total(job_id: int, steps_total: int, steps_done: int = 0) -> None:
    """State how many steps the running job has, and how many of them an earlier attempt had done."""
    Job.objects.unfinished().filter(pk=job_id).update(
        status=Job.Status.RUNNING,
        steps_total=steps_total,
        steps_done=min(steps_done, steps_total),
        beat_at=timezone.now(),
    )


def job_step(job_id: int, done: int = 1, message: str | None = None) -> None:
    """Record that steps of the running job are done; with done=0 it only shows that the job is alive."""
    words = {} if message is None else {"message": message}
    Job.objects.unfinished().filter(pk=job_id).update(
        status=Job.Status.RUNNING,
        steps_done=Least(F("steps_done") + done, F("steps_total")),
        beat_at=timezone.now(),
        **words,
    )


def job_finish(job_id: int, message: str = "", result_url: str = "") -> None:
    """Record the good end of a job; the first such end counts, whoever else ran the same job."""
    now = timezone.now()
    Job.objects.filter(pk=job_id).exclude(status=Job.Status.DONE).update(
        status=Job.Status.DONE,
        steps_done=F("steps_total"),
        message=message,
        result_url=result_url,
        beat_at=now,
        finished_at=now,
    )


def job_fail(job_id: int, reason: str) -> None:
    """Record the bad end of a job, with a reason fit for the person who started it."""
    now = timezone.now()
    Job.objects.unfinished().filter(pk=job_id).update(
        status=Job.Status.FAILED, message=reason, beat_at=now, finished_at=now
    )


def job_retry(*, job: Job, by: User | None) -> bool:
    """Start a failed job again and return whether this call did; a second click finds nothing to do."""
    with transaction.atomic():
        taken = Job.objects.filter(pk=job.pk, status=Job.Status.FAILED).update(
            status=Job.Status.QUEUED,
            steps_done=0,
            message="",
            attempts=1,
            started_by=by or job.started_by,
            beat_at=timezone.now(),
            finished_at=None,
        )
        if taken:
            transaction.on_commit(lambda: job_enqueue(job.pk))
    return bool(taken)


@contextmanager
def job_guarded(job_id: int) -> Iterator[None]:
    """Mark the job as failed when the work inside raises, and let the error through to the log.

    A lost database is no verdict on the job: it stays as it is, and `jobs_recover` takes it up again.
    """
    job_step(job_id, done=0)
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        job_fail(job_id, UNEXPECTED)
        raise


def jobs_recover() -> int:
    """Enqueue again the jobs that fell silent, give up those that fell silent too often, and return how many it met."""
    silent_since = timezone.now() - timedelta(seconds=settings.JOB_REDELIVERY_SECONDS)
    met = list(Job.objects.silent_since(silent_since).values_list("pk", "attempts", "beat_at"))
    for job_id, attempts, beat_at in met:
        if attempts >= ATTEMPTS_AT_MOST:
            job_fail(job_id, WORKER_LOST)
        elif (
            Job.objects.unfinished()
            .filter(pk=job_id, beat_at=beat_at)
            .update(status=Job.Status.QUEUED, attempts=attempts + 1, beat_at=timezone.now())
        ):
            job_enqueue(job_id)
    return len(met)
