"""Traps that taking a register fell into elsewhere (product.md C3), each by its number."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from attendance.codes import code_named
from attendance.figures import Counts
from attendance.models import AttendanceWeek, PlannedMark, SessionMark
from attendance.querysets import COUNTS
from pastoral.core.rights import Role
from students.models import CalendarSpan, Student
from students.services import calendar_rebuild
from tests.attendance.registers import DAY, address, events, marks, opened, say
from tests.attendance.test_register import statements
from tests.factories import enrol, lay_calendar, staff
from tests.marks import lay

SCOPES = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9, Role.HEAD_OF_YEAR: 9, Role.ATTENDANCE_OFFICER: None}


@pytest.fixture
def morning(on_day: Callable[..., Any], seeded: int) -> date:
    on_day(DAY, 8, 50)
    return DAY


def counts(student: Student) -> Counts:
    (row,) = AttendanceWeek.objects.filter(student=student).values(*COUNTS)
    return Counts.from_row(row)


def take(client: Client, url: str, *said: tuple[Student, str, str], reason: str = "") -> None:
    data = opened(client, url)
    for student, choice, minutes in said:
        say(data, student, choice, minutes=minutes)
    assert client.post(url, data | {"reason": reason}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_t18_register_of_30_in_8_queries(on_day: Callable[..., Any], client_for: Callable[..., Client]) -> None:
    lay_calendar()
    on_day(DAY, 8, 50)
    students = enrol("9B", count=30)
    for student in students:
        lay(student, date(2026, 11, 13), "/ / L / I I / N / /")
    client, url = client_for(staff(Role.FORM_TUTOR, "9B")), address()
    with CaptureQueriesContext(connection) as opening:
        answer = client.get(url)
    assert len(answer.context["fields"]) == 30
    assert len(statements(opening)) <= 8
    data = opened(client, url)
    with CaptureQueriesContext(connection) as saving:
        assert client.post(url, data).status_code == 302
    assert len(statements(saving)) <= 8
    assert len(marks()) == 30


@pytest.mark.parametrize("role", list(SCOPES))
def test_t19_tutor_turns_a_mistaken_absence_back(morning: date, client_for: Callable[..., Client], role: Role) -> None:
    """Everyone who takes registers can, with a reason; the mistaken entry stays in the mark's history."""
    (kai,) = enrol("9B")
    tutor = client_for(staff(Role.FORM_TUTOR, "9B"))
    take(tutor, address(), (kai, "absent", ""))
    client = client_for(staff(role, SCOPES[role]))
    data = opened(client, address())
    say(data, kai, "present")
    assert client.post(address(), data).status_code == 422
    take(client, address(), (kai, "present", ""), reason="Was there all along")
    assert marks() == {kai.pk: ("/", None)}
    (event,) = events()
    assert event.code_id == code_named("N", DAY).key
    assert event.pgh_context.metadata["user"] == client.user.pk
    assert event.pgh_context.metadata["reason"] == "Was there all along"


def test_t20_closure_days_have_no_register_and_stand_in_no_sum(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    kai, zofia = enrol("9B", count=2)
    lay(kai, date(2026, 11, 16), "/ / Y4 Y4")
    lay(zofia, date(2026, 11, 16), "/ / # #")
    assert [(counts(student).possible, counts(student).missed) for student in (kai, zofia)] == [(2, 0), (2, 0)]
    CalendarSpan.objects.create(kind="closure", first_day=DAY, last_day=DAY, name="Polling day")
    calendar_rebuild()
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    assert "Polling day" in client.get(address()).content.decode()
    assert "Polling day" in client.get("/register/").content.decode()
    posted = client.post(address(), {"token": "7d4bb5d4-2f0c-4f0e-9f58-9f6a3d1fb0a1", f"m-{kai.pk}": "absent"})
    assert posted.status_code == 422
    assert not SessionMark.objects.filter(date=DAY).exists()


def test_t23_todays_open_session_is_in_both_sums_or_in_neither(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    """Attended is never more than possible, at any hour of a day whose registers are half taken."""
    kai, zofia = enrol("9B", count=2)
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    assert not AttendanceWeek.objects.exists()
    take(client, address(), (zofia, "absent", ""))
    assert [(counts(one).attended, counts(one).possible) for one in (kai, zofia)] == [(1, 1), (0, 1)]
    on_day(DAY, 13, 10)
    take(client, address(session="PM"), (kai, "late", "40"))
    assert [(counts(one).attended, counts(one).possible) for one in (kai, zofia)] == [(1, 2), (1, 2)]
    take(client, address(session="PM"), (kai, "present", ""), reason="Was in the music room")
    assert [(counts(one).attended, counts(one).possible) for one in (kai, zofia)] == [(2, 2), (1, 2)]


def test_t24_a_part_time_childs_sessions_are_the_childs_own(
    morning: date, client_for: Callable[..., Client], on_day: Callable[..., Any]
) -> None:
    """The sessions agreed off are filled in as C2, those at the other school as D; the group's count is nobody's."""
    kai, zofia, yusuf = enrol("9B", count=3)
    office = staff(Role.ATTENDANCE_OFFICER)
    span = {"starts_on": date(2026, 11, 2), "ends_on": date(2026, 12, 18), "created_by": office}
    PlannedMark.objects.create(
        student=kai,
        kind="part_time",
        code_id=code_named("C2", DAY).key,
        sessions=["FRI-PM"],
        agreed_with="Mrs O'Brien",
        agreed_on=DAY,
        review_on=date(2026, 12, 1),
        **span,
    )
    PlannedMark.objects.create(
        student=zofia, kind="placement", code_id=code_named("D", DAY).key, sessions=["FRI-PM"], provider="Park", **span
    )
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    for hour, session in ((8, "AM"), (13, "PM")):
        on_day(DAY, hour, 50 if session == "AM" else 10)
        take(client, address(session=session))
    assert marks(session="PM") == {kai.pk: ("C2", None), zofia.pk: ("D", None), yusuf.pk: ("\\", None)}
    found = {one.pk: (counts(one).attended, counts(one).possible) for one in (kai, zofia, yusuf)}
    assert found == {kai.pk: (1, 2), zofia.pk: (1, 1), yusuf.pk: (2, 2)}
