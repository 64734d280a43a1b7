"""T17 of product.md C3, a note lost to a sign-in that had run out unseen, for every form of the application."""

from collections.abc import Callable
from datetime import date
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from attendance.models import SessionMark
from pastoral.core.rights import Role
from students.models import Student
from tests.factories import SessionMarkFactory, enrol, staff

DAY = date(2026, 11, 20)
PASSWORD = "correct horse battery staple"
NOTE = "Mother rang: he was at the dentist's,\r\nback by 10.30 <sharp>"


@pytest.fixture
def kai(seeded: int, friday: date) -> Student:
    (student,) = enrol("9B")
    SessionMarkFactory(student=student, date=DAY)
    return student


@pytest.fixture
def office(kai: Student) -> Client:
    """The office, signed in by the form, as a browser would be."""
    return signed_in(Client(), staff(Role.ATTENDANCE_OFFICER, staff_code="OFF001"))


def signed_in(client: Client, user: object) -> Client:
    user.set_password(PASSWORD)
    user.save()
    sign_in(client, user.staff_code)
    client.user = user
    return client


def sign_in(client: Client, code: str, then: str = "/") -> str:
    answer = client.post(reverse("account_login"), {"login": code, "password": PASSWORD, "next": then})
    assert answer.status_code == 302
    return answer.url


def run_out(client: Client) -> None:
    """Let the sign-in end, as it does after ten hours; the browser keeps its other cookies."""
    del client.cookies[settings.SESSION_COOKIE_NAME]


def page_of(student: Student) -> str:
    return reverse("attendance:mark_detail", args=[student.pk, DAY, "AM"])


def correction(student: Student) -> dict[str, str]:
    return {"was": str(SessionMark.objects.get().code_id), "code": "M", "comment": NOTE, "reason": "Parent rang us"}


def test_t17_a_form_sent_signed_out_waits_for_its_sender(office: Client, kai: Student) -> None:
    run_out(office)
    asked = office.post(page_of(kai), correction(kai))
    assert asked.url.startswith(reverse("account_login"))
    back = sign_in(office, "OFF001", then=page_of(kai))
    page = office.get(back)
    assert "Send it now" in page.content.decode()
    sending = page.context["sending"]
    assert (sending.path, dict(sending.fields)) == (page_of(kai), correction(kai))
    assert "&lt;sharp&gt;" in page.content.decode()

    office.post(sending.path, dict(sending.fields))
    assert "Send it now" not in office.get(back).content.decode()


def test_t17_the_way_back_holds_whatever_page_comes_first(office: Client, kai: Student) -> None:
    run_out(office)
    office.post(page_of(kai), correction(kai))
    sign_in(office, "OFF001", then="/jobs/")
    assert "Send it now" not in office.get("/jobs/").content.decode()
    assert "Send it now" in office.get(page_of(kai)).content.decode()


def test_t17_what_somebody_wrote_is_given_to_nobody_else(office: Client, kai: Student) -> None:
    colleague = staff(Role.ATTENDANCE_OFFICER, staff_code="OFF002")
    colleague.set_password(PASSWORD)
    colleague.save()
    run_out(office)
    office.post(page_of(kai), correction(kai))
    sign_in(office, "OFF002", then=page_of(kai))
    page = office.get(page_of(kai)).content.decode()
    assert "Send it now" not in page
    assert "dentist" not in page
    office.post(reverse("account_logout"))
    sign_in(office, "OFF001", then=page_of(kai))
    assert "dentist" not in office.get(page_of(kai)).content.decode()


def test_t17_a_stranger_keeps_nothing(kai: Student) -> None:
    stranger = Client()
    stranger.post(page_of(kai), correction(kai))
    assert "kept_sending" not in stranger.session


def test_t17_it_may_be_left_unsent(office: Client, kai: Student) -> None:
    run_out(office)
    office.post(page_of(kai), correction(kai))
    sign_in(office, "OFF001", then=page_of(kai))
    assert office.post(reverse("core:sending_drop")).url == reverse("core:home")
    assert "Send it now" not in office.get(page_of(kai)).content.decode()


def test_t17_a_note_sent_by_script_waits_as_well(office: Client, kai: Student) -> None:
    end = reverse("reports:truancy_end", args=[kai.pk, DAY, "P3"])
    by_script = {"hx-request": "true", "hx-current-url": f"http://testserver{reverse('reports:truancy_queue')}"}
    run_out(office)
    moved = office.post(end, {"note": NOTE, "outcome": "found"}, headers=by_script)
    asked = urlsplit(moved["HX-Redirect"])
    assert (moved.status_code, asked.path) == (204, reverse("account_login"))
    back = sign_in(office, "OFF001", then=parse_qs(asked.query)["next"][0])
    page = office.get(back)
    assert "Send it now" in page.content.decode()
    assert dict(page.context["sending"].fields) == {"note": NOTE, "outcome": "found"}


def test_t17_the_question_is_put_to_a_whole_page_alone(office: Client, kai: Student) -> None:
    run_out(office)
    office.post(page_of(kai), correction(kai))
    sign_in(office, "OFF001")
    part = office.get(page_of(kai), headers={"hx-request": "true"})
    assert "Send it now" not in part.content.decode()
    assert "Send it now" in office.get(page_of(kai)).content.decode()


@pytest.mark.parametrize("is_by_script", [True, False])
def test_t17_an_earlier_sign_ins_token_signed_out_asks_for_a_sign_in(kai: Student, is_by_script: bool) -> None:
    headers = {"origin": "http://testserver"} | ({"hx-request": "true"} if is_by_script else {})
    answer = Client(enforce_csrf_checks=True).post(page_of(kai), correction(kai), headers=headers)
    assert answer.status_code == (204 if is_by_script else 302)
    assert answer.headers["HX-Redirect" if is_by_script else "Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(("origin", "is_offered"), [("http://testserver", True), ("https://elsewhere.example", False)])
def test_t17_a_form_of_an_earlier_sign_in_can_be_sent_again(
    friday: date, kai: Student, origin: str, is_offered: bool
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff(Role.ATTENDANCE_OFFICER))
    answer = client.post(page_of(kai), correction(kai), headers={"origin": origin})
    assert answer.status_code == 403
    assert ("dentist" in answer.content.decode()) is is_offered
    assert (b"Send it again" in answer.content) is is_offered


def test_t17_a_form_sent_while_the_database_is_away_is_still_there(office: Client, kai: Student) -> None:
    office.raise_request_exception = False
    with mock.patch("django.contrib.sessions.backends.db.SessionStore.load", side_effect=OperationalError):
        answer = office.post(page_of(kai), correction(kai))
    assert answer.status_code == 503
    assert "dentist" in answer.content.decode()
    assert f'action="{page_of(kai)}"' in answer.content.decode()


@pytest.mark.parametrize(("name", "field"), [("account_login", "password"), ("account_change_password", "oldpassword")])
def test_t17_a_password_is_never_shown_back(as_role: Callable[..., Client], name: str, field: str) -> None:
    client = Client(enforce_csrf_checks=True)
    if name != "account_login":
        client.force_login(staff(Role.SLT))
    answer = client.post(reverse(name), {"login": "X", field: "so secret"}, headers={"origin": "http://testserver"})
    assert (answer.status_code, b"so secret" in answer.content) == (403, False)
