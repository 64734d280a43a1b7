"""The year dashboard: figures as in figures.md, a list behind every number, quick, and closed to others."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.figures import Counts, GroupFigures
from attendance.models import SessionMark
from attendance.summaries import WeekFigures
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.summaries.cohorts import FILTERS
from reports.summaries.dashboard import Dashboard
from reports.summaries.selections import SELECTIONS
from reports.summaries.week import Moment, WeekNotHeld
from students.models import Enrolment, StudentFact
from tests.factories import StudentFactFactory, enrol, staff
from tests.marks import lay

FIRST = date(2026, 9, 2)
MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)
LAST_YEAR = date(2025, 9, 3)
YEAR = reverse("reports:year_dashboard", args=[9])
# Sessions from 2 September to the Friday before the week: 38 days to half term, then 10.
TERM = 2 * 48
WEEKS = (
    "//////////",
    "I I I I I I I I I I",
    "L U L / / / / / L /",
    "G G G G - - / / / /",
    "O O O O O O O O O O",
    "//////--/-",
)


@pytest.fixture
def year_nine(seeded, friday):
    """Six students in 9A and 9B with weeks of every sort, and two of Year 10."""
    students = [*enrol("9A", count=3), *enrol("9B", count=3)]
    for n, student in enumerate(students):
        history = "/" * (TERM - 3 * n) + " O" * (3 * n)
        lay(student, FIRST, history)
        lay(student, MONDAY, WEEKS[n])
        lay(student, LAST_YEAR, "//////// I I")
    for student in enrol("10A", count=2):
        lay(student, MONDAY, "//////////")
    StudentFactFactory(student=students[0])
    StudentFactFactory(student=students[4])
    StudentFactFactory(student=students[1], kind=StudentFact.Kind.SEN, value="K")
    return students


def loaded(**extra) -> Dashboard:
    return Dashboard.load(
        Enrolment.objects.filter(year_group=9),
        Moment.of("", FRIDAY),
        by_year=False,
        sees_sensitive=True,
        **extra,
    )


def test_the_page_has_the_figures_of_the_week(year_nine):
    page, figures = loaded(), WeekFigures.load(MONDAY, Enrolment.objects.filter(year_group=9), with_recent=True)
    assert page.figures == GroupFigures.of("", figures.students)
    assert tuple(entry.figures for entry in page.week.entries) == figures.students
    assert {group.name: group.figures for group in page.groups} == {
        name: GroupFigures.of(name, members) for name, members in figures.by_tutor_group().items()
    }
    assert page.trend.counts_of(MONDAY) == page.figures.week
    assert sum((slot.counts for slot in page.slots), Counts()).lates == page.figures.ytd.lates


def test_the_day_is_the_last_with_marks_and_is_compared_with_the_same_weekday(year_nine):
    page = loaded()
    assert (page.moment.day, page.moment.day_compared) == (FRIDAY, FRIDAY - timedelta(days=7))
    assert page.day.possible == 11
    assert page.day.missed == 4
    assert page.count("day-absent") == 2


def test_last_year_is_the_same_students_at_the_same_week(year_nine):
    assert loaded().figures.last_year == Counts(present=48, authorised=12)
    assert loaded().year_change is not None


def test_the_wednesday_of_a_running_week_counts_to_its_marks(year_nine, on_day):
    on_day(date(2026, 11, 18))
    SessionMark.objects.filter(date__gt=date(2026, 11, 18)).delete()
    moment = Moment.of("", date(2026, 11, 18))
    assert (moment.monday, moment.as_at, moment.is_today) == (MONDAY, date(2026, 11, 18), True)
    figures = WeekFigures.load(MONDAY, Enrolment.objects.filter(year_group=9), as_at=moment.as_at)
    assert figures.students[0].remaining == 278 + 4


def test_a_morning_marks_no_afternoon_as_missing(year_nine, on_day):
    on_day(FRIDAY, 10, 0)
    SessionMark.objects.filter(date=FRIDAY, session="PM").delete()
    assert loaded().count("day-not-marked") == 0


@pytest.mark.parametrize("asked", ["2026-11-17", "2026-10-26", "2027-01-11", "never", "2026-11-23"])
def test_a_week_that_is_none_or_not_held_is_not_found(year_nine, as_role, asked):
    with pytest.raises(WeekNotHeld):
        Moment.of(asked, FRIDAY)
    assert as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": asked}).status_code == 404


def test_an_earlier_week_looks_as_it_did(year_nine, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(YEAR, {"week": "2026-11-09"})
    assert page.status_code == 200
    assert page.context["page"].figures.ytd.possible == 6 * TERM


def test_a_year_without_marks_or_students_says_what_to_do(seeded, as_role):
    client = as_role(Role.SLT)
    assert "Nobody is on roll" in client.get(reverse("reports:year_dashboard", args=[12])).content.decode()
    enrol("9A")
    page = client.get(YEAR)
    assert page.status_code == 200
    assert "No marks yet" in page.content.decode()


# --- every number opens its list -----------------------------------------------------------------------


@pytest.mark.parametrize("slug", [slug for slug in SELECTIONS if slug != "late-slot"])
@pytest.mark.parametrize("cohort", ["", "pupil-premium"])
def test_the_number_is_the_rows_of_its_list(year_nine, as_role, slug, cohort):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    number = client.get(YEAR, {"cohort": cohort}).context["counts"][slug.replace("-", "_")]
    rows = client.get(reverse("reports:student_list", args=[9, slug]), {"cohort": cohort})
    assert rows.status_code == 200
    assert len(rows.context["rows"]) == number
    assert rows.content.decode().count('<th class="who" scope="row">') == number


def test_the_made_up_year_fills_most_lists(year_nine):
    empty = {slug for slug in SELECTIONS if slug != "late-slot" and loaded().count(slug) == 0}
    assert empty == {"none", "severe", "improved"}


def test_every_link_on_the_page_opens(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    links = set(re.findall(r'href="(/(?:year|student)/[^"]*)"', client.get(YEAR).content.decode()))
    assert len(links) > 40
    assert {link: client.get(link.replace("&amp;", "&")).status_code for link in links} == dict.fromkeys(links, 200)


@pytest.mark.parametrize("group", ["9A", "9B"])
@pytest.mark.parametrize("slug", ["red", "amber", "green", "pa"])
def test_a_tutor_groups_numbers_open_their_lists(year_nine, as_role, group, slug):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    row = next(row for row in client.get(YEAR).context["page"].groups if row.name == group)
    number = row.figures.persistently_absent if slug == "pa" else getattr(row.figures, slug)
    assert len(client.get(reverse("reports:student_list", args=[9, slug]), {"group": group}).context["rows"]) == number


def test_a_cohorts_numbers_open_their_lists(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for gap in client.get(YEAR).context["page"].gaps:
        rows = client.get(reverse("reports:student_list", args=[9, "all"]), {"cohort": gap.cohort.slug}).context["rows"]
        assert len(rows) == gap.figures.students


def test_a_cell_of_the_lates_opens_who_was_late_then(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for slot in client.get(YEAR).context["page"].slots:
        query = {"weekday": slot.weekday, "session": slot.session}
        rows = client.get(reverse("reports:student_list", args=[9, "late-slot"]), query).context["rows"]
        assert sum(row.entry.slot_lates.lates for row in rows) == slot.counts.lates


@pytest.mark.parametrize("sort", ["name", "-name", "week", "-ytd", "notice", "to_spare", "band"])
def test_lists_sort_by_their_headings(year_nine, as_role, sort):
    rows = as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:student_list", args=[9, "all"]), {"sort": sort})
    keys = {
        "name": lambda row: row.entry.person.sort_key,
        "week": lambda row: row.entry.figures.week.percent,
        "ytd": lambda row: row.entry.figures.ytd.percent,
        "notice": lambda row: -row.entry.figures.penalty_notice_sessions,
        "to_spare": lambda row: row.entry.figures.sessions_left_to_miss - row.entry.figures.sessions_over,
        "band": lambda row: -row.entry.figures.band.severity,
    }
    found = [keys[sort.removeprefix("-")](row) for row in rows.context["rows"]]
    assert found == sorted(found, reverse=sort.startswith("-"))
    assert "aria-sort" in rows.content.decode()


@pytest.mark.parametrize("query", [{"sort": "colour"}, {"cohort": "friends"}, {"weekday": "7"}, {"session": "XX"}])
def test_an_unknown_filter_is_not_found(year_nine, as_role, query):
    assert as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:student_list", args=[9, "all"]), query).status_code == 404


def test_the_export_has_the_rows_of_the_list_runs_no_formula_and_is_logged(year_nine, as_role):
    year_nine[4].legal_surname = "=HYPERLINK(1)"
    year_nine[4].save()
    client = as_role(Role.HEAD_OF_YEAR, 9)
    answer = client.get(reverse("reports:student_list", args=[9, "pa"]), {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["Surname"] for row in rows if row["Surname"].startswith(("=", "'"))} == {"'=HYPERLINK(1)"}
    assert len(rows) == loaded().count("pa")
    record = AccessRecord.objects.get()
    assert (record.kind, record.subject, record.user) == ("export", "list:pa:9", client.user)
    assert record.reason == "Head of Year 9"


# --- who may -------------------------------------------------------------------------------------------

PAGES = ("reports:year_dashboard", "reports:student_list")


def address(name: str, year: int) -> str:
    return reverse(name, args=[year, "pa"] if name == "reports:student_list" else [year])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("role", "own", "other"),
    [
        (Role.HEAD_OF_YEAR, 200, 404),
        (Role.PASTORAL_MANAGER, 200, 404),
        (Role.SLT, 200, 200),
        (Role.ATTENDANCE_OFFICER, 200, 200),
        (Role.DSL, 200, 200),
        (Role.FORM_TUTOR, 403, 403),
        (Role.SENCO, 403, 403),
        (Role.DATA_MANAGER, 403, 403),
    ],
)
def test_who_may_see_which_year(year_nine, as_role, name, role, own, other):
    client = as_role(role)
    assert client.get(address(name, 9)).status_code == own
    assert client.get(address(name, 10)).status_code == other


@pytest.mark.parametrize("role", [Role.SLT, Role.ATTENDANCE_OFFICER, Role.DSL])
def test_the_school_is_its_years(year_nine, as_role, role):
    client = as_role(role)
    page = client.get(reverse("reports:school_dashboard")).context["page"]
    assert [group.name for group in page.groups] == ["Year 9", "Year 10"]
    assert sum((group.figures.ytd for group in page.groups), Counts()) == page.figures.ytd
    rows = client.get(reverse("reports:school_list", args=["all"])).context["rows"]
    assert len(rows) == page.figures.students == 8


@pytest.mark.parametrize("role", [Role.HEAD_OF_YEAR, Role.PASTORAL_MANAGER])
def test_the_school_is_not_for_the_team_of_a_year(year_nine, as_role, role):
    client = as_role(role)
    assert client.get(reverse("reports:school_dashboard")).status_code == 404
    assert client.get(reverse("reports:school_list", args=["pa"])).status_code == 404


def test_each_is_sent_to_their_own_page(year_nine, as_role):
    assert as_role(Role.HEAD_OF_YEAR, 9).get(reverse("reports:dashboard")).url == YEAR
    assert as_role(Role.SLT).get(reverse("reports:dashboard")).url == reverse("reports:school_dashboard")


def test_somebody_with_two_years_can_change_between_them(year_nine, client_for):
    from tests.factories import StaffAssignmentFactory, YearGroupFactory

    user = staff(Role.PASTORAL_MANAGER, 9)
    StaffAssignmentFactory(user=user, role=Role.PASTORAL_MANAGER, year_group=YearGroupFactory(number=10))
    page = client_for(user).get(YEAR)
    assert [choice.words for choice in page.context["years"]] == ["Year 9", "Year 10"]


# --- speed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "name", "args"),
    [
        (Role.HEAD_OF_YEAR, "reports:year_dashboard", [9]),
        (Role.HEAD_OF_YEAR, "reports:student_list", [9, "all"]),
        (Role.SLT, "reports:school_dashboard", []),
    ],
)
def test_three_students_and_thirty_cost_the_same_queries(seeded, as_role, role, name, args):
    client, url = as_role(role), reverse(name, args=args)
    few = enrol("9A", count=3)
    assert _queries(client, url, few) == (found := _queries(client, url, enrol("9B", count=27)))
    assert found <= 12


def _queries(client, url, students) -> int:
    for student in students:
        lay(student, MONDAY, "// I I U / L / / /")
        StudentFactFactory(student=student)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_every_filter_of_the_page_is_a_cohort_that_can_be_chosen(year_nine, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for slug in FILTERS:
        assert client.get(YEAR, {"cohort": slug}).status_code == 200
