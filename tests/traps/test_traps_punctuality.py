"""Traps of product.md C3 that lateness could fall into."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from attendance.summaries.minutes_late import minutes_late_report
from attendance.summaries.punctuality import Punctuality
from pastoral.core.rights import Role
from students.models import Enrolment
from students.summaries import SchoolCalendar, Window, roll_of
from tests.factories import enrol
from tests.marks import lay

FIRST, DAY = date(2026, 11, 2), date(2026, 11, 20)
WINDOW = Window("half-term", "Autumn 2 2026", FIRST, DAY)
pytestmark = pytest.mark.django_db


def test_t3_lateness_of_a_group_is_pooled(seeded):
    """One of 2 presences and none of 28: 3.3 % of thirty, not the mean of 50 and 0."""
    one, two = enrol("9B", count=2)
    lay(one, FIRST, "L /")
    lay(two, FIRST, "/" * 28)
    held = Punctuality.load(roll_of(Enrolment.objects.all(), DAY), WINDOW)
    assert held.school.percent == held.groups[0].school.percent == Decimal("3.3")


def test_t3_groups_add_up_to_the_school_and_days_to_sessions(seeded):
    for n, group in enumerate(("9B", "9C", "8A")):
        for student in enrol(group, count=2):
            lay(student, FIRST, "/ L U / I " * (n + 1))
    held = Punctuality.load(roll_of(Enrolment.objects.all(), DAY), WINDOW)
    parts = [[group.school for group in held.groups], held.by_weekday.values(), held.sessions.values()]
    assert [tuple(map(sum, zip(*part, strict=True))) for part in parts] == [tuple(held.school)] * 3


def test_t10_page_report_file_and_student_agree_on_lates(seeded, as_role):
    """The rules, the pages, the file and the letter's data count the same lates and minutes."""
    student = enrol("9B")[0]
    lay(student, FIRST, "L / U L / I L", minutes=17)
    roll = roll_of(Enrolment.objects.all(), DAY)
    report = minutes_late_report(roll, WINDOW, SchoolCalendar.load())
    own = Punctuality.load(roll, WINDOW).school
    assert report.total == report.groups[0].own == report.students[0][1].own == own
    weeks = student.attendance_weeks.get()
    assert (weeks.late_before_close, weeks.late_after_close, weeks.minutes_late) == (own.before, own.after, own.minutes)
    file = as_role(Role.HEAD_OF_YEAR, 9).get(reverse("attendance:minutes_late"), {"format": "csv"}).content.decode()
    assert f",{own.lates},{own.before},{own.after},{own.minutes},1 h 8 min," in file
