"""Made-up schools to look at: a small one for the rules, one of the usual size for the spread."""

from datetime import date
from pathlib import Path

import pytest

from pastoral.demo.school import school_write
from tests.demo.exports import Exports

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Exports:
    """A school of about 150 students on Friday 20 November 2026."""
    return _school(tmp_path_factory.mktemp("small"), 150)


@pytest.fixture(scope="session")
def usual(tmp_path_factory) -> Exports:
    """A school of about 900 students on the same day."""
    return _school(tmp_path_factory.mktemp("usual"), 900)


def _school(folder: Path, size: int) -> Exports:
    school_write(folder, seed=1, size=size, today=TODAY)
    return Exports(folder)
