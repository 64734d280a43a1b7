"""Every page that each role can reach by links, in a real browser: axe, console, content policy, width."""

from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin, urlsplit

import pytest
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
# The roles share out the sizes and the colours, so that each sort of page is looked at in all of them.
LOOKS = {
    Role.FORM_TUTOR: (PHONE, "light"),
    Role.PASTORAL_MANAGER: (DESK, "dark"),
    Role.HEAD_OF_YEAR: (DESK, "light"),
    Role.SLT: (PHONE, "dark"),
    Role.ATTENDANCE_OFFICER: (PHONE, "light"),
    Role.SENCO: (DESK, "dark"),
    Role.DSL: (DESK, "light"),
    Role.DATA_MANAGER: (PHONE, "dark"),
}
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


def links(page: Page) -> list[str]:
    """Return the addresses of this application that the page links to, without fragments."""
    hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
    full = [urljoin(page.url, href) for href in hrefs if not href.startswith("#")]
    return [url.partition("#")[0] for url in full if urlsplit(url).netloc == urlsplit(page.url).netloc]


def sort_of(url: str, each_of: str) -> str:
    """Return what tells one sort of page from another: the view, and the list's name in the view whose lists count."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return f"nothing at {url}"
    return f"{match.view_name} {match.kwargs.get('slug', '') if match.view_name == each_of else ''}"


def is_page(page: Page, url: str) -> bool:
    """Open the address and test whether it is a page; a document, which a browser would save, is only fetched."""
    try:
        answer = page.goto(url)
    except Error as fault:
        if "Download is starting" not in fault.message:
            raise
        answer = page.context.request.get(url)
    assert answer, url
    assert answer.status == 200, f"{url} answered {answer.status}"
    return "text/html" in answer.headers["content-type"]


def pages(page: Page, start: str, each_of: str) -> Iterator[str]:
    """Open one page of each sort, beginning at start and following links, and yield its sort."""
    waiting, met = [start], set()
    while waiting:
        url = waiting.pop(0)
        sort = sort_of(url, each_of)
        if sort in met:
            continue
        met.add(sort)
        if is_page(page, url):
            waiting += links(page)
            yield sort


@pytest.mark.parametrize("role", list(Role), ids=[role.value for role in Role])
def test_every_page_a_role_can_reach(page: Page, school, live_server, sign_in, page_check, axe, overflows, role):
    sign_in(page, staff(role, SCOPES.get(role)))
    size, theme = LOOKS[role]
    other = PHONE if size == DESK else DESK
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size(size)
    faults: list[str] = []
    seen: list[str] = []
    axed: set[str] = set()
    for sort in pages(page, f"{live_server.url}/", LISTS_READ.get(role, "")):
        found = [] if (view := sort.split()[0]) in axed else axe(page)  # one list has no element that another has not
        axed.add(view)
        seen.append(sort)
        faults += [f"{sort}: {fault}" for fault in [*found, *page_check.faults()]]
        for each in [other, size]:
            page.set_viewport_size(each)
            if overflows(page):
                faults.append(f"{sort}: scrolls sideways at {each['width']} px")
    assert faults == []
    assert len(seen) > 3, seen


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
