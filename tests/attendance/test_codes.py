"""The code table against domain.md section 1, and the database's rows against the table."""

from datetime import date

import pytest

from attendance.codes import CODES, CODES_BY_KEY, CodeClass, code_on
from attendance.models import AttendanceCode

IN_FORCE = date(2026, 11, 20)
CLASSES = {
    CodeClass.PRESENT: "/ \\ L",
    CodeClass.APPROVED_ACTIVITY: "K V P W B",
    CodeClass.AUTHORISED: "C C1 C2 E I J1 M R S T",
    CodeClass.UNAUTHORISED: "G N O U",
    CodeClass.NOT_POSSIBLE: "D X Q Y1 Y2 Y3 Y4 Y5 Y6 Y7",
    CodeClass.ADMINISTRATIVE: "Z #",
}


def test_the_table_in_force_is_complete_and_classed_as_figures_say():
    found = {code.letters: code.code_class for code in CODES if code.is_valid_on(IN_FORCE)}
    assert found == {letters: name for name, row in CLASSES.items() for letters in row.split()}


def test_no_letters_mean_two_things_on_one_day():
    for day in (date(2020, 1, 1), date(2024, 8, 18), date(2024, 8, 19), IN_FORCE):
        held = [code.letters for code in CODES if code.is_valid_on(day)]
        assert len(held) == len(set(held))


def test_sensitive_codes_and_codes_with_minutes():
    assert {code.letters for code in CODES if code.is_sensitive} == {"R", "I", "M", "Y5", "E"}
    assert {code.letters for code in CODES if code.takes_minutes} == {"L", "U"}


@pytest.mark.django_db
def test_the_database_holds_the_table():
    rows = AttendanceCode.objects.values_list("pk", "letters", "code_class", "valid_from", "valid_to")
    assert set(rows) == {(code.key, code.letters, code.code_class, code.valid_from, code.valid_to) for code in CODES}
    assert set(CODES_BY_KEY) == {code.key for code in CODES}


def test_two_strokes_are_two_codes():
    assert code_on("/", IN_FORCE).session == "AM"
    assert code_on("\\", IN_FORCE).session == "PM"
