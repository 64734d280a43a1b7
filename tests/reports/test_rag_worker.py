"""A real worker on a real broker, killed in the middle of a run: nothing is missing afterwards, nothing doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import quote

import pytest
from django.db import connection

from pastoral import embedded
from pastoral.celery import app
from pastoral.core.models import Job
from pastoral.core.rights import Role
from reports import services
from reports.models import WeeklyRagRun
from tests.factories import enrol, staff
from tests.reports.rag_school import MONDAY, NEXT_MONDAY, attend

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds, on a busy machine
SILENCE = 4  # seconds after which a job counts as lost
GROUPS = [f"{year}{letter}" for year in (8, 9, 10) for letter in "ABCDE"]


def wait_for(test: Callable[[], bool], every: float = 0.02) -> None:
    pause, deadline = Event(), monotonic() + PATIENCE
    while not test():
        assert monotonic() < deadline, "waited in vain"
        pause.wait(every)


@pytest.fixture
def broker(tmp_path, settings) -> Iterator[dict[str, str]]:
    """The environment of a worker with a Valkey and files of its own, on the test's database."""
    var = tmp_path / "var"
    settings.MEDIA_ROOT = var / "files"
    database = connection.get_connection_params()
    place = quote(str(database["host"]), safe="")
    yield {
        **os.environ,
        "PASTORAL_VAR": str(var),
        "REDIS_URL": embedded.start_valkey(var),
        "DATABASE_URL": f"postgres://{database['user']}@{place}:{database['port']}/{database['dbname']}",
        "JOB_REDELIVERY_SECONDS": str(SILENCE),
        "DJANGO_SETTINGS_MODULE": "pastoral.settings.local",
    }
    embedded.stop_valkey(var)


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of two processes that ends, by whatever means, with the block."""
    command = [sys.executable, "-m", "celery", "-A", "pastoral", "worker", "--concurrency=2", "--loglevel=ERROR"]
    process = subprocess.Popen([*command, "--without-gossip", "--without-mingle"], cwd=ROOT, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def send(environment: dict[str, str], task: str, *args: int) -> None:
    with app.connection_for_write(environment["REDIS_URL"]) as broker:
        app.send_task(task, args=args, connection=broker)


@pytest.fixture
def run(seeded, broker, monkeypatch) -> WeeklyRagRun:
    for group in GROUPS:
        for one in enrol(group, count=8):
            attend(one)
        staff(Role.FORM_TUTOR, group)
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    return services.weekly_rag_ask(week=MONDAY, by=None, today=NEXT_MONDAY)


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_nothing_missing_and_nothing_doubled(run, broker, tmp_path):
    total = len(GROUPS) + 3
    with worker(broker) as first:
        send(broker, services.JOB_TASK, run.job_id)
        wait_for(lambda: run.documents.made().count() >= 3)
        kill(first)
    assert 3 <= run.documents.made().count() < total

    with worker(broker):
        wait_for(lambda: _taken_up(run, broker), every=SILENCE + 1)

    run.refresh_from_db()
    documents = list(run.documents.all())
    assert len(documents) == run.documents.made().count() == total
    files = sorted(path.name for path in (tmp_path / "var" / "files" / "weekly_rag" / MONDAY.isoformat()).iterdir())
    assert files == sorted(Path(document.file.name).name for document in documents)
    run.job.refresh_from_db()
    assert (run.job.status, run.job.steps_done, run.job.steps_total) == (Job.Status.DONE, total, total)
    assert run.notices.count() == len(GROUPS)
    assert _letters(tmp_path / "var" / "mail") == len(GROUPS)


def _taken_up(run: WeeklyRagRun, environment: dict[str, str]) -> bool:
    """Do what beat does every minute, until every tutor is told."""
    run.refresh_from_db()
    if run.completed_at and not run.notices.unsent().exists():
        return True
    send(environment, "pastoral.core.tasks.jobs_recover")
    return False


def _letters(folder: Path) -> int:
    return sum(path.read_text().count("\nTo: ") for path in folder.iterdir())
