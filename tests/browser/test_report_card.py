"""A day on a report card in a real browser, on a phone: a teacher scores three lessons, the keeper signs."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from behaviour.models import CardDay, CardScore, ReportCard
from pastoral.core.rights import Role
from tests.browser.conftest import PHONE
from tests.cards import card_of
from tests.factories import UserFactory, enrol, lay_calendar, staff
from tests.lessons import lesson

DAY = date(2026, 11, 20)


@pytest.fixture
def card(friday: date, transactional_db: None) -> ReportCard:
    """A card of somebody who has three lessons with one teacher today."""
    lay_calendar()
    (student,) = enrol("9B")
    for period in ("P1", "P3", "P4"):
        lesson(student, DAY, period, teacher="PHE012")
    return card_of(student, keeper=staff(Role.FORM_TUTOR, "9B"))


def test_a_day_on_a_report_card(
    page: Page, live_server: Any, sign_in: Any, card: ReportCard, page_check: Any, axe: Any, overflows: Any
) -> None:
    page.set_viewport_size(PHONE)
    teacher = UserFactory(staff_code="PHE012")
    sign_in(page, teacher)
    for number, period in enumerate(("P1", "P3", "P4")):
        page.goto(f"{live_server.url}/report-cards/score/")
        assert axe(page) == []
        assert not overflows(page)
        page.locator("main").get_by_role("link", name=f"Score {card.student.sort_name}, {period}").click()
        if not number:
            assert axe(page) == []
            assert not overflows(page)
        for target in card.targets.all():  # a tap for each target, and one to save
            page.locator(f"label[for=t{target.pk}-{2 if number else 1}]").click()
        page.get_by_role("button", name=f"Save {period}").click()
        expect(page.locator("#messages")).to_contain_text(f"{period}: scored")
    assert CardScore.objects.filter(by=teacher, day=DAY).count() == 6

    sign_in(page, card.keeper)
    page.goto(f"{live_server.url}/report-cards/{card.pk}/")
    expect(page.get_by_text("10 of 12 points, 83 %")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_label("What the day came to").fill("A good day after a slow start.")
    page.get_by_role("button", name="Sign the day").click()
    expect(page.get_by_role("heading", name="Signed")).to_be_visible()
    assert CardDay.objects.get().note == "A good day after a slow start."
    page.goto(f"{live_server.url}/report-cards/")
    assert axe(page) == []
    assert not overflows(page)
    page_check.check()
