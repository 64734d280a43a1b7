"""Jobs: their steps, their ends, another try, and a worker or a broker that is gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerAway

from pastoral.core import services
from pastoral.core.heartbeat import heartbeat
from pastoral.core.models import Job
from tests.factories import JobFactory, UserFactory

Sent = list[tuple[str, list[int]]]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Return what would have been sent to the broker."""
    found: Sent = []

    def send_task(name: str, args: list[int], **options: Any) -> None:
        found.append((name, args))

    monkeypatch.setattr(services.current_app, "send_task", send_task)
    return found


def start() -> Job:
    return services.job_start(title="Test", task="tests.never", payload={"a": 1}, by=None, steps_total=4)


def test_a_job_is_sent_on_commit(db: None, sent: Sent, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = start()
        assert not sent
    assert sent == [("tests.never", [job.pk])]
    assert (job.status, job.attempts) == ("queued", 1)


def test_a_broker_that_is_down_is_told_and_loses_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def send_task(*args: Any, **options: Any) -> None:
        raise BrokerAway

    monkeypatch.setattr(services.current_app, "send_task", send_task)
    with django_capture_on_commit_callbacks(execute=True):
        job = start()
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", services.BROKER_AWAY)


def test_steps_never_pass_the_total_and_ends_are_final(db: None, sent: Sent) -> None:
    job = start()
    for _ in range(6):
        services.job_step(job.pk)
    job.refresh_from_db()
    assert (job.status, job.steps_done, job.percent) == ("running", 4, 100)
    services.job_finish(job.pk, "Done so", "/there/")
    services.job_fail(job.pk, "late")
    services.job_step(job.pk)
    job.refresh_from_db()
    assert (job.status, job.message, job.result_url) == ("done", "Done so", "/there/")


def test_a_failed_job_is_retried_once_a_click(
    db: None, sent: Sent, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    job = JobFactory(status="failed", steps_total=3, steps_done=2, message="broken", attempts=3)
    by = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        assert services.job_retry(job=job, by=by)
        assert not services.job_retry(job=job, by=by)
    job.refresh_from_db()
    assert (job.status, job.steps_done, job.message, job.attempts, job.started_by) == ("queued", 0, "", 1, by)
    assert len(sent) == 1


def test_silent_jobs_are_taken_up_and_given_up_after_three_times(db: None, sent: Sent) -> None:
    silent = timezone.now() - timedelta(seconds=301)
    lost = JobFactory(status="running", beat_at=silent, attempts=1)
    given_up = JobFactory(status="running", beat_at=silent, attempts=3)
    alive = JobFactory(status="running", attempts=1)
    assert services.jobs_recover() == 2
    assert services.jobs_recover() == 0
    assert sent == [("tests.never", [lost.pk])]
    assert Job.objects.get(pk=lost.pk).attempts == 2
    assert Job.objects.get(pk=given_up.pk).message == services.WORKER_LOST
    assert Job.objects.get(pk=alive.pk).status == "running"


def test_an_error_is_told_in_words_and_raised(db: None) -> None:
    job = JobFactory()
    with pytest.raises(ZeroDivisionError), services.job_guarded(job.pk):
        raise ZeroDivisionError
    job.refresh_from_db()
    assert (job.status, job.message) == ("failed", services.UNEXPECTED)


@pytest.mark.django_db(transaction=True)
def test_the_heart_writes_progress_from_its_own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    job = JobFactory()
    monkeypatch.setattr("pastoral.core.heartbeat.SECONDS", 0.01)
    with heartbeat(job.pk, 100) as heart:
        heart.steps_done = 42
        for _ in range(500):
            job.refresh_from_db()
            if job.steps_done == 42:
                break
            heart._thread.join(0.01)
    assert (job.status, job.steps_done, job.steps_total) == ("running", 42, 100)
