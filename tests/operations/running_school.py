"""A school on a real server: gunicorn as production starts it, PostgreSQL, and a signed-in tutor for every group."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

from tests.operations.installation import (
    PATIENCE,
    ROOT,
    Installation,
    answers,
    free_port,
    fresh_installation,
    wait_for,
)

# As production and the demonstration start it.
GUNICORN = [
    "-m",
    "gunicorn",
    "pastoral.wsgi",
    "--workers=2",
    "--threads=4",
    "--graceful-timeout=2",
    "--log-level=error",
    "--timeout=90",
]

MAKE_SCHOOL = """
import json
from datetime import date
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from attendance.models import RegisterTimes
from pastoral.core.models import User
from students.calendar import academic_year_of, monday_of
from students.models import CalendarSpan, Enrolment, SchoolDay, StaffAssignment, Student, TutorGroup, YearGroup

day, began = timezone.localdate(), date(2020, 9, 1)
RegisterTimes.objects.update(am_starts="00:00")  # so that the morning's register is open at any hour of the test
span = CalendarSpan.objects.create(kind="term", first_day=day, last_day=day, name="today")
SchoolDay.objects.create(day=day, academic_year=academic_year_of(day), monday=monday_of(day), half_term=span)
year, _made = YearGroup.objects.get_or_create(number=9)
made = []
for number in range(GROUPS):
    group = TutorGroup.objects.create(name=f"9{number:02}")
    tutor = User.objects.create_user(f"TUT{number:03}", f"t{number}@school.example", forename="Ada", surname="Tutor")
    StaffAssignment.objects.create(
        user=tutor, role="form_tutor", job_title="Form Tutor", tutor_group=group, starts_on=began
    )
    students = Student.objects.bulk_create(
        Student(admission_number=f"{number:03}{n:03}", legal_surname=f"Name{n:02}", legal_forename="Kai", sex="M",
                born_on=date(day.year - 14, 1, 15), admitted_on=began)
        for n in range(30)
    )
    Enrolment.objects.bulk_create(
        Enrolment(student=student, academic_year=academic_year_of(day), year_group=year, tutor_group=group,
                  starts_on=day)
        for student in students
    )
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(tutor.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = tutor.get_session_auth_hash()
    session.create()
    path = f"/register/{group.pk}/{day}/AM/"
    made.append({"path": path, "session": session.session_key, "students": [student.pk for student in students]})
print("school", json.dumps(made))
"""


@dataclass
class Tutor:
    """One signed-in tutor with the register page open."""

    port: int
    path: str
    session: str
    students: list[int]
    page: dict[str, str] = field(default_factory=dict)
    cookies: str = ""

    def open(self) -> None:
        """Open the page, and keep what a browser would send back."""
        status, text, cookie = self._ask("GET", f"sessionid={self.session}")
        assert status == 200, text[:500]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text))
        self.cookies = f"sessionid={self.session}; csrftoken={cookie}"
        self.page = hidden | {f"m-{student}": "present" for student in self.students}
        assert set(map(str, self.students)) == set(re.findall(r'data-key-of="(\d+)"', text))

    def choose(self, place: int) -> None:
        """Mark one student absent and the next one late, five minutes."""
        absent, late = self.students[place % 30], self.students[(place + 1) % 30]
        self.page |= {f"m-{absent}": "absent", f"m-{late}": "late", f"t-{late}": "5"}

    def body(self) -> bytes:
        """Return the page as it is sent."""
        return urllib.parse.urlencode(self.page).encode()

    def send(self) -> int:
        """Send the page in, and return the status of the answer."""
        return self._ask("POST", self.cookies, self.body())[0]

    def connection(self) -> HTTPConnection:
        """Return a connection to the server."""
        return HTTPConnection("127.0.0.1", self.port, timeout=90)

    def headers(self) -> dict[str, str]:
        """Return the headers of a sending."""
        return {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookies}

    def _ask(self, method: str, cookies: str, body: bytes | None = None) -> tuple[int, str, str]:
        connection = self.connection()
        headers = {"Cookie": cookies} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        connection.request(method, self.path, body, headers)
        answer = connection.getresponse()
        found = re.search(r"csrftoken=(\w+)", answer.headers.get("Set-Cookie", ""))
        text = answer.read().decode()
        connection.close()
        return answer.status, text, found.group(1) if found else ""


@dataclass
class RunningSchool:
    """The installation with its web server, which can be killed and started again."""

    installation: Installation
    port: int
    tutors: list[Tutor]
    web: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the web server and wait until it listens."""
        command = [sys.executable, *GUNICORN, f"--bind=127.0.0.1:{self.port}"]
        self.web = subprocess.Popen(command, cwd=ROOT, env=self.installation.environment, start_new_session=True)
        wait_for(lambda: answers(self.port))

    def kill(self) -> None:
        """Kill the web server with all its workers in the middle of whatever they do."""
        assert self.web is not None
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait(PATIENCE)
        wait_for(lambda: not answers(self.port))  # a worker holds the port until it is gone, too

    def stop(self) -> None:
        """Stop the web server."""
        assert self.web is not None
        self.web.terminate()
        self.web.wait(PATIENCE)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Return the rows of a statement."""
        with self.installation.database() as connection:
            return connection.execute(statement.encode()).fetchall()


@contextmanager
def running_school(groups: int) -> Iterator[RunningSchool]:
    """Make an installation of so many tutor groups of thirty, with its server running."""
    with fresh_installation() as installation:
        made = json.loads(installation.shell(f"GROUPS = {groups}\n{MAKE_SCHOOL}").partition("school ")[2])
        port = free_port()
        tutors = [Tutor(port, one["path"], one["session"], one["students"]) for one in made]
        school = RunningSchool(installation, port, tutors)
        school.start()
        try:
            yield school
        finally:
            school.stop()
