"""PostgreSQL and Valkey stopped and started under the running application: a clear page, then back by itself."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pastoral import embedded
from tests.operations.installation import PATIENCE, ROOT, answers, free_port, fresh_installation, wait_for

pytestmark = pytest.mark.long

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
class WebServer:
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


@pytest.fixture
def web(db: None) -> Iterator[WebServer]:
    """The web server of an installation of its own, with one person signed in."""
    with fresh_installation() as made:
        session, port = made.shell(MAKE_SESSION).split()[-1], free_port()
        command = [sys.executable, "-m", "gunicorn", "pastoral.wsgi", "--bind", f"127.0.0.1:{port}"]
        process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=made.environment)
        try:
            wait_for(lambda: answers(port))
            yield WebServer(made.var, f"http://127.0.0.1:{port}", session)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_the_database_goes_away_and_comes_back(web: WebServer) -> None:
    assert web.get("/jobs/").status == 200
    embedded.stop_postgres(web.var)

    away = web.get("/jobs/")
    assert away.status == 503
    assert "try again" in away.text.lower()
    assert "Traceback" not in away.text
    assert web.health()["database"] is False

    embedded.start_postgres(web.var)
    assert web.get("/jobs/").status == 200
    assert web.health()["database"] is True


def test_pages_work_without_valkey_and_jobs_come_back_with_it(web: WebServer) -> None:
    assert web.health()["jobs"] is True
    embedded.stop_valkey(web.var)

    assert web.get("/jobs/").status == 200
    assert web.health()["jobs"] is False

    embedded.start_valkey(web.var)
    assert web.health()["jobs"] is True
