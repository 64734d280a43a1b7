"""The web server, the worker and beat, kept running together."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from pastoral.supervisor.address import Address
from pastoral.supervisor.children import Child, stop_all
from pastoral.supervisor.servers import Servers
from pastoral.supervisor.signals import StopRequest

LOOK_SECONDS = 0.2
START_SECONDS = 90


class NotReady(Exception):
    """The web server does not answer; the message names its log."""


class Application:
    """Web, worker and beat."""

    def __init__(self, address: Address, var_dir: Path) -> None:
        self.address = address
        environment = {"PASTORAL_DEMO": "1", "SITE_URL": os.environ.get("SITE_URL", address.url)}
        if address.is_for_everyone:
            # Whatever name or address other machines use for this one.
            environment["ALLOWED_HOSTS"] = os.environ.get("ALLOWED_HOSTS", "*")
        self._children = [
            Child(name, command, log=var_dir / "log" / f"{name}.log", environment=environment)
            for name, command in self._commands(var_dir).items()
        ]

    def _commands(self, var_dir: Path) -> dict[str, list[str]]:
        gunicorn = ["-m", "gunicorn", "pastoral.wsgi", "--workers=2", "--threads=4", "--graceful-timeout=2"]
        celery = ["-m", "celery", "--app=pastoral", "--skip-checks"]
        schedule = str(var_dir / "beat-schedule")
        return {
            "web": [*gunicorn, "--no-control-socket", f"--bind={self.address.for_gunicorn}"],
            "worker": [*celery, "worker", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=INFO"],
            "beat": [*celery, "beat", f"--schedule={schedule}", "--pidfile=", "--loglevel=INFO"],
        }

    def start(self) -> None:
        """Start all three."""
        for child in self._children:
            child.start()

    def wait_until_ready(self, stop: StopRequest) -> None:
        """Return once the web server answers or somebody asks to stop; raise NotReady if it ends or takes too long."""
        web = self._children[0]
        deadline = time.monotonic() + START_SECONDS
        while not stop.is_made and not self.address.answers():
            if web.exit_code is not None or time.monotonic() > deadline:
                raise NotReady(f"The web server does not start:\n{web.last_words()}")
            time.sleep(LOOK_SECONDS)

    def keep_running(self, servers: Servers, stop: StopRequest, tell: Callable[[str], None]) -> None:
        """Start again whatever ends, and say so, until somebody asks to stop."""
        while not stop.is_made:
            for line in servers.revive():
                tell(line)
            for child in self._children:
                if news := child.revive():
                    tell(news)
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop all three within seconds."""
        stop_all(self._children)
