"""How the processes of one installation share a server: the first starts it, the last to leave stops it.

Each user of the server holds a shared lock on a file. The kernel drops the lock when a process ends, however it ends,
so a killed process leaves nothing stale behind: no list of process numbers to go wrong.
"""

import atexit
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol


class EmbeddedServerError(Exception):
    """The embedded server does not start or stop; the message says what to do and shows the end of its log."""


class Server(Protocol):
    """What can be shared: starting a server that runs, or stopping one that does not, must do nothing."""

    def is_running(self) -> bool:
        """Test whether its process lives."""

    def start(self) -> None:
        """Start it unless it runs."""

    def stop(self) -> None:
        """Stop it if it runs."""


class SharedServer:
    """One server of one installation, as seen from this process."""

    def __init__(self, name: str, var_dir: Path, server: Server) -> None:
        self.server = server
        self._locks = var_dir / "locks"
        self._name = name
        self._joined: IO[str] | None = None
        self._thread_lock = threading.Lock()

    def join(self) -> None:
        """Start the server unless it runs, and keep it running while this process and its forks live."""
        with self._thread_lock, self._starting():
            if self._joined is None:
                self._joined = self._users_file()
                fcntl.flock(self._joined, fcntl.LOCK_SH)
                atexit.register(self.leave)
            self.server.start()

    def leave(self) -> None:
        """Stop the server if no other process uses it."""
        if self._joined is None:
            return
        with self._thread_lock, self._starting():
            # Closed, not unlocked: forks hold the same lock, and it must last until the last of them ends.
            self._joined.close()
            self._joined = None
            if self._is_unused():
                self.server.stop()

    def stop(self) -> None:
        """Stop the server although others use it; `join` starts it again."""
        with self._thread_lock, self._starting():
            self.server.stop()

    def _is_unused(self) -> bool:
        with self._users_file() as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

    def _users_file(self) -> IO[str]:
        return (self._locks / f"{self._name}.users").open("a")

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Hold the right to start or stop the server: two processes at once would each start one."""
        self._locks.mkdir(parents=True, exist_ok=True)
        with (self._locks / f"{self._name}.starting").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def log_tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a server's log, for an error message."""
    if not log.exists():
        return "(it wrote no log)"
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def shorten_log(log: Path, limit: int = 10_000_000) -> None:
    """Put a log that has grown past the limit aside, over the one put aside before."""
    if log.exists() and log.stat().st_size > limit:
        os.replace(log, log.with_suffix(".old.log"))
