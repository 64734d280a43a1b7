"""Real workers on a real broker, for tests that kill them."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from pastoral import embedded
from pastoral.celery import app

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds, on a busy machine
SILENCE = 4  # seconds after which a job counts as lost


def wait_for(test: Callable[[], bool], every: float = 0.02) -> None:
    pause, deadline = Event(), monotonic() + PATIENCE
    while not test():
        assert monotonic() < deadline, "waited in vain"
        pause.wait(every)


@pytest.fixture
def broker(tmp_path: Path, settings: Any) -> Iterator[dict[str, str]]:
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
    process = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"], cwd=ROOT, env=environment, start_new_session=True
    )
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
