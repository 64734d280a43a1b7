"""Signing in: by code or address, nobody registers, the demonstration shows its people and no other place does."""

import json
import runpy

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from tests.factories import UserFactory

PASSWORD = "seven-green-bicycles"


@pytest.fixture
def owusu(db):
    return UserFactory(staff_code="OWU001", email="a.owusu@school.example", password=PASSWORD)


@pytest.mark.parametrize("login", ["OWU001", "owu001", "a.owusu@school.example", "A.Owusu@school.example"])
def test_by_staff_code_or_address(owusu, login):
    answer = Client().post("/accounts/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_a_leaver_is_shut_out(owusu):
    owusu.is_active = False
    owusu.save()
    answer = Client().post("/accounts/login/", {"login": "OWU001", "password": PASSWORD}, follow=True)
    assert not answer.context["user"].is_authenticated


def test_a_wrong_password_does_not_tell_who_exists(owusu):
    held = Client().post("/accounts/login/", {"login": "OWU001", "password": "wrong"}).context["form"].errors
    unheld = Client().post("/accounts/login/", {"login": "NOBODY", "password": "wrong"}).context["form"].errors
    assert held == unheld
    assert held["__all__" if "__all__" in held else "password"] == [
        "That staff code or e-mail and password do not go together."
    ]


def test_too_many_tries_say_when_to_come_back(owusu):
    for _ in range(7):
        page = Client().post("/accounts/login/", {"login": "OWU001", "password": "wrong"}).content.decode()
    assert "5 minutes" in page or "five minutes" in page


def test_signing_in_says_nothing_of_itself(owusu):
    page = Client().post("/accounts/login/", {"login": "OWU001", "password": PASSWORD}, follow=True).content.decode()
    assert "Successfully" not in page
    assert "notice-success" not in page


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/3rdparty/"])
def test_nobody_changes_their_own_address_or_links_accounts(as_role, path):
    assert as_role(None).get(path).status_code == 404


def test_two_steps_are_called_so_everywhere(owusu):
    client = Client()
    client.post("/accounts/login/", {"login": "OWU001", "password": PASSWORD})
    page = client.get("/accounts/2fa/").content.decode()
    assert "<h1>Two-step sign-in</h1>" in page
    assert "Two-Factor" not in page
    assert "None added." in page
    TOTP.activate(owusu, generate_totp_secret())
    RecoveryCodes.activate(owusu)
    assert "On: signing in asks" in client.get("/accounts/2fa/").content.decode()
    other = Client()
    step = other.post("/accounts/login/", {"login": "OWU001", "password": PASSWORD}, follow=True)
    assert "<h1>Two-step sign-in</h1>" in step.content.decode()
    wrong = other.post(step.redirect_chain[-1][0], {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()


def test_nobody_registers(db):
    answer = Client().get("/accounts/signup/", follow=True)
    assert b'name="password1"' not in answer.content


def test_a_forgotten_password_goes_by_mail(owusu):
    client = Client()
    client.post("/accounts/password/reset/", {"email": "a.owusu@school.example"})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    done = client.post(
        form.redirect_chain[-1][0],
        {"password1": "a-new-green-bicycle", "password2": "a-new-green-bicycle"},
        follow=True,
    )
    assert b"Password set" in done.content
    assert Client().post("/accounts/login/", {"login": "OWU001", "password": "a-new-green-bicycle"}).status_code == 302


def test_an_unknown_address_is_answered_alike(owusu):
    known = Client().post("/accounts/password/reset/", {"email": "a.owusu@school.example"}, follow=True)
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@school.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain


@pytest.mark.parametrize(("is_demo", "is_shown"), [(True, True), (False, False)])
def test_demo_sign_ins_are_shown_in_the_demonstration_only(db, settings, tmp_path, is_demo, is_shown):
    settings.DEMO, settings.VAR_DIR = is_demo, tmp_path
    rows = [{"role": "Head of Year 9", "staff_code": "OWU001", "password": PASSWORD}]
    (tmp_path / "demo_sign_ins.json").write_text(json.dumps(rows))
    assert (PASSWORD in Client().get("/accounts/login/").content.decode()) == is_shown


def test_the_address_asked_for_is_kept(owusu):
    page = Client().get("/accounts/login/?next=/jobs/").content.decode()
    assert '<input type="hidden" name="next" value="/jobs/"' in page
    away = Client().post("/accounts/login/", {"login": "OWU001", "password": PASSWORD, "next": "https://evil.example/"})
    assert away.url == "/"


@pytest.mark.parametrize("services", [[], ["MICROSOFT"], ["MICROSOFT", "GOOGLE"]])
def test_the_policy_lets_the_form_go_to_the_services_that_are_set_up(monkeypatch, services):
    needed = {"ALLOWED_HOSTS": "x", "SECRET_KEY": "x", "SITE_URL": "https://x", "MAIL_HOST": "x"}
    needed |= {"DATABASE_URL": "postgres://x:x@x/x", "REDIS_URL": "redis://x"}
    needed |= {"MICROSOFT_TENANT_ID": "x", "SCHOOL_DOMAINS": "school.example"}
    needed |= {f"{service}_CLIENT_{part}": "x" for service in services for part in ["ID", "SECRET"]}
    for name, value in needed.items():
        monkeypatch.setenv(name, value)
    production = runpy.run_module("pastoral.settings.production")
    allowed = production["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
    assert allowed[0] == "'self'"
    assert allowed[1:] == ["https://login.microsoftonline.com", "https://accounts.google.com"][: len(services)]
