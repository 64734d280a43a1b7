"""Registers on time by group and by person, and the lesson registers of a period."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import Register
from attendance.summaries.board_history import history_of
from attendance.summaries.lessons import classes_in, days_to_go_by
from attendance.summaries.times_kept import TimesKept
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import SchoolDay, TutorGroup
from students.summaries import SchoolCalendar
from tests.factories import SessionMarkFactory, StaffAssignmentFactory, enrol, staff
from tests.lessons import lesson
from tests.times import times_change

LONDON = ZoneInfo("Europe/London")
MONDAY, DAY = date(2026, 11, 16), date(2026, 11, 20)
WEEK_BEFORE, TWO_BEFORE = DAY - timedelta(weeks=1), DAY - timedelta(weeks=2)
pytestmark = pytest.mark.django_db


def at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def take(group: str, day: date, when: datetime, by: User, session: str = "AM") -> None:
    Register.objects.create(
        tutor_group=TutorGroup.objects.get(name=group), date=day, session=session, taken_by=by, taken_at=when
    )


def history(first: date, last: date, **asked: object):
    return history_of(first, last, years=None, times=TimesKept.load(), **({"now": at(last, 16, 0)} | asked))


def test_on_time_late_and_not_taken(seeded):
    enrol("9B", count=2)
    tutor, cover = staff(Role.FORM_TUTOR, "9B", surname="Price"), staff(Role.SLT, surname="Walsh")
    take("9B", MONDAY, at(MONDAY, 8, 50), tutor)
    take("9B", MONDAY, at(MONDAY, 13, 40), cover, "PM")
    held = history(MONDAY, MONDAY + timedelta(days=1))
    (group,) = held.groups
    assert (group.name, group.due, group.on_time, group.late, group.not_taken) == ("9B", 4, 1, 1, 2)
    assert group.average_minutes == 20  # 5 and 35
    assert group.is_small
    people = {each.name: (each.due, each.on_time, each.late, each.not_taken, each.by_others) for each in held.people}
    assert people == {"Mrs Price": (4, 1, 1, 2, 1)}, "the register that a colleague took late was hers to take"


def test_of_two_tutors_the_register_is_whose_took_it_and_a_covering_tutors_on_the_day(seeded):
    enrol("9B", count=2)
    one, two = staff(Role.FORM_TUTOR, "9B", surname="Price"), staff(Role.FORM_TUTOR, "9B", surname="Quinn")
    take("9B", MONDAY, at(MONDAY, 8, 50), one)
    take("9B", MONDAY, at(MONDAY, 13, 10), two, "PM")
    held = history(MONDAY, MONDAY)
    assert {each.name: (each.due, each.by_others) for each in held.people} == {"Mrs Price": (1, 0), "Mrs Quinn": (1, 0)}
    tuesday = MONDAY + timedelta(days=1)
    cover = StaffAssignmentFactory(
        role=Role.FORM_TUTOR, tutor_group=TutorGroup.objects.get(name="9B"), starts_on=tuesday, ends_on=tuesday
    ).user
    assert {each.name: each.due for each in history(tuesday, tuesday).people} == {cover.formal_name: 2}


def test_a_register_nobody_may_take_as_tutor_is_nobodys(seeded):
    enrol("9B")
    take("9B", MONDAY, at(MONDAY, 8, 50), staff(Role.SLT))
    assert [(each.name, each.due, each.by_others) for each in history(MONDAY, MONDAY).people] == [("No tutor", 2, 1)]


def test_changing_the_times_leaves_what_was_on_time(seeded):
    """Taken at 8:55 while it was due at 9:00; from Wednesday the session begins at 8:30 and is due at 8:45."""
    enrol("9B")
    tutor = staff(Role.FORM_TUTOR, "9B")
    wednesday = MONDAY + timedelta(days=2)
    for day in (MONDAY, wednesday):
        take("9B", day, at(day, 8, 55), tutor)
        take("9B", day, at(day, 13, 10), tutor, "PM")
    times_change(at(wednesday - timedelta(days=1), 17, 0), since=at(WEEK_BEFORE, 8, 50), am_starts=time(8, 30))
    times_change(at(DAY, 12, 0), since=at(WEEK_BEFORE, 8, 50), am_starts=time(8, 15))
    (before,), (after,) = history(MONDAY, MONDAY).groups, history(wednesday, wednesday).groups
    assert (before.on_time, before.late, before.average_minutes) == (2, 0, 7.5)
    assert (after.on_time, after.late, after.average_minutes) == (1, 1, 15)


def test_times_set_up_before_the_first_register_hold_for_all_days(seeded):
    enrol("9B")
    times_change(at(DAY, 7, 0), since=at(DAY, 8, 20), am_starts=time(8, 15))
    assert TimesKept.load().at(MONDAY, "AM").am_starts == time(8, 15)
    times_change(at(DAY, 9, 0), since=at(DAY, 8, 20), am_starts=time(8, 45), pm_starts=time(13, 30))
    kept = TimesKept.load()
    assert [kept.at(DAY, session).starts_at(DAY, session) for session in ("AM", "PM")] == [
        at(DAY, 8, 15),
        at(DAY, 13, 30),
    ]


def test_marks_of_the_mis_make_no_register_due(seeded):
    student = enrol("9B")[0]
    SessionMarkFactory(student=student, date=MONDAY, session="AM")
    assert [(each.name, each.due) for each in history(MONDAY, MONDAY).people] == [("No tutor", 1)]
    enrol("9B")
    assert [(each.name, each.due) for each in history(MONDAY, MONDAY).people] == [("No tutor", 2)], (
        "half is no register"
    )


def test_nothing_is_due_without_students_without_school_or_before_its_time(seeded):
    staff(Role.FORM_TUTOR, "9Z")
    assert history(MONDAY, MONDAY).groups == ()
    enrol("9B")
    assert history(date(2026, 10, 26), date(2026, 11, 1)).groups == ()
    assert history(DAY, DAY, now=at(DAY, 9, 0)).groups == ()
    assert history(DAY, DAY, now=at(DAY, 9, 1)).total.due == 1


def test_on_time_is_the_schools_own_time_across_the_clock_change(seeded):
    """25 October 2026: 9:00 is 8:00 UTC on the Friday before and 9:00 UTC on the Monday after the half term."""
    enrol("9B")
    tutor = staff(Role.FORM_TUTOR, "9B")
    for day in (date(2026, 10, 23), date(2026, 11, 2)):
        take("9B", day, at(day, 9, 0), tutor)
        take("9B", day, at(day, 13, 21), tutor, "PM")
    held = history(date(2026, 10, 23), date(2026, 11, 2)).total
    assert (held.due, held.on_time, held.late) == (4, 2, 2)
    assert held.average_minutes == 15.5


def test_ten_registers_are_enough_and_the_trend_is_by_school_week(seeded):
    enrol("9B")
    tutor = staff(Role.FORM_TUTOR, "9B")
    for day in SchoolDay.objects.filter(day__range=(WEEK_BEFORE, DAY)).values_list("day", flat=True):
        for session, hour in (("AM", 8), ("PM", 13)):
            take("9B", day, at(day, hour, 50 if day >= MONDAY or session == "PM" else 49), tutor, session)
    (group,) = history(WEEK_BEFORE, DAY).groups
    assert (group.due, group.is_small, group.percent) == (12, False, 50.0)
    assert group.trend == [50.0, 50.0]


def test_a_register_taken_the_day_after_is_late_and_in_no_average(seeded):
    enrol("9B")
    take("9B", MONDAY, at(MONDAY + timedelta(days=1), 8, 0), staff(Role.FORM_TUTOR, "9B"))
    held = history(MONDAY, MONDAY, now=at(DAY, 9, 0)).total
    assert (held.late, held.average_minutes) == (1, None)


class TestLessonRegisters:
    def classes(self, years=None):
        calendar = SchoolCalendar.load()
        return {
            each.class_name: (each.marked, each.expected)
            for each in classes_in(DAY, "P1", days_to_go_by(DAY, "P1", calendar), years)
        }

    def test_expected_from_the_weeks_before(self, seeded):
        one, two, three = enrol("9B", count=3)
        for student, group in ((one, "9x/Ma"), (two, "9x/Ma"), (three, "9y/Fr")):
            lesson(student, WEEK_BEFORE, "P1", class_name=group)
        lesson(one, DAY, "P1", class_name="9x/Ma")
        assert self.classes() == {"9x/Ma": (1, 2), "9y/Fr": (0, 1)}
        assert next(iter(self.classes())) == "9y/Fr"

    def test_who_is_marked_in_another_class_is_not_waited_for(self, seeded):
        student = enrol("9B")[0]
        lesson(student, WEEK_BEFORE, "P1", class_name="9x/Ma")
        lesson(student, DAY, "P1", class_name="9z/Sc")
        assert self.classes() == {"9z/Sc": (1, 1)}

    def test_leavers_and_other_years_are_not_expected(self, seeded):
        leaver, other = enrol("9B", left_on=DAY - timedelta(days=1))[0], enrol("8A")[0]
        for student in (leaver, other):
            lesson(student, WEEK_BEFORE, "P1")
        assert self.classes(frozenset({9})) == {}
        assert self.classes(frozenset({8})) == {"9x2/Ma": (0, 1)}

    def test_the_half_term_is_stepped_over(self, seeded):
        student = enrol("9B")[0]
        for day in (date(2026, 10, 16), date(2026, 10, 23), date(2026, 11, 6)):
            lesson(student, day, "P1")
        assert days_to_go_by(date(2026, 11, 13), "P1", SchoolCalendar.load()) == (
            date(2026, 11, 6),
            date(2026, 10, 23),
        )

    def test_the_page_says_what_it_goes_by(self, seeded, as_role, on_day):
        student = enrol("9B")[0]
        lesson(student, WEEK_BEFORE, "P1")
        client = as_role(Role.PASTORAL_MANAGER, 9)
        on_day(DAY, 9, 20)
        page = client.get(reverse("attendance:board_lessons")).content.decode()
        assert "No marks yet" in page
        assert "read from the marks of Fri 13 Nov" in page
        on_day(DAY, 8, 50)
        assert "Not yet" in client.get(reverse("attendance:board_lessons")).content.decode()
        assert (
            "Sunday"
            in client.get(reverse("attendance:board_lessons"), {"day": "2026-11-15", "period": "P3"}).content.decode()
        )


@pytest.mark.parametrize("name", ["board_history", "board_lessons", "board_registers"])
def test_three_groups_and_thirty_cost_the_same(seeded, as_role, on_day, name):
    client = as_role(Role.SLT)
    on_day(DAY, 9, 30)

    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse(f"attendance:{name}")).status_code == 200
        return len(held)

    def groups(first: int, last: int) -> None:
        for n in range(first, last):
            group = f"9{chr(65 + n % 26)}{n // 26}"
            for student in enrol(group, year=9, count=2):
                lesson(student, WEEK_BEFORE, "P1", class_name=group)
            take(group, DAY, at(DAY, 8, 50), staff(Role.FORM_TUTOR, group))

    groups(0, 3)
    few = queries()
    groups(3, 30)
    assert queries() == few <= 12
