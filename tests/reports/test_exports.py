"""The tracker as CSV and XLSX: exactly what the page shows, harmless to spreadsheets, and logged."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from pastoral.core.models import AccessRecord
from pastoral.core.pagetable import table_read
from pastoral.core.rights import Role
from pastoral.core.spreadsheets import Table, as_csv, as_xlsx, harmless
from reports.saved import LISTS
from reports.summaries.exports import recovery_words, tracker_table
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol
from tests.marks import lay
from tests.reports.test_tracker import FIRST, history
from tests.test_filters import FILTERS

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


# How each list is handed out: by a table of its own, or read off its page; or why it is not.
OWN_TABLE = {
    "attendance:minutes_late", "attendance:notice_list", "behaviour:case_extract", "behaviour:suspension_list",
    "contacts:call_day", "contacts:enquiry_list", "contacts:ledger", "contacts:letter_list", "contacts:referral_list",
    "contacts:seen_list", "contacts:target_list", "interventions:action_list", "interventions:case_list",
    "interventions:coverage", "interventions:effect", "interventions:intervention_list", "interventions:meeting_list",
    "interventions:plan_list", "interventions:priority_list", "reports:achievement_list",
    "reports:behaviour_consistency", "reports:behaviour_patterns", "reports:incident_list",
    "reports:inclusion_list", "reports:pa_tracker",
    "reports:half_term_behind", "reports:pack_list", "reports:quiet", "reports:rag_calls", "reports:recognition",
    "reports:student_list", "reports:team_board",
    "reports:year_report",
}  # fmt: skip
OFF_THE_PAGE = {
    "attendance:amendment_list", "attendance:board", "attendance:board_history", "attendance:board_lessons",
    "attendance:board_registers", "attendance:exception_list", "attendance:leave_list", "attendance:notice_decisions",
    "attendance:part_time_list", "attendance:placement_list", "attendance:planned_list", "attendance:proposal_list",
    "attendance:punctuality", "attendance:punctuality_marks", "attendance:unexplained_list", "behaviour:card_list",
    "behaviour:case_checks", "behaviour:case_incidents", "behaviour:case_list", "behaviour:case_pairs",
    "behaviour:detention_list", "behaviour:duty_list", "behaviour:inbox", "behaviour:on_call_log",
    "behaviour:robin_list", "behaviour:work_list", "contacts:agency_list", "contacts:call_queue",
    "contacts:clock_list", "contacts:clocks", "contacts:early_help_list", "contacts:event_list",
    "contacts:information_list", "contacts:outbox", "contacts:promise_list", "contacts:reference_list",
    "contacts:seen_reviews", "contacts:wrong_numbers", "interventions:case_barriers", "interventions:case_shared",
    "interventions:mentoring", "interventions:plan_share_list", "interventions:screen_list", "reports:briefing_list",
    "reports:campaign_list",
    "reports:cohort_attendance", "reports:good_news", "reports:pa_forecast", "reports:pa_waterfall",
    "reports:recognition_basics", "reports:recognition_unseen", "reports:truancy_counts", "reports:truancy_queue",
    "reports:whereabouts",
}  # fmt: skip
NO_FILE = {
    "behaviour:concern_list": "what went to the DSL leaves in no list",
    "contacts:share_list": "words that colleagues showed one person",
    "core:access_log": "is looked at, and erased by its own rule",
    "core:import_list": "hands out the rows it refused, import by import",
    "core:job_list": "one's own jobs of these days",
    "reports:rag_list": "leads to sheets, which are PDFs",
}


def test_every_list_that_has_pages_is_handed_out_or_says_why_not():
    listed = {name for _role, name, _kwargs, words in FILTERS if "before" in words}
    assert listed <= OWN_TABLE | OFF_THE_PAGE | set(NO_FILE)
    assert not OWN_TABLE & OFF_THE_PAGE


def test_every_list_read_off_its_page_is_taken_whole_and_logged(seeded, as_role):
    enrol("9B")
    client = as_role(Role.SLT)
    assert "?format=xlsx" in client.get(reverse("attendance:board")).content.decode()
    keeper = as_role(Role.ATTENDANCE_OFFICER)
    for name in sorted(OFF_THE_PAGE):
        answer = client.get(reverse(name), {"format": "csv", "before": "3"})
        if answer.status_code == 403:
            answer = keeper.get(reverse(name), {"format": "csv"})
        assert answer.status_code == 200, name
        assert answer["Content-Type"].startswith("text/csv"), name
        assert AccessRecord.objects.filter(kind="export", subject=f"list:{name}").count() == 1, name


def test_a_page_is_read_as_a_table_whole_and_without_what_only_works_on_it():
    page = """<h2>First</h2><table class="data"><thead><tr><th>Who</th><th>n</th><th><span class="visually-hidden">Do
      </span></th></tr></thead><tbody><tr><th><a href="/">Price, Mia</a> <small>9B</small></th><td>007</td><td><a
      class="btn">Open</a></td></tr><tr><th>=1+1<span class="visually-hidden"> hidden</span></th><td>12.5</td><td>
      <form><input value="x"></form></td></tr></tbody></table><h2>Second</h2><ul class="rows"><li><span
      class="row-main"><b>Tom</b><span class="row-sub">late &amp; long</span></span><span class="chip">open</span>
      <button>Do</button></li></ul>"""
    table = table_read(page, title="t", about=())
    assert table.headings == ("Part", "Who", "n", "")
    assert table.rows == [
        ["First", "Price, Mia 9B", "007", ""],
        ["First", "=1+1", Decimal("12.5"), ""],
        ["Second", "Entry", "About", "State"],
        ["Second", "Tom", "late & long", "open"],
    ]
    assert "'=1+1" in as_csv(table).decode()
    assert table_read("<p>nothing</p>", title="t", about=()).headings == ("Nothing is listed",)


def test_a_list_is_kept_under_a_name_and_no_students_key_with_it(seeded, as_role):
    client, other = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    ledger, views = reverse("contacts:ledger"), reverse("reports:saved_views")
    offered = client.get(ledger, {"purpose": "absence", "student": "7"}).context["saved_views_url"]
    page = client.get(offered)
    assert page.context["query"] == "purpose=absence"
    sent = {"page": "contacts:ledger", "query": "purpose=absence&student=7", "name": "Absence calls"}
    assert client.post(reverse("reports:saved_view_save"), sent)["Location"] == f"{ledger}?purpose=absence"
    assert [(name, url) for _view, name, url in client.get(views).context["views"]] == [
        ("Contacts", f"{ledger}?purpose=absence")
    ]
    assert not other.get(views).context["views"]
    ((view, _name, _url),) = client.get(views).context["views"]
    change = reverse("reports:saved_view_change", args=[view.pk])
    assert client.post(change, {"do": "delete", "from": "all"})["Location"] == views
    for each, (_name, filters) in LISTS.items():
        known = next(words for _role, name, _kwargs, words in FILTERS if name == each)
        assert set(filters) - {"house", "cohort", "group", "year", "type", "activity"} <= set(known), each
        assert "student" not in filters
