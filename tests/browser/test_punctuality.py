"""Punctuality in a real browser: from a number to its marks, another window, a subject, the minutes and the file."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.lessons import lesson
from tests.marks import lay


@pytest.fixture
def school(friday, transactional_db):
    """Thirty students of 9B and 9C with lates to school and to lessons."""
    lay_calendar()
    students = [*enrol("9B", count=15), *enrol("9C", count=15)]
    for n, student in enumerate(students):
        lay(student, date(2026, 11, 2), "/ L U / L / " * (1 + n % 3))
        for day in (9, 10, 11):
            lesson(student, date(2026, 11, day), "P1", "L" if (n + day) % 4 == 0 else "/", subject="Art")
            lesson(student, date(2026, 11, day), "P3", "L" if (n + day) % 2 == 0 else "/", subject="Science")
    return students


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_from_a_number_to_its_marks_and_the_file(
    page: Page, school, live_server, sign_in, page_check, axe, overflows, size
):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/punctuality/")
    assert axe(page) == []
    assert not overflows(page)
    page.select_option("#p-subject", "Science")
    page.locator(".punctuality-subject button").click()
    page.wait_for_url("**subject=Science**")
    cell = page.locator("[aria-labelledby=by-lesson] tbody a").first
    lates = int(cell.locator(".heat-n").inner_text().split()[0])
    cell.click()
    page.wait_for_url("**/punctuality/marks/**")
    assert page.locator("tbody tr").count() == lates
    assert axe(page) == []
    assert not overflows(page)

    page.get_by_role("link", name="Punctuality").last.click()
    page.get_by_role("link", name="Minutes late").click()
    page.wait_for_url("**/minutes-late/**")
    assert axe(page) == []
    assert not overflows(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert len(Path(taken.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 31
    page.locator("tbody th.who a").first.click()
    page.get_by_role("heading", name="Late arrivals").wait_for()
    assert axe(page) == []
    assert not overflows(page)
    assert page_check.faults() == []
