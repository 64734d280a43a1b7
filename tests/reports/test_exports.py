"""The tracker as CSV and XLSX: exactly what the page shows, harmless to spreadsheets, and logged."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from pastoral.core.spreadsheets import Table, as_csv, as_xlsx, harmless
from reports.summaries.exports import recovery_words, tracker_table
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol
from tests.marks import lay
from tests.reports.test_tracker import FIRST, history

PAGE = reverse("reports:pa_tracker")


@pytest.fixture
def students(seeded, friday):
    """Forty students who are PA, one with a name that a spreadsheet would run."""
    made = [*enrol("9B", count=39), *enrol("9B", legal_surname="=HYPERLINK(1)", preferred_forename="@Kai")]
    for n, student in enumerate(made):
        lay(student, FIRST, history(12 + n))
    StudentFactFactory(student=made[0], kind=StudentFact.Kind.LOOKED_AFTER)
    return made


def csv_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def xlsx_of(answer) -> list[dict[str, object]]:
    sheet = load_workbook(io.BytesIO(answer.content)).active
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    start = next(n for n, line in enumerate(lines) if line[0] == "Adno")
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 1 :]]


def test_page_csv_and_xlsx_have_the_same_rows_in_the_same_order(students, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for asked in ({}, {"sort": "-ytd"}, {"state": "severe"}, {"recovery": "no", "sort": "name"}):
        shown = client.get(PAGE, asked).context["rows"]
        numbers = [row.person.admission_number for row in shown]
        as_text = csv_of(client.get(PAGE, {**asked, "format": "csv"}))
        as_book = xlsx_of(client.get(PAGE, {**asked, "format": "xlsx"}))
        assert [row["Adno"] for row in as_text] == numbers
        assert [row["Adno"] for row in as_book] == numbers
        for text, book, row in zip(as_text, as_book, shown, strict=True):
            assert text["Year %"] == str(row.figures.ytd.percent)
            assert Decimal(str(book["Year %"])) == row.figures.ytd.percent
            assert (text["Missed"], book["Missed"]) == (str(row.figures.ytd.missed), row.figures.ytd.missed)
            assert (text["Recovery"], book["Recovery"] or "") == (recovery_words(row), recovery_words(row))
            assert {text["Last contact"], text["In place"]} == {"none logged yet"}
    assert len(client.get(PAGE).context["rows"]) == 40


def test_no_cell_runs_as_a_formula(students, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for rows in (csv_of(client.get(PAGE, {"format": "csv"})), xlsx_of(client.get(PAGE, {"format": "xlsx"}))):
        row = next(row for row in rows if row["Adno"] == students[-1].admission_number)
        assert (row["Surname"], row["Forename"]) == ("'=HYPERLINK(1)", "'@Kai")


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_what_begins_like_a_formula_is_text(cell):
    assert harmless(cell) == f"'{cell}"
    table = Table("t", (cell,), ("a",), [[cell], [-1]])
    book = load_workbook(io.BytesIO(as_xlsx(table))).active
    assert {one.data_type for line in book.iter_rows() for one in line} <= {"s", "n"}
    assert as_csv(table).decode("utf-8-sig").splitlines()[-1] == "-1"


def test_a_tutors_file_says_no_more_than_the_page(students, as_role):
    client = as_role(Role.FORM_TUTOR, "9B")
    for how in ("csv", "xlsx"):
        answer = client.get(PAGE, {"format": how})
        rows = csv_of(answer) if how == "csv" else xlsx_of(answer)
        assert {str(row["Main reasons"]).split()[0] for row in rows} == {"authorised"}
        assert {row["Flags"] or "" for row in rows} == {""}
    assert "LAC" in {row["Flags"] for row in csv_of(as_role(Role.SLT).get(PAGE, {"format": "csv"}))}


def test_taking_a_file_is_logged_with_the_reason(students, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    client.get(PAGE)
    assert not AccessRecord.objects.exists()
    client.get(PAGE, {"format": "xlsx", "group": "9B"})
    record = AccessRecord.objects.get()
    assert (record.kind, record.subject, record.reason) == (AccessRecord.Kind.EXPORT, "tracker:9B", "Head of Year 9")
    assert "format=xlsx" in record.path


def test_a_file_names_its_windows(students, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    answer = client.get(PAGE, {"format": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="PA tracker 2026-11-20.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet["A2"].value == (
        "Year to date 1 Sep 2026 to 20 Nov 2026; penalty-notice count 7 Sep 2026 to 20 Nov 2026 (10 school weeks)"
    )
    tracker = client.get(PAGE).context["tracker"]
    assert tracker_table(tracker, tracker.rows, "x").about[1] == sheet["A2"].value
    assert tracker.notice_window == (date(2026, 9, 7), date(2026, 11, 20))
