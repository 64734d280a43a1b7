"""Proposals decided in a real browser by keyboard alone: one accepted, one dismissed with its reason."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from attendance.models import Proposal
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import ProposalFactory, enrol, lay_calendar, staff
from tests.marks import lay

LIST = "/proposals/"


@pytest.fixture
def group(friday, transactional_db):
    """Two of 9B with proposals: the first has two, the second one."""
    lay_calendar()
    students = enrol("9B", count=2)
    for student in students:
        lay(student, date(2026, 11, 16), "L / L / / / / L")
        ProposalFactory(student=student)
    ProposalFactory(student=students[0], rule="lates_many", key="2026-11-02")
    return students


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_one_is_accepted_and_one_dismissed_by_keyboard(
    page: Page, group, sign_in, page_check, axe, overflows, size, theme
):
    both, single = group
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(LIST)
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("checkbox", name=f"All 2 of {both.sort_name}").focus()
    page.keyboard.press("Space")
    page.get_by_label("What you will do, or why not").focus()
    page.keyboard.type("Meeting with the parents on Tuesday")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("2 proposals accepted")
    assert Proposal.objects.filter(student=both, status="accepted").count() == 2

    page.get_by_role("link", name=f"Marks of {single.sort_name}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The marks behind it")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_label("What you will do, or why not").focus()
    page.keyboard.type("The bus broke down three times")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is waiting")).to_be_visible()
    assert Proposal.objects.get(student=single).status == "dismissed"

    page.get_by_role("link", name="Decided").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The bus broke down three times")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_rule_is_previewed(page: Page, group, sign_in, page_check, axe, overflows, size):
    page.set_viewport_size(size)
    sign_in(page, staff(Role.DATA_MANAGER))
    page.goto("/settings/rules/")
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="Change").first.click()
    page.get_by_label("How many make it fire").fill("2")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
