"""A made-up school, imported: every figure of many weeks equals a second count, straight from its files."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from pastoral.demo.school import school_write
from tests.acceptance.counting import School

TODAY = date(2026, 11, 20)
WEEKS = (
    date(2025, 9, 1),  # the first week held
    date(2025, 10, 20),  # the last before half term
    date(2025, 10, 27),  # half term: nobody has a mark
    date(2025, 11, 3),
    date(2026, 5, 4),  # begins with a bank holiday
    date(2026, 7, 20),  # the last, broken off
    date(2026, 8, 31),  # straddles 1 September
    date(2026, 9, 7),
    date(2026, 11, 2),  # ten school weeks reach over half term
    date(2026, 11, 16),
)


def figures(week: date, *options: str) -> dict[str, Any]:
    written = io.StringIO()
    call_command("figures", "--week", week.isoformat(), "--format", "json", *options, stdout=written)
    return dict(json.loads(written.getvalue()))


@pytest.mark.django_db
def test_figures_equal_a_count_from_the_files(tmp_path: Path, on_day: Any) -> None:
    on_day(TODAY)
    school_write(tmp_path, seed=7, size=60, today=TODAY)
    call_command("import_folder", str(tmp_path), stdout=io.StringIO())
    school = School(tmp_path)
    for week in WEEKS:
        expected, found = school.figures(week), figures(week)
        assert found["students"] == expected["students"], week
        assert found["groups"] == expected["groups"], week
        assert found == expected, week
    call_command("check_totals", stdout=io.StringIO())


@pytest.mark.django_db
def test_one_group_alone(tmp_path: Path, on_day: Any) -> None:
    on_day(TODAY)
    school_write(tmp_path, seed=3, size=60, today=TODAY)
    call_command("import_folder", str(tmp_path), stdout=io.StringIO())
    whole = figures(WEEKS[-1])
    for group in ("Year 9", whole["students"][min(whole["students"])]["reg"]):
        alone = figures(WEEKS[-1], "--group", group)
        assert alone["groups"] == {group: whole["groups"][group]}
        assert alone["students"] == {
            adno: one for adno, one in whole["students"].items() if group in (one["reg"], one["year"])
        }
