"""The demo school: made by the generator, and brought in by the same import that a real school uses."""

import subprocess
import sys
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from pastoral.supervisor.children import Child
from reports import services
from reports.demo.cast import NobodyThere
from reports.demo.day import day_live
from students.models import SchoolDay, Student


class NotADemo(Exception):
    """The database holds students whom no demonstration put there; the message says so."""


class FillFailed(Exception):
    """The demo school could not be made or imported; the message says where it is written why."""


class DemoSchool:
    """The demo school of one installation, and how far its filling got.

    The filling is written down before it begins, so that a run that was stopped in the middle goes on with it, and a
    real school's database is never taken for a demonstration.
    """

    def __init__(self, var_dir: Path, *, seed: int, students: int) -> None:
        self.files = var_dir / "demo" / "files"
        self._state = var_dir / "demo" / "state"
        options = [f"--seed={seed}", f"--students={students}"]
        self._generator = Child(
            "generator",
            ["manage.py", "demo_school", str(self.files), *options],
            log=var_dir / "log" / "demo_school.log",
            environment={},
        )

    @property
    def is_filled(self) -> bool:
        """Whether an earlier run filled this installation."""
        return self._read() in {"filled", "lived"}

    @property
    def has_lived(self) -> bool:
        """Whether an earlier run also made what no export file holds."""
        return self._read() == "lived"

    def live_the_day(self, today: date) -> None:
        """Make what no export file holds: registers taken, plans, decisions, rooms; a second run changes nothing."""
        try:
            day_live(today)
        except NobodyThere as fault:
            raise FillFailed(str(fault)) from fault
        self._write("lived")

    def generate(self) -> None:
        """Start to write the export files, beside whatever else there is to do: it needs no database."""
        self.files.mkdir(parents=True, exist_ok=True)
        self._generator.start()

    def check_database(self) -> None:
        """Raise NotADemo unless the database is empty or this demonstration's own."""
        if not self._read() and Student.objects.exists():
            raise NotADemo("This database has students already, and they are no demonstration's: nothing was changed.")

    def fill(self) -> None:
        """Wait for the export files and import them."""
        self._write("filling")
        if self._generator.wait():
            raise FillFailed(f"The demo school could not be made. Its log: {self._generator.log.name}")
        command = [sys.executable, "manage.py", "import_folder", str(self.files)]
        if subprocess.run(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, check=False).returncode:
            raise FillFailed("The demo school could not be imported: see above.")
        self._write("filled")

    def abandon(self) -> None:
        """Stop the generator, if it still runs."""
        if self._generator.is_running:
            self._generator.end()

    def _read(self) -> str:
        return self._state.read_text() if self._state.exists() else ""

    def _write(self, state: str) -> None:
        self._state.parent.mkdir(parents=True, exist_ok=True)
        self._state.write_text(state)


def ask_weekly_rag(today: date) -> bool:
    """Have the worker build the RAG of the last school week that is over, unless it stands; tell whether there is one.

    On a Saturday that is the week just gone, although the school's own waits for Monday.

    A demonstration that is started again weeks later has no marks of last week, and so no RAG of it.
    """
    last_days = SchoolDay.objects.values_list("monday").annotate(last_day=Max("day")).order_by("-monday")
    week = last_days.filter(last_day__lt=today).first()
    if week is None:
        return False
    try:
        services.weekly_rag_ask(week=week[0], by=None)
    except services.RagWeekRefused:
        return False
    return True
