"""Core's tasks."""

from celery import shared_task

from pastoral.core import services
from pastoral.core.imports import uploads


@shared_task(name="pastoral.core.tasks.jobs_recover")
def jobs_recover() -> None:
    """Take up jobs whose worker was lost; running it twice enqueues each of them once."""
    services.jobs_recover()


@shared_task(name=uploads.CHECK)
def imports_check(job_id: int) -> None:
    """Check the uploaded files of a job; running it twice leaves the same previews."""
    with services.job_guarded(job_id):
        uploads.job_check(job_id)


@shared_task(name=uploads.APPLY)
def imports_apply(job_id: int) -> None:
    """Apply the checked files of a job; running it twice applies each once."""
    with services.job_guarded(job_id):
        uploads.job_apply(job_id)
