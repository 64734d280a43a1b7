"""The frame in a real browser: rail, find, menus, themes, sign-in, errors."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import AccessRecordFactory, JobFactory, UserFactory, enrol, staff

pytestmark = pytest.mark.usefixtures("friday")

PASSWORD = "seven-green-bicycles"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_core_pages_are_clean_and_accessible(page: Page, sign_in, page_check, axe, overflows, size, theme):
    user = staff(Role.SLT)
    done = JobFactory(started_by=user, status="done", message="12 documents made.", result_url="/jobs/")
    failed = JobFactory(started_by=user, status="failed", message="The job service cannot be reached.")
    AccessRecordFactory.create_batch(3, user=user)
    enrol("9B", count=3, legal_surname="Walsh")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    sign_in(page, user)
    for path in ["/jobs/", f"/jobs/{done.pk}/", f"/jobs/{failed.pk}/", "/access-log/", "/students/find/?q=wlsh"]:
        page.goto(path)
        assert axe(page) == [], path
        assert not overflows(page), path
    page_check.check()


def test_find_by_keyboard_alone(page: Page, sign_in, page_check, axe):
    first, *_ = enrol("9B", legal_surname="Okafor", legal_forename="Chidinma")
    enrol("9B", legal_surname="Okonkwo", legal_forename="Ada")
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/jobs/")
    page.keyboard.press("/")
    expect(page.locator("#find-box")).to_be_focused()
    page.keyboard.type("oka")
    expect(page.locator("#find-results")).to_contain_text("Okafor, Chidinma")
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("#find-results a").first).to_be_focused()
    assert page.locator("#find-results a").first.get_attribute("href") == first.get_absolute_url()
    page.keyboard.press("Escape")
    expect(page.locator("#find-box")).to_be_focused()


def test_finds_stay_within_a_phone(page: Page, sign_in, page_check):
    enrol("9B", legal_surname="Featherstonehaugh-Cholmondeley", legal_forename="Maximilian-Alexander")
    page.set_viewport_size(PHONE)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/jobs/")
    page.fill("#find-box", "feather")
    expect(page.locator("#find-results a").first).to_be_visible()
    box = page.locator("#find-results").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_rail_opens_and_closes_on_a_phone(page: Page, sign_in, page_check, axe):
    page.set_viewport_size(PHONE)
    sign_in(page, staff(Role.SLT))
    page.goto("/jobs/")
    rail = page.locator("#rail")
    expect(rail).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(rail).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(rail).to_be_hidden()


def test_the_chosen_colours_stay(page: Page, sign_in, page_check):
    page.emulate_media(color_scheme="light")
    sign_in(page, staff(Role.SLT))
    page.goto("/jobs/")
    page.locator(".menu:has(.who-icon) > summary").click()
    page.get_by_role("button", name="Dark colours").click()
    page.reload()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_sign_in_and_out(page: Page, live_server, page_check, axe):
    user = UserFactory(staff_code="OWU001", surname="Owusu", password=PASSWORD)
    page.goto("/access-log/")
    assert axe(page) == []
    page.get_by_label("Staff code or e-mail address").fill("OWU001")
    page.get_by_label("Password").fill("wrong-password-here")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Staff code or e-mail address").fill("owu001@school.example")
    page.get_by_label("Password").fill(PASSWORD)
    page_check.expect("answer 403|403 \\(Forbidden\\)")  # signed in, sent on to a page that is not hers
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not yours to open")
    assert axe(page) == []
    page.locator(".menu:has(.who-icon) > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert user.pk


def test_account_pages(page: Page, sign_in, page_check, axe, overflows):
    user = UserFactory(password=PASSWORD)
    sign_in(page, user)
    page.set_viewport_size(PHONE)
    page.goto("/accounts/password/change/")
    assert axe(page) == []
    page.goto("/accounts/2fa/")
    assert axe(page) == []
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Activate Authenticator App")
    assert axe(page) == []
    assert not overflows(page)
    page.goto("/accounts/2fa/webauthn/add/")
    assert axe(page) == []
    page.goto("/accounts/password/reset/")
    assert axe(page) == []


def test_a_passkey_signs_in(page: Page, live_server, page_check, axe, context):
    """A virtual authenticator stands for the security chip; scripts run under the content policy."""
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    user = UserFactory(password=PASSWORD)
    page.goto("/accounts/login/?next=/jobs/")
    page.get_by_label("Staff code or e-mail address").fill(user.staff_code)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My jobs")
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    assert axe(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert axe(page) == []
    page.goto("/jobs/")
    page.locator(".menu:has(.who-icon) > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/jobs/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My jobs")


def test_a_running_job_goes_on_by_itself_and_then_to_its_result(page: Page, sign_in, page_check):
    user = staff(Role.SLT)
    job = JobFactory(started_by=user, status="running", steps_total=4, steps_done=1)
    sign_in(page, user)
    page.goto(f"/jobs/{job.pk}/")
    expect(page.get_by_text("1 of 4 done.")).to_be_visible()
    job.status, job.steps_done, job.result_url = "done", 4, "/jobs/"
    job.save()
    expect(page.get_by_role("heading", level=1)).to_have_text("My jobs")
    page.goto(f"/jobs/{job.pk}/")
    expect(page.get_by_role("link", name="See the result")).to_be_visible()
    assert page.locator("[hx-get*=progress]").count() == 0


def test_a_failed_request_is_said(page: Page, sign_in, page_check):
    user = staff(Role.SLT)
    job = JobFactory(started_by=user, status="running")
    sign_in(page, user)
    page.goto(f"/jobs/{job.pk}/")
    page_check.expect("answer 404|404 \\(Not Found\\)|Response Status Error Code 404")
    job.started_by = UserFactory()
    job.save()
    expect(page.get_by_role("alert")).to_contain_text("not there any more")


def test_errors_are_friendly(page: Page, sign_in, page_check, axe):
    page_check.expect("answer 40[34]|40[34] \\(")
    sign_in(page, staff(Role.FORM_TUTOR, "9B"))
    page.goto("/access-log/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not yours to open")
    assert axe(page) == []
    page.goto("/no-such-page/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    assert axe(page) == []


def test_the_page_without_script(browser, live_server, sign_in, context):
    """Find, menus and pages work with script switched off."""
    user = staff(Role.HEAD_OF_YEAR, 9)
    enrol("9B", legal_surname="Okafor")
    enrol("9B", legal_surname="Okafo")
    bare = browser.new_context(java_script_enabled=False, viewport=PHONE, base_url=live_server.url)
    page = bare.new_page()
    sign_in(page, user)
    bare.add_cookies(context.cookies())
    page.goto("/jobs/")
    page.locator("#find-box").fill("okafor")
    page.locator("#find-box").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a student")
    expect(page.locator(".rows li")).to_have_count(2)
    page.locator(".topbar-brand").click()
    expect(page.locator("#rail")).to_be_visible()
    bare.close()
    assert date(2026, 11, 20)
