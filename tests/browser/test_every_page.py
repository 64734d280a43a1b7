"""Every page that each role can reach by links answers; every sort in a real browser: axe, console, policy, width."""

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Error, Page

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


def asked(client: Client, url: str) -> str:
    """Return the page at an address, asked for without a browser; "" for a document that a browser would save."""
    answer = client.get(url.removeprefix(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"), follow=True)
    body = answer.getvalue()
    assert answer.status_code == 200, f"{url} answered {answer.status_code}"
    return body.decode() if "text/html" in answer.headers["content-type"] else ""


def opened(page: Page, url: str) -> str:
    """Return the page at an address, opened in the browser; "" for a document that it saves."""
    try:
        answer = page.goto(url)
    except Error as fault:
        if "Download is starting" in fault.message:
            return ""
        raise
    assert answer
    assert answer.status == 200, f"{url} answered {answer.status}"
    return answer.text()


@dataclass
class Walk:
    """One walk over the pages of several roles; what one of them has looked at, the next only asks for."""

    page: Page
    size: dict[str, int]
    page_check: Any
    axe: Any
    overflows: Any
    looked: set[str] = field(default_factory=set)
    axed: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def of(self, role: str, client: Client, start: str) -> int:
        """Open or ask for one page of each sort, following links from where the day begins; return how many."""
        waiting, met = [start], set()
        while waiting:
            url = waiting.pop(0)
            sort = sort_of(url, LISTS_READ.get(role, ""))
            if sort in met:
                continue
            is_first = not met
            met.add(sort)
            if is_first or sort not in self.looked:  # where the day begins is each role's own
                text = self.look(role, sort, url, rail=is_first)
            else:
                text = asked(client, url)
            waiting += links(text, url)
        return len(met)

    def look(self, role: str, sort: str, url: str, *, rail: bool) -> str:
        """Look at the page in both sizes and return its HTML."""
        self.looked.add(sort)
        text = opened(self.page, url)
        if not text:
            return ""
        found = [] if (view := sort.split()[0]) in self.axed else self.axe(self.page, rail=rail)
        self.axed.add(view)  # a list has nothing that another has not
        found += self.page_check.faults()
        for place in range(2):
            if place:  # the next page is then opened in the other size, and made larger or smaller the other way
                self.size = PHONE if self.size == DESK else DESK
                self.page.set_viewport_size(self.size)
            if self.overflows(self.page):
                found.append(f"scrolls sideways at {self.size['width']} px")
        self.faults += [f"{role} {sort}: {fault}" for fault in found]
        return text


@pytest.mark.parametrize("theme", list(HALVES))
def test_every_page_a_role_can_reach(page: Page, school, live_server, sign_in, page_check, axe, overflows, theme):
    size, roles = HALVES[theme]
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)
    walk = Walk(page, size, page_check, axe, overflows)
    for role in roles:
        user, client = staff(role, SCOPES.get(role)), Client()
        sign_in(page, user)
        client.force_login(user)
        assert walk.of(role, client, f"{live_server.url}/") > 3
    assert walk.faults == []


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
