"""Core's tasks."""

from celery import shared_task

from pastoral.core import services


@shared_task(name="pastoral.core.tasks.jobs_recover")
def jobs_recover() -> None:
    """Take up jobs whose worker was lost; running it twice enqueues each of them once."""
    services.jobs_recover()
