"""The Minutes Late Report's data: by student, group and week; the page, the file and who took it."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from attendance.models import SessionMark
from attendance.summaries.minutes_late import LateWeek, minutes_late_of, minutes_late_report
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.models import Enrolment, Student
from students.summaries import SchoolCalendar, Window, roll_of
from tests.factories import enrol
from tests.marks import lay

PAGE = reverse("attendance:minutes_late")
DAY = date(2026, 11, 20)
HALF_TERM = Window("half-term", "Autumn 2 2026", date(2026, 11, 2), DAY)
pytestmark = pytest.mark.django_db


def test_a_students_lates_by_week_and_in_words(seeded):
    student = enrol("9B")[0]
    lay(student, date(2026, 11, 2), "L / U /", minutes=50)
    lay(student, date(2026, 11, 16), "/ L L", minutes=50)
    SessionMark.objects.filter(date=date(2026, 11, 17)).update(minutes_late=None)
    late = minutes_late_of([student.pk], HALF_TERM, SchoolCalendar.load())[student.pk]
    assert late.own == (7, 3, 1, 150, 1)
    assert late.lost_in_words == "2 h 30 min, and 1 of 4 lates without minutes"
    assert late.weeks == (
        LateWeek(date(2026, 11, 2), 2, 100),
        LateWeek(date(2026, 11, 9), 0, 0),
        LateWeek(date(2026, 11, 16), 2, 50),
    )
    assert late.weeks_in_words == "2 0 2"
    assert [one.words for one in late.sessions] == [
        "Mon 2 Nov AM, 50 min",
        "Tue 3 Nov AM, 50 min, after the register closed",
        "Mon 16 Nov PM, 50 min",
        "Tue 17 Nov AM, minutes not written down",
    ]


def test_the_half_term_holiday_is_no_week(seeded):
    student = enrol("9B")[0]
    window = Window("year", "2026/27 so far", date(2026, 10, 12), date(2026, 11, 6))
    late = minutes_late_of([student.pk], window, SchoolCalendar.load())[student.pk]
    assert [week.monday.day for week in late.weeks] == [12, 19, 2]
    assert (late.own.lates, late.last, late.lost_in_words) == (0, None, "0 min")


def test_a_group_pools_its_members(seeded):
    one, two, _never = enrol("9B", count=3)
    lay(one, date(2026, 11, 16), "L L", minutes=20)
    lay(two, date(2026, 11, 9), "U", minutes=60)
    report = minutes_late_report(roll_of(Enrolment.objects.all(), DAY), HALF_TERM, SchoolCalendar.load())
    (group,) = report.groups
    assert (group.name, group.members, group.late_members, group.own.minutes, group.own.lost) == (
        "9B", 3, 2, 100, "1 h 40 min",
    )  # fmt: skip
    assert [week.minutes for week in group.weeks] == [0, 60, 40]
    assert {person.student_id for person, _ in report.students} == {one.pk, two.pk}
    assert report.total == group.own


@pytest.fixture
def late(seeded, friday):
    """Three lates of a student whose name a spreadsheet would run, one of another."""
    one, two = enrol("9B", legal_surname="=HYPERLINK(1)"), enrol("9C", legal_surname="O'Brien")
    lay(one[0], date(2026, 11, 16), "L L U", minutes=40)
    lay(two[0], date(2026, 11, 16), "L", minutes=5)
    return one[0], two[0]


def test_the_file_says_what_the_page_says_and_runs_nothing(late, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    shown = client.get(PAGE).context["rows"]
    answer = client.get(PAGE, {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["Adno"] for row in rows] == [person.admission_number for person, _late, _url in shown]
    assert (rows[0]["Surname"], rows[0]["Minutes late"], rows[0]["Learning time lost"]) == (
        "'=HYPERLINK(1)", "120", "2 h",
    )  # fmt: skip
    assert rows[0]["Late arrivals"].endswith("Tue 17 Nov AM, 40 min, after the register closed")
    assert answer["Content-Disposition"] == 'attachment; filename="Minutes late 2026-11-20.csv"'


def test_taking_the_file_is_logged_and_looking_at_the_list_is_not(late, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    client.get(PAGE)
    assert not AccessRecord.objects.exists()
    client.get(PAGE, {"format": "csv", "group": "9B"})
    record = AccessRecord.objects.get()
    assert (record.kind, record.subject, record.reason) == (
        AccessRecord.Kind.EXPORT, "minutes-late:9B", "Head of Year 9",
    )  # fmt: skip


def test_only_from_so_many_lates_on(late, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert len(client.get(PAGE, {"least": 3}).context["rows"]) == 1
    assert "Nobody was late that often" in client.get(PAGE, {"least": 5}).content.decode()


def test_one_students_page_is_logged_with_the_reason(late, as_role):
    client = as_role(Role.FORM_TUTOR, "9B")
    page = client.get(reverse("attendance:minutes_late_student", args=[late[0].pk]))
    assert "2 h" in page.content.decode()
    assert AccessRecord.objects.get().subject == f"student:{late[0].pk}"
    assert client.get(reverse("attendance:minutes_late_student", args=[late[1].pk])).status_code == 404
    assert client.get(reverse("attendance:minutes_late_student", args=[10**20])).status_code == 404


def test_a_leaver_still_has_a_page_while_seen(seeded, as_role):
    student = enrol("9B", left_on=date(2026, 11, 18))[0]
    lay(student, date(2026, 11, 16), "L")
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert client.get(PAGE).context["report"].total.lates == 0
    answer = client.get(reverse("attendance:minutes_late_student", args=[Student.objects.get().pk]))
    assert answer.context["late"].own.lates == 1
