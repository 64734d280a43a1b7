"""A RAG meeting of ten movers, by keyboard alone."""

from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page, expect

from interventions.models import Action, Meeting
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.reports.rag_school import FRIDAY, MONDAY, absent, attend, frozen


def test_ten_movers_by_keyboard(page: Page, transactional_db, on_day, sign_in, page_check, axe, overflows):
    on_day(FRIDAY + timedelta(days=3), 9, 0)
    lay_calendar()
    movers = enrol("9B", count=10)
    for mover in movers:
        attend(mover, absent(10, first=MONDAY), first=FRIDAY - timedelta(days=60))
    run = frozen()
    head = staff(Role.HEAD_OF_YEAR, 9, staff_code="DOY", surname="Doyle")
    staff(Role.PASTORAL_MANAGER, 9, staff_code="BRN", surname="Brown")
    run.documents.filter(kind="year").update(made_at=run.frozen_at, sha256="x", pages=1)
    sign_in(page, head)
    page.set_viewport_size(DESK)
    page.goto(reverse("reports:rag_detail", args=[MONDAY]))
    page.get_by_role("button", name="Meeting on Year 9").press("Enter")
    line = page.locator("#line")
    for place in range(10):
        expect(page.get_by_text(f"{place + 1} of 10 ·")).to_be_visible()
        expect(line).to_be_focused()
        page.keyboard.type("no action" if place == 3 else "call home @brn thu")
        expect(page.locator("#reading")).to_contain_text("No action" if place == 3 else "Brown")
        if place == 0:
            assert axe(page) == []
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All looked at")).to_be_visible()
    assert Action.objects.filter(owner__staff_code="BRN", withdrawn_at=None).count() == 9
    page.keyboard.press("u")
    expect(line).to_be_focused()
    assert Action.objects.filter(withdrawn_at=None).count() == 8
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("9 of 10 ·")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_text("10 of 10 ·")).to_be_visible()
    page.set_viewport_size(PHONE)
    assert not overflows(page)
    assert axe(page) == []
    page.keyboard.type("letter")
    expect(page.locator("#reading")).to_contain_text("Doyle")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close the minutes").press("Enter")
    expect(page.get_by_text("The minutes are closed:")).to_be_visible()
    assert not overflows(page)
    assert axe(page) == []
    page.goto(reverse("interventions:action_list"))
    assert axe(page) == []
    assert not overflows(page)
    assert Meeting.objects.get().students.exclude(decision="").count() == 10
