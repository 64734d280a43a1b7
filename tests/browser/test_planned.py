"""Leave from the office's telephone to SLT's decision and into the register; a provider's word by one tap."""

import pytest
from playwright.sync_api import Page, expect

from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.summaries.planned import expected_in
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.marks import lay
from tests.planning import FRIDAY, key, parent, plan

BOTH = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


@pytest.fixture
def kai(friday, transactional_db):
    """A student of 9B with a parent and a morning that nobody has explained."""
    lay_calendar()
    (student,) = enrol("9B", legal_surname="Quillfeather")
    parent(student)
    lay(student, FRIDAY, "N /")
    return student


def all_is_well(page: Page, axe, overflows) -> None:
    assert axe(page) == []
    assert not overflows(page)


def test_leave_asked_by_the_office_is_granted_by_slt_and_expected(page: Page, kai, sign_in, page_check, axe, overflows):
    page.set_viewport_size(PHONE)
    sign_in(page, staff(Role.ATTENDANCE_OFFICER))
    page.goto("/planned/")
    all_is_well(page, axe, overflows)
    page.get_by_role("link", name="Record a leave request").click()
    all_is_well(page, axe, overflows)
    page.get_by_label("Name or number").fill("quillf")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("First day").fill("2026-11-23")
    page.get_by_label("Last day").fill("2026-11-24")
    page.get_by_label("Asked by").select_option(index=0)
    page.get_by_role("button", name="Put it in the queue").click()
    expect(page.get_by_text("Write a few words here")).to_be_visible()
    all_is_well(page, axe, overflows)
    page.get_by_label("Reason the parent gave").fill("A cousin's wedding in Leeds")
    page.get_by_role("button", name="Put it in the queue").click()
    expect(page.locator(".notice")).to_contain_text("2 school days, 4 sessions")
    all_is_well(page, axe, overflows)
    assert expected_in([kai.pk], PlannedMark.objects.get().starts_on, "AM") == {}

    head = staff(Role.SLT)
    sign_in(page, head)
    page.goto("/planned/leave/")
    all_is_well(page, axe, overflows)
    page.get_by_role("link", name="Decide Quillfeather").click()
    expect(page.get_by_text("A cousin's wedding in Leeds")).to_be_visible()
    page.get_by_label("Grant all of it").check()
    all_is_well(page, axe, overflows)
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_text("asked for → agreed")).to_be_visible()
    all_is_well(page, axe, overflows)
    held = PlannedMark.objects.get()
    assert held.decided_by == head
    assert expected_in([kai.pk], held.starts_on, "AM")[kai.pk].key == key("C")


@BOTH
def test_an_appointment_told_later_changes_what_is_ticked_alone(
    page: Page, kai, sign_in, page_check, axe, overflows, size
):
    page.set_viewport_size(size)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(f"/planned/new/?student={kai.pk}")
    page.get_by_label("What for").select_option(str(key("M")))
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("was in school")).to_be_visible()
    all_is_well(page, axe, overflows)
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_role("heading", name="The register says otherwise")).to_be_visible()
    all_is_well(page, axe, overflows)
    assert dict(SessionMark.objects.values_list("session", "code_id")) == {"AM": key("M"), "PM": key("\\")}


@BOTH
def test_one_card_takes_a_providers_word(page: Page, kai, sign_in, page_check, axe, overflows, size):
    officer = staff(Role.ATTENDANCE_OFFICER)
    week = {"sessions": ["FRI-AM", "FRI-PM", "THU-PM"], "provider": "Northfield", "provider_telephone": "01632 960112"}
    plan(kai, "B", by=officer, kind="placement", first=FRIDAY.replace(day=16), last=FRIDAY, review_on=FRIDAY, **week)
    page.set_viewport_size(size)
    sign_in(page, officer)
    page.goto("/planned/placements/")
    all_is_well(page, axe, overflows)
    page.get_by_role("link", name="3 sessions to confirm").click()
    all_is_well(page, axe, overflows)
    page.get_by_label("Told by").fill("Mr Shah")
    page.get_by_label("All attended on Fri 20 Nov").check()
    expect(page.get_by_role("radio", name="Attended", exact=True, checked=True)).to_have_count(2)
    page.get_by_role("radiogroup", name="Fri 20 Nov PM").get_by_text("Did not attend").click()
    page.get_by_text("1 earlier session still open").click()
    all_is_well(page, axe, overflows)
    page.get_by_role("button", name="Save what Northfield said").click()
    expect(page.get_by_text("Saved: 2 sessions at Northfield.")).to_be_visible()
    all_is_well(page, axe, overflows)
    outcomes = PlacementConfirmation.objects.order_by("session").values_list("session", "outcome", "told_by")
    assert list(outcomes) == [("AM", "attended", "Mr Shah"), ("PM", "absent", "Mr Shah")]
    assert SessionMark.objects.get(date=FRIDAY, session="AM").code_id == key("B")


@BOTH
def test_a_part_time_timetable_is_agreed_on_the_weeks_grid(page: Page, kai, sign_in, page_check, axe, overflows, size):
    page.set_viewport_size(size)
    sign_in(page, staff(Role.PASTORAL_MANAGER, 9))
    page.goto(f"/planned/part-time/new/?student={kai.pk}")
    all_is_well(page, axe, overflows)
    page.get_by_label("Wed PM").check()
    for label, day in (("First day", "2026-11-23"), ("Last day", "2026-12-18"), ("First review", "2026-12-07")):
        page.get_by_label(label).fill(day)
    page.get_by_label("Why a part-time timetable").fill("After surgery")
    page.get_by_label("How full time is reached again").fill("Every Wednesday from January")
    page.get_by_role("button", name="Save the timetable").click()
    expect(page.get_by_role("heading", name="Review, extend or end")).to_be_visible()
    all_is_well(page, axe, overflows)
    page.goto("/planned/part-time/")
    expect(page.get_by_text("in 17 days")).to_be_visible()
    all_is_well(page, axe, overflows)


@BOTH
def test_the_school_day_is_set(page: Page, kai, sign_in, page_check, axe, overflows, size):
    page.set_viewport_size(size)
    sign_in(page, staff(Role.DATA_MANAGER))
    page.goto("/settings/school-day/")
    page.get_by_label("Open for … minutes").fill("45")
    page.get_by_role("button", name="Save the times").click()
    expect(page.get_by_text("A register may stay open for 1 to 30 minutes.")).to_be_visible()
    all_is_well(page, axe, overflows)
    page.get_by_label("Open for … minutes").fill("20")
    page.get_by_role("button", name="Save the times").click()
    expect(page.get_by_text("open 30 minutes")).to_be_visible()
    page.get_by_role("link", name="Change P1").click()
    all_is_well(page, axe, overflows)
