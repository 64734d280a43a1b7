"""The PA tracker in a real browser: filter, sort, save a view, take a file, print; and the pages beside it."""

import csv
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import AttendanceTargetFactory, BenchmarkFactory, enrol, lay_calendar, staff
from tests.marks import lay

FIRST = date(2026, 9, 2)
SESSIONS = 106


@pytest.fixture
def school(friday, transactional_db):
    """Eight students of 9B who missed more and more, by turns I and O; the last two are severely absent."""
    lay_calendar()
    students = enrol("9B", count=8)
    for n, student in enumerate(students):
        missed = 8 * (n + 1)
        lay(student, FIRST, f"{'/' * (SESSIONS - missed)} {'I ' * missed if n % 2 else 'O ' * missed}")
    BenchmarkFactory()
    AttendanceTargetFactory()
    return students


def names(page: Page) -> list[str]:
    return page.locator("tbody th.who a").all_inner_texts()


def sort_by(page: Page, order: str) -> None:
    """Sort by the heading; on a phone, where headings are away, by the choice."""
    if page.locator(".sort-by").is_visible():
        page.get_by_label("Sort by").select_option(order)
        page.get_by_role("button", name="Sort", exact=True).click()
    else:
        page.locator("thead a", has_text="Missed").click()
    page.wait_for_url(f"**sort={order}**")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_filter_sort_save_and_take(page: Page, school, live_server, sign_in, page_check, axe, overflows, size):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/pa-tracker/")
    assert len(names(page)) == 8
    assert axe(page) == []
    assert not overflows(page)

    if not page.locator("#f-reason").is_visible():  # on a phone the filters are folded
        page.locator(".tracker-fold > summary").click()
    page.select_option("#f-reason", "O")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**reason=O**")
    worst_first = names(page)
    assert len(worst_first) == 4
    sort_by(page, "missed")
    assert names(page) == worst_first
    sort_by(page, "-missed")
    assert names(page) == worst_first[::-1]

    page.locator(".tracker-menu summary").click()
    page.get_by_label("Save this view as").fill("O, fewest first")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("is saved").wait_for()
    page.goto(f"{live_server.url}/pa-tracker/")
    page.get_by_role("link", name="O, fewest first").click()
    page.wait_for_url("**sort=-missed**")
    assert names(page) == worst_first[::-1]

    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    with Path(taken.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert [f"{row['Surname']}, {row['Forename']}" for row in csv.DictReader(file)] == names(page)

    page.locator(".tracker-menu summary").click()
    page.get_by_role("button", name="Delete O, fewest first").click()
    page.get_by_text("is deleted").wait_for()
    assert page.get_by_role("link", name="O, fewest first").count() == 0
    assert page_check.faults() == []


def test_paper_has_every_row_and_nothing_to_press(page: Page, school, live_server, sign_in, page_check):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(f"{live_server.url}/pa-tracker/")
    page.emulate_media(media="print")
    assert page.locator("tbody th.who a:visible").count() == 8
    assert page.locator(".tracker-filters:visible, .page-actions:visible, .tracker-tiles:visible").count() == 0
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")


def test_the_pages_beside_it(page: Page, school, live_server, sign_in, page_check, axe, overflows):
    sign_in(page, staff(Role.SLT))
    for address in (
        "/pa-forecast/",
        "/pa-waterfall/",
        "/pa-waterfall/?from=x",
        "/cohorts/?a=girls&b=boys",
        "/settings/targets/",
        "/settings/targets/add/",
        "/settings/benchmarks/add/",
    ):
        page.goto(f"{live_server.url}{address}")
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert not overflows(page), address
        assert axe(page) == [], address
    page.goto(f"{live_server.url}/pa-waterfall/")
    page.locator("#turns a").nth(1).click()
    page.wait_for_url("**list=became**")
    assert page.locator("#list tbody tr").count() == int(page.locator("#turns a").nth(1).inner_text().split()[0])
    assert page_check.faults() == []
