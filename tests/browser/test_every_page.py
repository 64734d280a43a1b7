"""Every page that each role can reach by links answers; every sort in a real browser: axe, console, policy, width."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from pastoral.core.rights import Role
from students.models import SchoolDay, StudentFact
from tests.browser.conftest import DESK, PHONE
from tests.factories import StudentFactFactory, enrol, lay_calendar, staff
from tests.marks import lay
from tests.reports.rag_school import made

pytestmark = pytest.mark.long

SCOPES = {Role.FORM_TUTOR: "9B", Role.PASTORAL_MANAGER: 9, Role.HEAD_OF_YEAR: 9}
# Each half of the roles has one colour, and one size to begin with. A sort of page that one of the half has looked at
# in the browser, the next of the half only ask for; where both halves reach it, it is looked at in light and in dark.
HALVES = {
    "light": (DESK, (Role.HEAD_OF_YEAR, Role.FORM_TUTOR, Role.ATTENDANCE_OFFICER, Role.DSL)),
    "dark": (PHONE, (Role.SLT, Role.PASTORAL_MANAGER, Role.SENCO, Role.DATA_MANAGER)),
}
HREF = re.compile(r'<a [^>]*?href="([^"]+)"')
# The lists behind the numbers are one page with other rows: a Head of Year opens every one of a year, SLT every one of
# the school, the others one of a kind.
LISTS_READ = {Role.HEAD_OF_YEAR: "reports:student_list", Role.SLT: "reports:school_list"}
FIRST_CODES = ["/", "O", "I", "L", "U", "M"]


@pytest.fixture
def school(friday, transactional_db, settings, tmp_path):
    """Two tutor groups of Year 9 and one of Year 10, with marks since September of every sort."""
    settings.MEDIA_ROOT = tmp_path
    lay_calendar()
    monday = SchoolDay.objects.filter(day__gte="2026-09-01").earliest("day").day
    students = [*enrol("9A", count=4), *enrol("9B", count=6), *enrol("10A", count=2)]
    for n, student in enumerate(students):
        word = FIRST_CODES[n % len(FIRST_CODES)]
        lay(student, monday, " ".join([word] * (4 * (n % 4)) + ["/"] * 86 + [word] * 6))
    StudentFactFactory(student=students[0])
    StudentFactFactory(student=students[4], kind=StudentFact.Kind.SEN, value="K")
    return students


def links(text: str, url: str) -> list[str]:
    """Return the addresses of this application that a page's HTML links to, without fragments."""
    hrefs = [unescape(href) for href in HREF.findall(text) if not href.startswith("#")]
    full = [urljoin(url, href) for href in hrefs]
    return [each.partition("#")[0] for each in full if urlsplit(each).netloc == urlsplit(url).netloc]


def sort_of(url: str, each_of: str) -> str:
    """Return what tells one sort of page from another: the view, and the list's name in the view whose lists count."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return f"nothing at {url}"
    return f"{match.view_name} {match.kwargs.get('slug', '') if match.view_name == each_of else ''}"


def asked(client: Client, url: str) -> tuple[str, bool]:
    """Return what the address answers, and whether it is a page, not a document that a browser would save."""
    answer = client.get(url.removeprefix(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"), follow=True)
    body = answer.getvalue()
    assert answer.status_code == 200, f"{url} answered {answer.status_code}"
    is_page = "text/html" in answer.headers["content-type"]
    return body.decode() if is_page else "", is_page


def pages(client: Client, start: str, each_of: str) -> Iterator[tuple[str, str]]:
    """Ask for one page of each sort, beginning at start and following links, and yield its sort and its address."""
    waiting, met = [start], set()
    while waiting:
        url = waiting.pop(0)
        sort = sort_of(url, each_of)
        if sort in met:
            continue
        met.add(sort)
        text, is_page = asked(client, url)
        if is_page:
            waiting += links(text, url)
            yield sort, url


@pytest.mark.parametrize("theme", list(HALVES))
def test_every_page_a_role_can_reach(page: Page, school, live_server, sign_in, page_check, axe, overflows, theme):
    size, roles = HALVES[theme]
    other = PHONE if size == DESK else DESK
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)
    faults: list[str] = []
    looked: set[str] = set()
    axed: set[str] = set()
    for role in roles:
        user, client = staff(role, SCOPES.get(role)), Client()
        sign_in(page, user)
        client.force_login(user)
        reached = list(pages(client, f"{live_server.url}/", LISTS_READ.get(role, "")))
        assert len(reached) > 3, reached
        for place, (sort, url) in enumerate(reached):
            if place and sort in looked:  # where the day begins is each role's own
                continue
            looked.add(sort)
            page.goto(url)
            found = [] if (view := sort.split()[0]) in axed else axe(page)  # a list has nothing that another has not
            axed.add(view)
            faults += [f"{role} {sort}: {fault}" for fault in [*found, *page_check.faults()]]
            for each in [other, size]:
                page.set_viewport_size(each)
                if overflows(page):
                    faults.append(f"{role} {sort}: scrolls sideways at {each['width']} px")
    assert faults == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_head_of_year_goes_from_the_dashboard_to_the_marks_and_the_pdf(
    page: Page, school, live_server, sign_in, page_check, axe, size
):
    made(date(2026, 11, 9), date(2026, 11, 20), tells_tutors=False)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.set_viewport_size(size)
    page.goto(f"{live_server.url}/year/9/")
    number = page.locator("a.tile-value[href*='/list/pa/']")
    shown = int(number.inner_text())
    number.click()
    names = page.locator("tbody th[scope=row] a")
    assert shown > 0
    assert names.count() == shown

    name = names.first.inner_text()
    names.first.click()
    assert name in page.locator("h1").inner_text()
    assert page.locator("#calendar").is_visible()
    assert axe(page) == []

    page.goto(f"{live_server.url}/weekly-rag/2026-11-09/")
    paper = page.context.request.get(urljoin(page.url, page.locator("a[href$='/pdf/']").first.get_attribute("href")))
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.body().startswith(b"%PDF-")
    assert page_check.faults() == []
