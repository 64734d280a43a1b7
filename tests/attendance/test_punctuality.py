"""The Punctuality page: counts against marks laid by hand, every number's list, reach, and what it costs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.codes import code_on
from attendance.figures.lateness import Lateness
from attendance.models import LessonMark, SessionMark
from attendance.summaries.punctuality import Punctuality
from pastoral.core.rights import Role
from students.models import Enrolment, Student
from students.summaries import Window, roll_of
from tests.factories import StudentFactFactory, enrol, staff
from tests.lessons import lesson
from tests.marks import lay

MONDAY, DAY = date(2026, 11, 16), date(2026, 11, 20)
WEEK = Window("week", "This week", MONDAY, DAY)
PAGE, MARKS = reverse("attendance:punctuality"), reverse("attendance:punctuality_marks")
pytestmark = pytest.mark.django_db


def held(window: Window = WEEK) -> Punctuality:
    return Punctuality.load(roll_of(Enrolment.objects.all(), DAY), window)


def lates_of(answer) -> int:
    return len(answer.context["page"].rows)


def test_lates_are_l_and_u_of_presences(seeded):
    """Monday to Friday: / L U / I / N V / L is four present besides L, L and U; of 7 presences three are late."""
    student = enrol("9B")[0]
    lay(student, MONDAY, "/ L U / I / N V / L", minutes=12)
    (row,) = held().students
    assert row.school == Lateness(here=7, before=2, after=1, minutes=36)
    assert row.school.percent == Decimal("42.9")
    assert held().by_weekday[0, "PM"].lates == 1
    assert held().by_weekday[1, "AM"] == Lateness(1, 0, 1, 12)
    assert {name: own.lates for name, own in held().sessions.items()} == {"AM": 1, "PM": 2}


def test_a_late_without_minutes_is_said(seeded):
    student = enrol("9B")[0]
    lay(student, MONDAY, "L L")
    SessionMark.objects.filter(session="PM").update(minutes_late=None)
    assert held().school == Lateness(2, 2, 0, 10, 1)
    assert held().school.untimed_words == "1 of 2 lates without minutes"


def test_before_the_window_and_after_it_is_not_in_it(seeded):
    student = enrol("9B")[0]
    lay(student, date(2026, 11, 13), "L L L L")
    assert held().school.lates == 2


def test_lessons_by_period_subject_and_weekday(seeded):
    one, two = enrol("9B", count=2)
    for student, letters in ((one, "L"), (two, "/"), (one, "I")):
        lesson(student, MONDAY if letters != "I" else DAY, "P1", letters)
    lesson(one, MONDAY, "P2", "U", subject="Art")
    found = held()
    assert {name: (own.lates, own.here) for name, own in found.periods.items()} == {"P1": (1, 2), "P2": (1, 1)}
    assert {name: own.lates for name, own in found.subjects.items()} == {"Mathematics": 1, "Art": 1}
    assert found.lesson_week("Art") == {("P2", 0): Lateness(1, 0, 1, 5)}
    assert found.lessons == Lateness(3, 1, 1, 10)


@pytest.fixture
def science(seeded, friday):
    """Forty students of 9B, each late to 1 in 5 of Art and of Music and to 3 in 5 of P3 Science this half term."""
    days = [date(2026, 11, day) for day in (9, 10, 11, 12, 13)]
    rows = []
    for n, student in enumerate(enrol("9B", count=40)):
        for slot, lates in ((("P1", "Art"), 1), (("P2", "Music"), 1), (("P3", "Science"), 3)):
            for place, day in enumerate(days):
                is_late = (place + n) % 5 < lates
                rows.append(_row(student, day, slot, "L" if is_late else "/"))
    LessonMark.objects.bulk_create(rows)


def _row(student: Student, day: date, slot: tuple[str, str], letters: str) -> LessonMark:
    code = code_on(letters, day)
    late = 4 if letters == "L" else None
    return LessonMark(
        student=student, date=day, period=slot[0], subject=slot[1], class_name="9x", code_id=code.key, minutes_late=late
    )


def test_the_lesson_that_makes_students_late_stands_out(science, as_role):
    """P3 Science: 120 late; 40 x 5 x 2/10 = 40 expected of their habits elsewhere: three times as often."""
    slots = {(slot.period, slot.subject): slot.effect for slot in held(Window("w", "w", date(2026, 11, 2), DAY)).slots}
    assert slots["P3", "Science"].observed == 120
    assert slots["P3", "Science"].expected == pytest.approx(40)
    # Art: each late to 1 and 3 of ten elsewhere
    assert slots["P1", "Art"].expected == pytest.approx(80)
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).content.decode()
    assert "Late to P3 Science 3.0 times as often as these students’ own habits would give" in page
    assert "Late to P1 Art 0.5 times as often" in page


def test_every_number_opens_its_marks(science, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    lay(Student.objects.first(), MONDAY, "/ L U / L")
    context = client.get(PAGE).context
    for cell in [*context["periods"], *context["subjects"]]:
        found = client.get(cell.url).context["page"]
        assert len(found.rows) == min(cell.own.lates, 100)
    for _name, cells in [*context["weekdays"], *context["lesson_week"]]:
        for cell in cells:
            assert lates_of(client.get(cell.url)) == cell.own.lates
    for row, _own, marks, lesson_marks in context["students"]:
        assert lates_of(client.get(marks)) == row.school.lates
        assert lates_of(client.get(lesson_marks)) == row.lessons.lates
    assert lates_of(client.get(context["school_url"])) == context["held"].school.lates == 3
    assert lates_of(client.get(context["after_url"])) == 1


def test_the_list_is_walked_to_its_end_and_no_mark_is_met_twice(science, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    asked, keys = {"lessons": "1"}, []
    while True:
        page = client.get(MARKS, asked).context["page"]
        keys += [row.key for row in page.rows]
        if not page.next_cursor:
            break
        asked["before"] = page.next_cursor
    assert len(keys) == len(set(keys)) == 200


def test_a_tutor_has_the_own_group_and_a_senco_the_students_with_sen(seeded, as_role):
    ours, other = enrol("9B")[0], enrol("9C")[0]
    StudentFactFactory(student=other, kind="sen", value="K")
    for student in (ours, other):
        lay(student, MONDAY, "L")
    for role, student in ((Role.FORM_TUTOR, ours), (Role.SENCO, other)):
        client = as_role(role)
        rows = client.get(PAGE).context["held"].students
        assert [row.person.student_id for row in rows] == [student.pk]
        assert [row.person.student_id for row in client.get(MARKS).context["page"].rows] == [student.pk]
        assert lates_of(client.get(MARKS, {"student": other.pk if role == Role.FORM_TUTOR else ours.pk})) == 0


def test_a_leaver_is_in_no_number_and_who_moved_group_counts_where_they_are(seeded):
    leaver, mover = enrol("9B", left_on=date(2026, 11, 18))[0], enrol("9B")[0]
    for student in (leaver, mover):
        lay(student, MONDAY, "L")
    Enrolment.objects.filter(student=mover).update(ends_on=date(2026, 11, 17))
    enrol_again = enrol("9C")[0].enrolments.get()
    Enrolment.objects.create(
        student=mover,
        year_group=enrol_again.year_group,
        tutor_group=enrol_again.tutor_group,
        starts_on=date(2026, 11, 18),
        academic_year=2026,
    )
    assert {row.name: (row.members, row.late_members, row.school.lates) for row in held().groups} == {"9C": (2, 1, 1)}


def test_year_and_group_narrow_and_an_unknown_one_is_said(seeded, as_role):
    for group in ("9B", "8A"):
        lay(enrol(group)[0], MONDAY, "L")
    client = as_role(Role.SLT)
    assert client.get(PAGE).context["held"].school.lates == 2
    assert client.get(PAGE, {"year": 8}).context["reach"].name == "Year 8"
    assert client.get(PAGE, {"group": "9b"}).context["held"].school.lates == 1
    assert "Nobody is on roll here" in client.get(PAGE, {"group": "7Q"}).content.decode()


def test_no_marks_yet_says_so(seeded, as_role):
    enrol("9B")
    assert "No marks in this window yet" in as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).content.decode()


def test_this_week_is_the_last_school_week_in_a_holiday(seeded, as_role, on_day):
    lay(enrol("9B")[0], date(2026, 10, 19), "L")
    client = as_role(Role.HEAD_OF_YEAR, 9)
    on_day(date(2026, 10, 28))
    answer = client.get(PAGE, {"window": "week"})
    assert answer.context["reach"].window.first == date(2026, 10, 19)
    assert answer.context["held"].school.lates == 1


def test_a_mark_is_corrected_only_by_who_may(seeded, as_role):
    lay(enrol("9B")[0], MONDAY, "L")
    assert "Correct" in as_role(Role.HEAD_OF_YEAR, 9).get(MARKS).content.decode()
    assert "Correct" not in as_role(Role.DSL).get(MARKS).content.decode()


@pytest.mark.parametrize("name", ["punctuality", "punctuality_marks", "minutes_late"])
def test_three_students_and_thirty_cost_the_same(seeded, as_role, name):
    client = as_role(Role.SLT)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(f"attendance:{name}"), {"show": "all"}).status_code == 200
        return len(found)

    def lay_out(first: int, last: int) -> None:
        for n in range(first, last):
            student = enrol(f"9{chr(65 + n % 26)}{n // 26}", year=9)[0]
            lay(student, MONDAY, "L U / L")
            lesson(student, MONDAY, "P1", "L")

    lay_out(0, 3)
    few = queries()
    lay_out(3, 30)
    assert queries() == few <= 12


def test_a_year_team_sees_its_year_alone(seeded, client_for):
    lay(enrol("9B")[0], MONDAY, "L")
    lay(enrol("8A")[0], MONDAY, "L L")
    client = client_for(staff(Role.HEAD_OF_YEAR, 8))
    assert client.get(PAGE, {"window": "year"}).status_code == 200
