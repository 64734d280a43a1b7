"""What must hold for any marks: their order in the file, and how they are cut into files, change nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.models import AttendanceWeek
from attendance.querysets import COUNTS
from pastoral.core.imports.pipeline import Outcome, Request, file_run
from students.models import Student

Run = Callable[..., Outcome]

HEADING = "Adno,Date,Session,Mark,Minutes Late"
DAYS = tuple(f"{date(2026, 11, 2) + timedelta(days=n):%d/%m/%Y}" for n in (0, 1, 2, 3, 4, 7, 8, 9))

keys = st.tuples(st.sampled_from(["001004", "001010"]), st.sampled_from(DAYS), st.sampled_from(["AM", "PM"]))
codes = st.sampled_from(["I", "O", "N", "V", "D", "Y4", "L", "-", "#", "B"])
marks = st.dictionaries(keys, st.tuples(codes, st.integers(0, 240)), min_size=1, max_size=24)


def line(key: tuple[str, str, str], mark: tuple[str, int]) -> str:
    code, minutes = mark
    return ",".join((*key, code, str(minutes) if code == "L" else ""))


def totals() -> list[tuple[object, ...]]:
    weeks = AttendanceWeek.objects.order_by("student", "monday")
    return [row for row in weeks.values_list("student", "monday", *COUNTS) if any(row[2:])]


@pytest.mark.parametrize("cut", [1, 3])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_marks=marks, shuffle=st.randoms(use_true_random=False))
def test_order_and_batches_change_nothing(
    school: list[Student], tmp_path: Path, cut: int, given_marks: dict, shuffle: object
) -> None:
    lines = [line(key, mark) for key, mark in given_marks.items()]
    found = []
    for order in (lines, shuffle.sample(lines, len(lines))):
        with transaction.atomic():
            for part in range(cut):
                path = tmp_path / f"session_marks_{part}.csv"
                path.write_text("\n".join((HEADING, *order[part::cut], "")))
                if order[part::cut]:
                    file_run(Request(path, path.name))
            found.append(totals())
            transaction.set_rollback(True)
    assert found[0] == found[1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(repeated=st.lists(st.tuples(keys, st.tuples(codes, st.integers(0, 240))), min_size=1, max_size=20))
def test_a_second_import_finds_everything_the_same(school: list[Student], tmp_path: Path, repeated: list) -> None:
    path = tmp_path / "session_marks.csv"
    path.write_text("\n".join((HEADING, *(line(key, mark) for key, mark in repeated), "")))
    with transaction.atomic():
        first, before = file_run(Request(path, path.name)), totals()
        second = file_run(Request(path, path.name))
        assert (second.new, second.changed, second.same) == (0, 0, first.new + first.changed + first.same)
        assert totals() == before
        transaction.set_rollback(True)
