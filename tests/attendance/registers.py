"""A register page in tests: opened, filled in and sent as a browser does it without script."""

from datetime import date
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import reverse

from attendance.codes import CODES_BY_KEY
from attendance.models import SessionMark
from students.models import Student
from tests.factories import TutorGroupFactory

DAY = date(2026, 11, 20)


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
