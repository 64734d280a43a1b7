"""Every number of the page on registers on time opens the registers behind it, and as many of them."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from attendance.models import Register
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import TutorGroup
from tests.factories import StaffAssignmentFactory, enrol, staff

MONDAY = date(2026, 11, 16)
TUESDAY = MONDAY + timedelta(days=1)
NUMBER = re.compile(r'<a href="(/registers/board/history/registers/[^"]+)">([^<]+)<')
pytestmark = pytest.mark.django_db


def at(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Europe/London"))


def take(group: str, when: datetime, by: User, session: str = "AM", *, of: date | None = None) -> None:
    held = TutorGroup.objects.get(name=group)
    Register.objects.create(tutor_group=held, date=of or when.date(), session=session, taken_by=by, taken_at=when)


@pytest.fixture
def school(seeded: int, on_day: Any) -> dict[str, User]:
    """Tuesday, ten o'clock: 9B's two registers of Monday and one of Tuesday, 9C's and 8A's not all taken."""
    for group in ("9B", "9C", "8A"):
        enrol(group, count=2)
    price, quinn, head = staff(Role.FORM_TUTOR, "9B"), staff(Role.FORM_TUTOR, "9C"), staff(Role.SLT)
    take("9B", at(MONDAY, 8, 50), price)
    take("9B", at(MONDAY, 13, 40), head, "PM")
    take("9B", at(TUESDAY, 9, 30), price)
    take("9C", at(TUESDAY, 8, 30), quinn, "PM", of=MONDAY)
    on_day(TUESDAY, 10, 0)
    return {"Price": price, "Quinn": quinn, "Head": head}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, **asked: object) -> list[tuple[str, date, str]]:
    page = client.get(reverse("attendance:board_registers"), asked)
    return [(row.group, row.day, row.session) for row in page.context["page"].rows]


def test_every_number_opens_as_many_registers(school: dict[str, User]) -> None:
    client = client_of(school["Head"])
    page = client.get(reverse("attendance:board_history"), {"window": "half-term"}).content.decode()
    numbers = [(unescape(url), words) for url, words in NUMBER.findall(page)]
    assert len(numbers) > 20
    for url, words in numbers:
        if "%" not in words:  # the rate opens those on time
            assert client.get(url).context["page"].total == int(words), url


def test_each_kind_is_its_registers(school: dict[str, User]) -> None:
    client, group = client_of(school["Head"]), TutorGroup.objects.get(name="9B").pk

    def of_monday_on(**asked: object) -> list[tuple[str, date, str]]:
        return [row for row in listed(client, group=group, **asked) if row[1] >= MONDAY]

    assert of_monday_on(kind="on-time") == [("9B", MONDAY, "AM")]
    assert of_monday_on(kind="late") == [("9B", TUESDAY, "AM"), ("9B", MONDAY, "PM")]
    assert of_monday_on(kind="others") == [("9B", MONDAY, "PM")]
    assert of_monday_on(kind="not-taken") == []
    assert len(of_monday_on()) == len(of_monday_on(kind="nonsense")) == 3


def test_a_tutors_are_those_that_were_theirs_to_take(school: dict[str, User]) -> None:
    client, cover = client_of(school["Head"]), staff(Role.FORM_TUTOR, "8A")
    StaffAssignmentFactory(
        user=cover, role=Role.FORM_TUTOR, tutor_group=TutorGroup.objects.get(name="9C"), starts_on=MONDAY
    )
    assert {group for group, _day, _session in listed(client, tutor=school["Price"].pk)} == {"9B"}
    assert ("9C", MONDAY, "PM") in listed(client, tutor=school["Quinn"].pk, kind="late")


def test_nobodys_are_asked_for_too(school: dict[str, User]) -> None:
    assert {group for group, _day, _session in listed(client_of(school["Head"]), tutor=0)} == {"8A"}


def test_how_it_was_taken_is_said(school: dict[str, User]) -> None:
    page = client_of(school["Head"]).get(reverse("attendance:board_registers"), {"kind": "late"}).content.decode()
    assert "20 min after it was due" in page
    assert "after the day" in page
    assert "Not taken</span>" not in page


def test_only_the_years_that_one_chases(school: dict[str, User]) -> None:
    client, other = client_of(staff(Role.HEAD_OF_YEAR, 9)), TutorGroup.objects.get(name="8A").pk
    assert {group for group, _day, _session in listed(client)} == {"9B", "9C"}
    assert listed(client, group=other) == []
    assert (
        "No register answers to this"
        in client.get(reverse("attendance:board_registers"), {"group": other}).content.decode()
    )
