"""A job's signs of life while its own connection is busy in one long transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from pastoral.core import services

SECONDS = 1.0


class Heart:
    """How far the work is; a thread with a connection of its own writes it down every second."""

    def __init__(self, job_id: int, steps_total: int) -> None:
        self.job_id = job_id
        self.steps_total = steps_total
        self.steps_done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"job-{job_id}-heart", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def stop(self) -> None:
        """Stop beating."""
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(SECONDS):
                self._write()
        finally:
            connection.close()

    def _write(self) -> None:
        try:
            services.job_total(self.job_id, self.steps_total, self.steps_done)
        except Error:
            connection.close()  # the database is away: the work itself will say so


@contextmanager
def heartbeat(job_id: int, steps_total: int) -> Iterator[Heart]:
    """Keep the job's progress and sign of life true while the work inside goes on."""
    services.job_total(job_id, steps_total)
    heart = Heart(job_id, steps_total)
    heart.start()
    try:
        yield heart
    finally:
        heart.stop()
