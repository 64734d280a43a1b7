"""A small school to import into: the sample's calendar, four students in 9B, Friday 20 November 2026."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pastoral.core.imports.pipeline import Outcome, Request, file_run
from students.models import Student
from tests.factories import enrol

Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def school(seeded: int, friday: date) -> list[Student]:
    """Have students 001004, 001010, 001011 and 021011, born in 2013, on roll since September 2024."""
    numbers = ("001004", "001010", "001011", "021011")
    return [enrol("9B", admission_number=number)[0] for number in numbers]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what writes a file and runs it: run("students.csv", "Adno,…", is_applied=False, encoding="cp1252")."""

    def run_file(name: str, words: str | bytes, *, encoding: str = "utf-8", **request: object) -> Outcome:
        path = tmp_path / name
        path.write_bytes(words if isinstance(words, bytes) else words.encode(encoding))
        return file_run(Request(path, name, **request))

    return run_file


@pytest.fixture
def marks(run: Run) -> Run:
    """Return what runs lines of session marks under their heading: marks("001004,16/11/2026,AM,/,,")."""

    def run_lines(*lines: str, **request: object) -> Outcome:
        heading = "Adno,Date,Session,Mark,Minutes Late,Comment"
        return run("session_marks.csv", "\r\n".join((heading, *lines, "")), **request)

    return run_lines
