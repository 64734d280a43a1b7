"""The sample school: the figures expected of it, the verdicts on the file with faults, and a second import."""

import csv
import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.acceptance.conftest import SAMPLES
from tests.acceptance.counting import School
from tests.acceptance.half_term_agrees import agree_on_half_terms
from tests.acceptance.impact_agrees import agree_on_impact
from tests.acceptance.test_counted_twice import figures

pytestmark = pytest.mark.long

WEEK = date(2026, 11, 16)


def imported(folder: Path, report: Path) -> dict[str, Any]:
    call_command("import_folder", str(folder), "--report", str(report), stdout=io.StringIO())
    return dict(json.loads(report.read_text()))["files"]


def without_later_fields(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures without what was added to the contract after the expected file was made."""
    later = {
        "groups": {"on_track", "waterfall"},
        "students": {"on_track", "remaining_sessions", "recovers_on", "penalty_notice"},
    }
    for part, names in later.items():
        for one in found[part].values():
            assert names <= one.keys()
    return found | {
        part: {key: {name: one[name] for name in one.keys() - names} for key, one in found[part].items()}
        for part, names in later.items()
    }


@pytest.mark.django_db
def test_the_sample_school(tmp_path: Path, on_day: Any) -> None:
    on_day(date(2026, 11, 21))
    report = tmp_path / "report.json"
    imported(SAMPLES / "school-a", report)
    expected = json.loads((SAMPLES / "school-a" / "expected_2026-11-16.json").read_text())
    found = figures(WEEK)
    assert without_later_fields(found) == expected
    assert found == School(SAMPLES / "school-a").figures(WEEK)

    agree_on_half_terms(SAMPLES / "school-a")
    agree_on_impact(SAMPLES / "school-a", date(2026, 11, 21))

    again = imported(SAMPLES / "school-a", report)
    assert {(found["new"], found["changed"]) for found in again.values()} == {(0, 0)}
    call_command("check_totals", stdout=io.StringIO())

    alone = tmp_path / "nasty"
    alone.mkdir()
    shutil.copy(SAMPLES / "nasty" / "session_marks_nasty.csv", alone)
    nasty = imported(alone, report)["session_marks_nasty.csv"]
    with (SAMPLES / "nasty" / "expected.csv").open(encoding="utf-8-sig", newline="") as file:
        expected = {int(row["Line"]) for row in csv.DictReader(file) if row["Verdict"] == "refused"}
    assert {refusal["line"] for refusal in nasty["refused"]} == expected
    call_command("check_totals", stdout=io.StringIO())
