"""A mother rings: her call is taken in within 20 seconds, acknowledged with one key, and stands in the file."""

from datetime import date
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contacts.models import Contact, Enquiry
from pastoral.core.rights import Role
from students.models import Student
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.families import carer

MOST_SECONDS = 20  # to take one in, click budgets of product.md part F


@pytest.fixture
def kai(friday: date, transactional_db: None) -> Student:
    """A student with a mother, and a father whom a court order bars."""
    lay_calendar()
    (student,) = enrol("9B", legal_surname="O’Neill-Okafor")
    carer(student, mobile="07700 900001")
    carer(student, relationship="Father", title="Mr", forename="Dele", barred=True)
    return student


def test_a_call_is_taken_in_and_acknowledged_with_one_key(
    page: Page, live_server: Any, sign_in: Any, kai: Student, page_check: Any, axe: Any, overflows: Any
) -> None:
    looking = [0.0]  # seconds of the checks, which nobody on the desk makes

    def clean() -> None:
        before = monotonic()
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert axe(page, rail=len(looking) == 1) == []  # the rail is the same on each page
            assert not overflows(page)
        looking.append(monotonic() - before)

    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    began = monotonic()
    page.goto(f"{live_server.url}/enquiries/add/")
    page.get_by_label("Student", exact=True).fill("neill")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Court order", exact=True)).to_be_visible()
    expect(page.get_by_role("radio", name="Mrs Ngozi Okafor Mother")).to_be_checked()
    clean()
    page.get_by_label("What they asked or said").fill("Why was he marked late?")
    page.get_by_role("button", name="Take it in", exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text("press a")
    assert monotonic() - began - sum(looking) < MOST_SECONDS
    clean()
    page.locator("body").press("a")
    expect(page.locator("#messages")).to_contain_text("It is logged with O’Neill-Okafor")
    clean()
    (logged,) = Contact.objects.all()
    assert (logged.student, logged.result, logged.number) == (kai, "reached", "07700 900001")
    assert Enquiry.objects.get().acknowledgement == logged
    for address in ("/enquiries/", "/clocks/?clock=acknowledged", "/clocks/list/?clock=acknowledged"):
        page.goto(f"{live_server.url}{address}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        clean()
