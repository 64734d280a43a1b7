"""The penalty-notice watch in a real browser: decide, record a notice, be refused a third."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from attendance.models import NoticeDecision, PenaltyNotice
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.marks import lay
from tests.notices import parent_of

pytestmark = pytest.mark.usefixtures("friday", "transactional_db")


@pytest.fixture
def student():
    """A student with 12 unauthorised sessions, two of them N, and one parent."""
    lay_calendar()
    (one,) = enrol("9B", legal_surname="O'Brien")
    lay(one, date(2026, 11, 2), " ".join(["N"] * 2 + ["O"] * 10 + ["/"] * 18))
    parent_of(one)
    return one


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_support_first_then_two_notices_and_no_third(
    page: Page, student, sign_in, page_check, axe, overflows, size, theme
):
    page_check.expect("answer 422|status of 422")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/penalty-notices/")
    assert axe(page) == []
    assert not overflows(page)

    page.get_by_role("link", name="Consider the case of O'Brien").click()
    for name in ["appropriate", "offered", "engaged", "best_tool", "equality"]:
        page.locator(f"[name={name}][value=yes]").check()
    page.select_option("[name=decision]", "support_first")
    expect(page.get_by_label("Look at it again on")).to_have_value("2026-11-23")
    expect(page.locator("[name=weeks]")).to_be_hidden()
    page.fill("[name=review_on]", "")
    page.fill("[name=reason]", "Anxious since September.")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.get_by_text("Say when it is looked at again.")).to_be_visible()
    expect(page.locator("[name=reason]")).to_have_value("Anxious since September.")
    assert axe(page) == []
    page.fill("[name=review_on]", "2026-12-11")
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator("#messages")).to_contain_text("The decision is recorded")
    assert NoticeDecision.objects.get().decision == "support_first"

    for day in ["2026-02-02", "2026-11-18"]:
        record(page, day)
        expect(page.locator("#messages")).to_contain_text("is recorded")
    expect(page.get_by_text("£160 flat within 28 days").first).to_be_visible()
    record(page, "2026-11-19")
    expect(page.get_by_text("education supervision order").first).to_be_visible()
    assert PenaltyNotice.objects.count() == 2
    assert axe(page) == []
    assert not overflows(page)
    page.goto("/penalty-notices/decisions/")
    assert axe(page) == []
    assert not overflows(page)


def record(page: Page, day: str) -> None:
    page.get_by_text("Record a notice the authority issued").click()
    page.locator("[name=parent]").select_option(index=1)
    page.fill("[name=issued_on]", day)
    page.get_by_role("button", name="Record the notice").click()
