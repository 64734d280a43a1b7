"""Processes that the supervisor starts, watches, starts again and stops."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from pastoral.embedded.sharing import log_tail

# A child that ran this long before it ended is started again at once; one that keeps ending waits ever longer.
STEADY_SECONDS = 60
LONGEST_PAUSE = 30
PR_SET_PDEATHSIG = 1


class Child:
    """One process, in a session of its own: the terminal's Ctrl-C reaches the supervisor alone, which then ends it."""

    def __init__(self, name: str, command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        self._command = [sys.executable, *command]
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at: float | None = None
        self._failures = 0

    @property
    def exit_code(self) -> int | None:
        """What the process ended with, or None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process, with what it prints added to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=settings.BASE_DIR,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        self._started_at = time.monotonic()
        self._start_again_at = None

    def wait(self) -> int:
        """Wait for the process to end by itself, and return what it ended with."""
        return 0 if self._process is None else self._process.wait()

    def revive(self) -> str | None:
        """Start the process again if it has ended and its pause is over; return what to tell about it, if anything."""
        code = self.exit_code
        if code is None:
            return None
        if self._start_again_at is None:
            return self._plan(code)
        if time.monotonic() >= self._start_again_at:
            self.start()
        return None

    def _plan(self, code: int) -> str:
        self.end()  # what it left behind, such as the worker's own children
        now = time.monotonic()
        self._failures = 0 if now - self._started_at > STEADY_SECONDS else self._failures + 1
        pause = min(2**self._failures / 2, LONGEST_PAUSE)
        self._start_again_at = now + pause
        cause = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"The {self.name} {cause}; starting it again in {pause:g} s. Its log: {self.log.name}"

    def last_words(self) -> str:
        """Return the end of the log."""
        return log_tail(self.log)

    def ask_to_stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the process a signal, if it runs."""
        if self._process is not None and self.is_running:
            self._process.send_signal(number)

    def end(self) -> None:
        """Kill whatever is left of the process and of those that it started."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def stop_all(children: Sequence[Child], *, patience: float = 4) -> None:
    """Stop children within seconds: asked first, then told to drop their work, then killed.

    Dropped work is not lost: tasks are acknowledged late, so the next worker takes them up.
    """
    for number in (signal.SIGTERM, signal.SIGQUIT):
        for child in children:
            child.ask_to_stop(number)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and any(child.is_running for child in children):
            time.sleep(0.05)
    for child in children:
        child.end()


def _end_with_parent() -> None:
    """Have Linux send SIGTERM when the supervisor dies, even by SIGKILL: no orphan keeps the port."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


_LIBC = ctypes.CDLL(None)
