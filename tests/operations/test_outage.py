"""PostgreSQL and Valkey stopped and started under the running application: a clear page, then back by itself."""

import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from pastoral import embedded

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds, on a busy machine

MAKE_SESSION = """
from datetime import date
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from pastoral.core.models import User
from students.models import StaffAssignment
user = User.objects.create_user("OFF001", "office@school.example", forename="Ada", surname="Office")
StaffAssignment.objects.create(user=user, role="slt", job_title="SLT", starts_on=date(2020, 9, 1))
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("session", session.session_key)
"""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


@dataclass(frozen=True)
class Installation:
    var: Path
    address: str
    session: str

    def get(self, path: str) -> Answer:
        request = urllib.request.Request(f"{self.address}{path}", headers={"Cookie": f"sessionid={self.session}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode())

    def health(self) -> dict[str, object]:
        return dict(json.loads(self.get("/health/").text))


def wait_for(test: Callable[[], bool]) -> None:
    pause, deadline = Event(), monotonic() + PATIENCE
    while not test():
        assert monotonic() < deadline, "waited in vain"
        pause.wait(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """A fresh installation of its own: servers, tables, one person signed in, and the web server."""
    var, port = tmp_path / "var", free_port()
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {
        "PASTORAL_VAR": str(var),
        "PASTORAL_THROWAWAY": "1",
        "DJANGO_SETTINGS_MODULE": "pastoral.settings.local",
    }
    servers = embedded.shared_postgres(var), embedded.shared_valkey(var)
    for server in servers:
        server.join()

    def manage(*arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    manage("migrate", "--verbosity", "0")
    session = manage("shell", "--verbosity", "0", "-c", MAKE_SESSION).split()[-1]
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "pastoral.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level", "error"],
        cwd=ROOT,
        env=environment,
    )
    try:
        wait_for(lambda: answers(port))
        yield Installation(var, f"http://127.0.0.1:{port}", session)
    finally:
        web.terminate()
        web.wait(PATIENCE)
        for server in servers:
            server.stop()


def test_the_database_goes_away_and_comes_back(installation: Installation) -> None:
    assert installation.get("/jobs/").status == 200
    embedded.stop_postgres(installation.var)

    away = installation.get("/jobs/")
    assert away.status == 503
    assert "try again" in away.text.lower()
    assert "Traceback" not in away.text
    assert installation.health()["database"] is False

    embedded.start_postgres(installation.var)
    assert installation.get("/jobs/").status == 200
    assert installation.health()["database"] is True


def test_pages_work_without_valkey_and_jobs_come_back_with_it(installation: Installation) -> None:
    assert installation.health()["jobs"] is True
    embedded.stop_valkey(installation.var)

    assert installation.get("/jobs/").status == 200
    assert installation.health()["jobs"] is False

    embedded.start_valkey(installation.var)
    assert installation.health()["jobs"] is True
