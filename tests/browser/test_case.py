"""From the PA tracker to a case, a step done, a plan, and a review with the computed outcome: by links alone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from interventions.models import InterventionStudent, PACase, Plan
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.helping import intervention, session
from tests.marks import lay

FIRST = date(2026, 9, 2)
BEFORE, AFTER = f"{'O ' * 14}{'/' * 32}", 60  # sessions up to the intervention of 5 October, and since


@pytest.fixture
def head(friday, transactional_db):
    """A Head of Year who mentors one of seven students; all of them missed as much before, and six of them after."""
    lay_calendar()
    kai, *others = enrol("9B", count=7)
    lay(kai, FIRST, f"{BEFORE} {'/' * AFTER}")
    for other in others:
        lay(other, FIRST, f"{BEFORE} {'O ' * 12}{'/' * (AFTER - 12)}")
    user = staff(Role.HEAD_OF_YEAR, 9)
    mentoring = intervention(kai, by=user)
    for day in (6, 13, 20):
        session(mentoring, datetime(2026, 10, day, 12, tzinfo=ZoneInfo("Europe/London")))
    user.kai = kai
    return user


def test_from_the_tracker_to_the_outcome(page: Page, head, sign_in, page_check, axe, overflows):
    def is_well(*, on_a_phone: bool = False) -> None:
        assert axe(page) == [], page.url
        assert not overflows(page), page.url
        if on_a_phone:
            page.set_viewport_size(PHONE)
            assert not overflows(page), page.url
            page.set_viewport_size(DESK)

    sign_in(page, head)
    page.set_viewport_size(DESK)
    page.set_default_timeout(8000)
    page.goto("/")
    fold = page.locator("details[data-rail-fold=Attendance]")
    if not fold.evaluate("each => each.open"):
        fold.locator("summary").click()
    fold.get_by_role("link", name="PA tracker").click()
    row = page.locator("tr", has_text=head.kai.sort_name)
    row.get_by_role("link", name="Attendance case").click()
    page.get_by_label("3 Panel").check()
    page.get_by_label("Why it is opened").fill("Two letters without effect")
    is_well()
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("heading", name="Attendance case:")).to_be_visible()
    is_well(on_a_phone=True)

    page.locator("li", has_text="Visit the home").get_by_role("button", name="Done").click()
    expect(page.locator("li", has_text="Visit the home").get_by_text("done Fri 20 Nov")).to_be_visible()
    assert PACase.objects.get().actions.exclude(done_on=None).count() == 1

    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_label("Why there is a plan").fill("Mornings")
    page.locator("[name=t0_words]").fill("Five mornings a week")
    page.locator("[name=t0_measure]").fill("Register")
    page.locator("[name=t0_by_on]").fill("2026-12-18")
    is_well()
    page.get_by_role("button", name="Begin it").click()
    expect(page.get_by_text("version 1").first).to_be_visible()
    is_well(on_a_phone=True)
    assert Plan.objects.get().case == PACase.objects.get()

    page.get_by_role("link", name="Attendance case of").click()
    page.get_by_role("link", name="Mentoring").click()
    page.get_by_role("link", name="Review", exact=True).click()
    beside = page.get_by_text("beside 6 comparable students; this does not prove cause")
    expect(beside).to_contain_text("Attendance changed by +")
    is_well(on_a_phone=True)
    page.get_by_label("End it").check()
    page.get_by_role("button", name="Save the review").click()
    expect(page.get_by_text("It has ended, with its outcome.")).to_be_visible()
    expect(page.get_by_text("Worked", exact=True).first).to_be_visible()
    is_well(on_a_phone=True)
    kept = InterventionStudent.objects.get()
    assert (kept.outcome, kept.measured["compared"], kept.measured["proposed"]) == ("worked", 6, "worked")
