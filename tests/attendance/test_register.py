"""Taking a register: what the page offers, what is written, and what happens when two people are at it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from attendance.codes import CODES_BY_KEY
from attendance.models import Register, SessionMark
from pastoral.core.rights import Role
from students.models import Student
from tests.factories import TutorGroupFactory, enrol

DAY = date(2026, 11, 20)
MOST = 8
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
HIDDEN = re.compile(r'name="(\w+-?\d*|token)" value="([^"]*)"')


@pytest.fixture
def morning(on_day: Callable[..., Any], seeded: int) -> date:
    on_day(DAY, 8, 50)
    return DAY


def address(group: str = "9B", day: date = DAY, session: str = "AM") -> str:
    return reverse("attendance:register_detail", args=[TutorGroupFactory(name=group).pk, day, session])


def opened(client: Client, url: str) -> dict[str, str]:
    """Return the fields of the page as it was opened: what a browser sends when nothing is touched."""
    answer = client.get(url)
    assert answer.status_code == 200
    fields = {field.key: field for field in answer.context["fields"]}
    data = {"token": str(answer.context["token"]), "reason": ""}
    for key, field in fields.items():
        data |= {
            f"m-{key}": field.said.choice.value,
            f"t-{key}": str(field.said.minutes or ""),
            f"c-{key}": "",
            f"v-{key}": field.row.version,
            f"was-{key}": field.was,
        }
    return data


def say(data: dict[str, str], student: Student, choice: str, *, minutes: str = "", letters: str = "") -> None:
    data |= {f"m-{student.pk}": choice, f"t-{student.pk}": minutes, f"c-{student.pk}": letters}


def marks(day: date = DAY, session: str = "AM") -> dict[int, tuple[str, int | None]]:
    held = SessionMark.objects.filter(date=day, session=session)
    return {mark.student_id: (CODES_BY_KEY[mark.code_id].letters, mark.minutes_late) for mark in held}


def events() -> list[Any]:
    return list(apps.get_model("attendance", "SessionMarkEvent").objects.order_by("pgh_id"))


def test_a_register_is_taken_present_but_for_the_exceptions(morning: date, as_role, on_day) -> None:
    kai, zofia, yusuf = enrol("9B", count=3)
    client = as_role(Role.FORM_TUTOR, "9B")
    on_day(DAY, 8, 50)
    data = opened(client, address())
    say(data, zofia, "absent")
    say(data, yusuf, "late", minutes="5")
    answer = client.post(address(), data, follow=True)
    assert "1 present, 1 absent, 1 late" in answer.content.decode()
    assert marks() == {kai.pk: ("/", None), zofia.pk: ("N", None), yusuf.pk: ("L", 5)}
    register = Register.objects.get()
    assert (register.taken_by, register.taken_at.hour) == (client.user, 8)
    assert "taken by Mrs" in answer.content.decode()
