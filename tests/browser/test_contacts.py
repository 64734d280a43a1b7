"""Contacts in a real browser: a call logged by keyboard from the year dashboard, in four actions."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from contacts.models import Contact
from pastoral.core.models import Draft
from pastoral.core.rights import Role
from students.models import Student
from tests.browser.conftest import DESK, PHONE
from tests.factories import SessionMarkFactory, enrol, lay_calendar, staff
from tests.families import carer


@pytest.fixture
def students(friday: date, transactional_db: None) -> list[Student]:
    """Ten of 9B, the first with a brother or sister, each absent today, a mother and a father who is barred."""
    lay_calendar()
    held = [*enrol("9B", count=10), *enrol("7A")]
    carer(held[0], held[-1], mobile="07700 900001", telephone="020 7946 0001")
    carer(held[0], relationship="Father", forename="Obi", barred=True)
    for student in held:
        SessionMarkFactory(student=student, date=friday, letters="N")
    return held


def test_a_call_from_the_year_dashboard_takes_four_actions(
    page: Page, live_server: Any, sign_in: Any, students: list[Student], page_check: Any, axe: Any, overflows: Any
) -> None:
    kai = students[0]
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(f"{live_server.url}/year/9/")
    page.mouse.wheel(0, 900)  # what is logged from far down a page is said there
    page.keyboard.press("c")  # 1: the drawer
    expect(page.locator("#contact-who")).to_be_focused()
    page.keyboard.type(kai.admission_number)  # 2: who
    page.keyboard.press("Enter")
    expect(page.locator("#drawer [name=result]").first).to_be_focused()
    page.keyboard.press("2")  # 3: nobody answered
    page.keyboard.press("Enter")  # 4: logged
    expect(page.locator("#messages")).to_contain_text("no answer")
    expect(page.locator("#messages")).to_be_in_viewport()
    contact = Contact.objects.get()
    assert (contact.student, contact.channel, contact.result) == (kai, "phone", "no_answer")
    assert page.url.endswith("/year/9/")

    page.goto(f"{live_server.url}/student/{kai.pk}/")
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.keyboard.press("c")
        expect(page.locator("#drawer [data-barred]")).to_be_disabled()
        page.locator("#drawer label", has_text="Home visit").click()
        expect(page.locator("#drawer [name=safety_note]")).to_be_visible()
        assert axe(page) == []
        assert not overflows(page)
        page.keyboard.press("Escape")
        expect(page.locator("#drawer")).to_be_hidden()

    address = f"{live_server.url}/contacts/add/?student={kai.pk}"
    page.goto(address)
    page.locator("[name=narrative]").fill("She will ring on Monday")
    expect(page.locator(".draft-state")).to_contain_text("Kept")
    page.goto(address)
    expect(page.locator(".draft-state")).to_contain_text("Restored what you typed")
    expect(page.locator("[name=narrative]")).to_have_value("She will ring on Monday")
    held: list[Route] = []
    page.route("**/drafts/**", lambda route: held.append(route))
    page.goto(address)
    page.locator("[name=narrative]").fill("She rang")  # before what was kept comes back
    held[0].continue_()
    page.unroute("**/drafts/**")
    expect(page.locator(".draft-state")).to_contain_text("Kept")
    expect(page.locator("[name=narrative]")).to_have_value("She rang")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert axe(page, rail=False) == []
        assert not overflows(page)
    page.locator("[data-choices=result] label").first.click()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(kai.sort_name)
    assert not Draft.objects.exists()
    page_check.check()
