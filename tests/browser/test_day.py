"""The day as the year team works it: a register is chased, the truancy queue worked, a student signed into a room."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from attendance.models import Register, RegisterNudge, TruancyFollowUp
from attendance.views import board as board_views
from behaviour.models import InclusionStay
from pastoral.core.rights import Role
from students.models import TutorGroup
from tests.browser.conftest import DESK, PHONE
from tests.factories import SessionMarkFactory, enrol, lay_calendar, staff
from tests.lessons import lesson

DAY = date(2026, 11, 20)
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def school(transactional_db, on_day):
    """9A's register is taken, 9B's is overdue; one of 9A is missing from P3. It is 11:40."""
    on_day(DAY, 11, 40)
    lay_calendar()
    students = enrol("9A", count=3)
    enrol("9B", count=2)
    staff(Role.FORM_TUTOR, "9B", surname="Walsh")
    taker = staff(Role.FORM_TUTOR, "9A")
    Register.objects.create(
        tutor_group=TutorGroup.objects.get(name="9A"),
        date=DAY,
        session="AM",
        taken_by=taker,
        taken_at=datetime(2026, 11, 20, 8, 50, tzinfo=ZoneInfo("Europe/London")),
    )
    for n, student in enumerate(students):
        SessionMarkFactory(student=student, date=DAY, session="AM", recorded_by=taker)
        lesson(student, DAY - timedelta(weeks=1), "P3")
        lesson(student, DAY, "P3", "N" if n == 0 else "/")
    return students


@SIZES
def test_a_tutors_day_begins_with_the_own_register(page: Page, school, sign_in, page_check, axe, overflows, size):
    sign_in(page, staff(Role.FORM_TUTOR, "9B"))
    page.set_viewport_size(size)
    page.goto("/")
    line = page.get_by_role("link", name="9B morning register: not taken")
    expect(line).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
    line.click()
    page.get_by_role("button", name="Save register").click()
    expect(page.get_by_text("The register is saved")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="9B morning register: taken 11:40")).to_be_visible()


def test_the_strip_refreshes_by_itself_and_its_number_opens_the_list(page: Page, school, sign_in, page_check):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/")
    line = page.get_by_role("link", name="1 morning register not taken")
    line.focus()
    enrol("9C")
    page.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'live')")
    line = page.get_by_role("link", name="2 morning registers not taken")
    expect(line).to_be_focused()
    line.click()
    expect(page.locator("tbody tr")).to_have_count(2)


@SIZES
def test_a_register_is_chased(page: Page, school, sign_in, page_check, axe, overflows, monkeypatch, size):
    monkeypatch.setattr(board_views, "_hand_over", lambda keys: True)
    sign_in(page, staff(Role.PASTORAL_MANAGER, 9))
    page.set_viewport_size(size)
    page.goto("/registers/board/")
    assert "9B" in page.locator("tbody tr").first.inner_text()
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Nudge 9B").click()
    expect(page.get_by_text("nudged 11:40 by you")).to_be_visible()
    expect(page.get_by_text("Mrs Walsh is nudged by e-mail.")).to_be_visible()
    assert RegisterNudge.objects.count() == 1
    assert axe(page) == []
    page.get_by_role("button", name="Nudge 9B again").dblclick()
    expect(page.get_by_text("once in ten minutes is enough")).to_be_visible()
    assert RegisterNudge.objects.count() == 1


def test_the_board_refreshes_by_itself_and_keeps_the_focus(page: Page, school, sign_in, page_check):
    sign_in(page, staff(Role.PASTORAL_MANAGER, 9))
    page.goto("/registers/board/")
    group = TutorGroup.objects.get(name="9B")
    link = page.locator(f"#open-{group.pk}-am")
    link.focus()
    Register.objects.create(
        tutor_group=group, date=DAY, session="AM", taken_by=staff(Role.SLT), taken_at=datetime.now(ZoneInfo("UTC"))
    )
    page.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'live')")
    expect(page.get_by_text("Morning: 2 of 2 taken")).to_be_visible()
    expect(link).to_be_focused()


@SIZES
def test_the_truancy_queue_is_worked(page: Page, school, sign_in, page_check, axe, overflows, size):
    head = staff(Role.HEAD_OF_YEAR, 9)
    sign_in(page, head)
    page.set_viewport_size(size)
    page.goto("/truancy/")
    name = school[0].sort_name
    assert axe(page) == []
    page.get_by_role("button", name=f"I’ll look for {name}").click()
    expect(page.get_by_text("yours", exact=True)).to_be_visible()
    assert TruancyFollowUp.objects.get().owner == head
    page.locator("summary", has_text="Outcome").click()
    page.get_by_label("Note, if there is something to say").fill("In the library")
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("button", name="Found in school and taken to the lesson").click()
    expect(page.get_by_text("Nobody is missing from a lesson")).to_be_visible()
    follow_up = TruancyFollowUp.objects.get()
    assert (follow_up.outcome, follow_up.note) == ("found", "In the library")
    page.get_by_role("link", name="Done: 1").click()
    expect(page.get_by_text("In the library")).to_be_visible()


def test_a_refresh_never_takes_a_note_from_under_the_fingers(page: Page, school, sign_in, page_check):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.clock.install()
    page.goto("/truancy/")
    page.locator("summary", has_text="Outcome").click()
    page.get_by_label("Note, if there is something to say").fill("Half a sen")
    page.clock.run_for(65_000)
    expect(page.get_by_label("Note, if there is something to say")).to_have_value("Half a sen")


def test_a_student_is_signed_into_the_room_and_found_there(page: Page, school, sign_in, page_check, axe):
    sign_in(page, staff(Role.PASTORAL_MANAGER, 9))
    page.set_viewport_size(PHONE)
    student = school[0]
    page.goto("/inclusion/")
    page.get_by_label("Name or admission number").fill(student.admission_number)
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name=f"Sign in {student.sort_name}").click()
    page.get_by_label("Reason").fill("Refused to move seats")
    assert axe(page) == []
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("1 in now")).to_be_visible()
    assert axe(page) == []
    assert InclusionStay.objects.open().get().student == student
    page.goto(student.get_absolute_url())
    expect(page.locator("#where")).to_contain_text("In the inclusion room since 11:40")
    assert axe(page) == []


@pytest.mark.parametrize("path", ["/registers/board/", "/truancy/", "/inclusion/", "/where/"])
def test_the_page_works_without_script(browser, school, live_server, client_for, path):
    from django.conf import settings

    client = client_for(staff(Role.PASTORAL_MANAGER, 9))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    if path == "/truancy/":
        page.get_by_role("button", name="I’ll look for").click()
        assert TruancyFollowUp.objects.count() == 1
    if path != "/inclusion/":
        page.get_by_role("link", name="Reload").click()
    expect(page.locator("h1")).to_be_visible()
    context.close()
