"""What needs somebody now, by role: each number is that of the list behind it, and nobody's else."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from attendance.models import NoticeDecision, Register, TruancyFollowUp
from behaviour.models import InclusionStay
from pastoral.core.needs import Line, Tone
from pastoral.core.rights import Role
from students.models import TutorGroup
from tests.factories import (
    ProposalFactory,
    SessionMarkFactory,
    StaffAssignmentFactory,
    TutorGroupFactory,
    enrol,
    staff,
)
from tests.lessons import lesson
from tests.marks import lay
from tests.planning import plan

FRIDAY = date(2026, 11, 20)
THURSDAY = date(2026, 11, 19)
pytestmark = pytest.mark.django_db

# The number that the page behind a line shows.
LISTED = {
    "board": lambda page: len(page["rows"]),
    "inbox": lambda page: len(page["inbox"].rows),
    "duty_list": lambda page: len(page["page"].rows),
    "detention_list": lambda page: len(page["rows"]),
    "work_list": lambda page: page["page"].total,
    "truancy_queue": lambda page: page["queue"].students,
    "unexplained_list": lambda page: page["found"].sessions,
    "leave_list": lambda page: len(page["waiting"]),
    "placement_confirm": lambda page: sum(provider.waiting for provider in page["providers"]),
    "proposal_list": lambda page: len(page["rows"]),
    "notice_list": lambda page: len(page["rows"]),
}


def busy(group: str, size: int = 3) -> list:
    """Enrol a group about whom there is something of every kind."""
    by = staff(Role.ATTENDANCE_OFFICER)
    students = enrol(group, count=size)
    for student in students:
        lay(student, date(2026, 11, 2), "O O O O O O O O O O O O")
        for day in (date(2026, 11, 11), date(2026, 11, 13), THURSDAY):
            SessionMarkFactory(student=student, date=day, letters="N")
        SessionMarkFactory(student=student, date=FRIDAY, recorded_by=by)
        lesson(student, FRIDAY, "P1", "N")
        plan(student, "C", by=by, kind="leave", status="asked", asked_on=FRIDAY, first=date(2026, 12, 1))
        plan(student, "B", by=by, kind="placement", provider="Northfield", sessions=["FRI-PM"])
        ProposalFactory(student=student)
    return students


@pytest.fixture
def school(seeded, on_day):
    """Friday, twenty to ten; 9B, 9C and 8A are busy and no register is taken."""
    on_day(FRIDAY, 9, 40)
    return {group: busy(group, size) for group, size in (("9B", 2), ("9C", 3), ("8A", 4))}


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lines(client: Client) -> list[Line]:
    return list(client.get(reverse("core:needs_now")).context["lines"])


def told(client: Client) -> dict[str, int | str]:
    return {line.label: line.state if line.count is None else line.count for line in lines(client)}


def test_a_tutor_sees_the_own_group_alone(school):
    assert told(client_of(staff(Role.FORM_TUTOR, "9B"))) == {
        "9B morning register": "not taken, 40 min overdue",
        "unexplained sessions in 9B": 6,
    }


def test_a_head_of_year(school):
    assert told(client_of(staff(Role.HEAD_OF_YEAR, 9))) == {
        "morning registers not taken": 2,
        "students missing from lessons": 5,
        "unexplained sessions past their 5th day": 5,
        "sessions to explain by Mon 23 Nov": 5,
        "proposals to decide": 5,
        "penalty-notice cases to decide": 5,
    }


def test_a_placement_is_to_be_confirmed_once_its_session_has_begun(school, on_day):
    client = client_of(staff(Role.HEAD_OF_YEAR, 9))
    on_day(FRIDAY, 13, 30)
    assert told(client)["placement sessions to confirm today"] == 5
    every_number_is_its_lists(client)


def test_who_sees_the_school_sees_what_they_may_open(school):
    everything = told(client_of(staff(Role.SLT)))
    assert everything == {
        "morning registers not taken": 3,
        "students missing from lessons": 9,
        "leave requests to decide": 9,
        "proposals to decide": 9,
        "penalty-notice cases to decide": 9,
    }
    assert "leave requests to decide" not in told(client_of(staff(Role.ATTENDANCE_OFFICER)))
    assert told(client_of(staff(Role.SENCO))) == {}
    assert told(client_of(staff(Role.DATA_MANAGER))) == {}


def test_a_head_of_year_7_acts_as_tutor_in_9b(school):
    user = staff(Role.HEAD_OF_YEAR, 7)
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    client = client_of(user)
    assert told(client) == {
        "9B morning register": "not taken, 40 min overdue",
        "unexplained sessions in 9B": 6,
        "unexplained sessions past their 5th day": 2,
        "sessions to explain by Mon 23 Nov": 2,
    }
    every_number_is_its_lists(client)


def test_a_group_held_twice_is_told_once(school):
    user = staff(Role.FORM_TUTOR, "9B")
    again = TutorGroup.objects.get(name="9B")
    StaffAssignmentFactory(user=user, role=Role.FORM_TUTOR, tutor_group=again, starts_on=FRIDAY)
    labels = [line.label for line in lines(client_of(user))]
    assert labels == ["9B morning register", "unexplained sessions in 9B"]


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.FORM_TUTOR, "9B"),
        (Role.PASTORAL_MANAGER, 9),
        (Role.HEAD_OF_YEAR, 9),
        (Role.SLT, None),
        (Role.ATTENDANCE_OFFICER, None),
        (Role.DSL, None),
    ],
)
def test_every_number_opens_a_list_of_exactly_so_many(school, role, scope):
    some_are_done(school["9B"][0], school["9C"])
    found = every_number_is_its_lists(client_of(staff(role, scope)))
    assert found or role is Role.FORM_TUTOR


def some_are_done(one, others) -> None:
    """Somebody is away for a better reason, in a room, decided on, followed up or has left the roll."""
    by = staff(Role.SLT)
    plan(one, "M", by=by)
    InclusionStay.objects.create(
        student=one, room="inclusion", came_at="2026-11-20T09:00Z", reason="x", adult="y", recorded_by=by
    )
    TruancyFollowUp.objects.create(student=others[0], date=FRIDAY, period="P2", owner=by)
    TruancyFollowUp.objects.create(
        student=others[1],
        date=FRIDAY,
        period="P1",
        owner=by,
        outcome="found",
        ended_by=by,
        ended_at="2026-11-20T09:30Z",
    )
    NoticeDecision.objects.create(
        student=others[0],
        window_first=date(2026, 9, 7),
        window_last=FRIDAY,
        sessions=[],
        decision="considered",
        reason="x",
        checks={},
        decided_by=by,
    )
    others[2].left_on = THURSDAY
    others[2].save()


def every_number_is_its_lists(client: Client) -> int:
    counted = [line for line in lines(client) if line.count is not None]
    for line in counted:
        page = client.get(line.url)
        assert page.status_code == 200, line
        assert LISTED[resolve(line.url.partition("?")[0]).url_name](page.context) == line.count, line
    return len(counted)


@pytest.mark.parametrize(
    ("hour", "minute", "state", "action", "tone"),
    [
        (7, 30, "opens at 07:45", "", Tone.PLAIN),
        (8, 0, "begins at 08:45", "Take", Tone.PLAIN),
        (8, 50, "not taken", "Take", Tone.WARN),
        (9, 12, "not taken, 12 min overdue", "Take", Tone.BAD),
    ],
)
def test_a_tutors_register_by_the_clock(seeded, on_day, hour, minute, state, action, tone):
    enrol("9C")
    on_day(FRIDAY, hour, minute)
    (line,) = lines(client_of(staff(Role.FORM_TUTOR, "9C")))
    assert (line.label, line.state, line.action, line.tone) == ("9C morning register", state, action, tone)
    assert line.url == reverse("attendance:register_detail", args=[TutorGroup.objects.get().pk, FRIDAY, "AM"])


def test_taken_and_then_the_afternoons(seeded, on_day):
    enrol("9C")
    tutor = staff(Role.FORM_TUTOR, "9C")
    client, now = client_of(tutor), on_day(FRIDAY, 8, 52)
    Register.objects.create(
        tutor_group=TutorGroup.objects.get(), date=FRIDAY, session="AM", taken_by=tutor, taken_at=now
    )
    assert told(client) == {"9C morning register": "taken 08:52"}
    on_day(FRIDAY, 13, 10)
    assert told(client) == {"9C afternoon register": "not taken"}


def test_a_morning_nobody_took_stays(seeded, on_day):
    enrol("9C")
    on_day(FRIDAY, 13, 30)
    assert told(client_of(staff(Role.FORM_TUTOR, "9C"))) == {
        "9C morning register": "not taken",
        "9C afternoon register": "not taken, 10 min overdue",
    }


def test_open_registers_are_no_alarm_yet(seeded, on_day):
    enrol("9C")
    on_day(FRIDAY, 8, 50)
    (line,) = lines(client_of(staff(Role.HEAD_OF_YEAR, 9)))
    assert (line.count, line.label, line.state, line.tone) == (
        1,
        "morning register not taken",
        "due by 09:00",
        Tone.PLAIN,
    )


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2026, 10, 28), date(2026, 11, 27)])
def test_t11_no_alarm_on_a_day_without_school(seeded, on_day, day):
    student = enrol("9C")[0]
    by = staff(Role.ATTENDANCE_OFFICER)
    plan(student, "B", by=by, kind="placement", provider="Northfield", first=date(2026, 9, 7), last=date(2026, 12, 18))
    on_day(day, 9, 40)
    for user in (staff(Role.FORM_TUTOR, "9C"), staff(Role.HEAD_OF_YEAR, 9), by):
        assert told(client_of(user)) == {}


def test_t11_no_alarm_for_a_group_without_students(seeded, on_day):
    TutorGroupFactory(name="9C")
    on_day(FRIDAY, 9, 40)
    assert told(client_of(staff(Role.FORM_TUTOR, "9C"))) == {}
    assert told(client_of(staff(Role.HEAD_OF_YEAR, 9))) == {}


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.FORM_TUTOR, "9B"), (Role.HEAD_OF_YEAR, 9), (Role.ATTENDANCE_OFFICER, None), (Role.SLT, None)],
)
def test_three_and_thirty_cost_the_same_and_at_most_twelve(seeded, on_day, role, scope):
    on_day(FRIDAY, 9, 40)
    client = client_of(staff(role, scope))
    busy("9B", 3)
    few = cost(client)
    busy("9B", 27)
    busy("9C", 3)
    assert cost(client) == few <= 12


def cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("core:needs_now")).status_code == 200
    return len(queries)
