"""Marks put right in a real browser: one with a reason, three unexplained ones at once, and many with a preview."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from attendance.codes import code_on
from attendance.models import SessionMark
from attendance.services.unexplained import unexplained_propose
from pastoral.core.rights import Role
from students.summaries import SchoolCalendar
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.marks import lay

MONDAY = date(2026, 11, 16)


@pytest.fixture
def group(friday, transactional_db):
    """Three of 9B: unexplained on Monday, the first a week earlier, too."""
    lay_calendar()
    students = enrol("9B", count=3)
    lay(students[0], date(2026, 11, 9), "N")
    for student in students:
        lay(student, MONDAY, "N I / /")
    unexplained_propose(on=date(2026, 11, 20), calendar=SchoolCalendar.load())
    return students


def letters(student, day=MONDAY):
    marks = SessionMark.objects.filter(student=student, date=day).select_related("code").order_by("session")
    return [mark.code.letters for mark in marks]


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
def test_a_mark_is_corrected_with_a_reason(page: Page, group, sign_in, page_check, axe, overflows, size, theme):
    student = group[0]
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(f"/student/{student.pk}/?marks=missed")
    page.get_by_role("link", name="Correct Mon 16 Nov AM").click()
    expect(page.get_by_role("heading", name="Mon 16 Nov, morning")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
    page.locator("#id_code").select_option(str(code_on("M", MONDAY).key))
    page.get_by_label("Why it is changed").select_option("Parent phoned")
    page.get_by_label("In your words").fill("Dentist at 9")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    expect(page.locator("#content")).to_contain_text("Parent phoned: Dentist at 9")
    assert letters(student) == ["M", "I"]


def opened(page: Page) -> None:
    """Open the bar at the bottom of a phone that holds what is done with the rows ticked."""
    if not page.locator("#id_code").is_visible():
        page.get_by_text("With those ticked").click()


@pytest.mark.parametrize(("size", "theme"), [(PHONE, "light"), (DESK, "dark")], ids=["phone", "desk"])
def test_three_unexplained_absences_are_resolved_at_once(
    page: Page, group, sign_in, page_check, axe, overflows, size, theme
):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/marks/unexplained/")
    assert axe(page) == []
    assert not overflows(page)
    for student in group:
        page.get_by_role("checkbox", name=f"{student.sort_name}, Mon 16 Nov AM").check()
    expect(page.locator("[data-tick-count]")).to_have_text("3 ticked")
    opened(page)
    page.locator("#id_code").select_option("I")
    page.get_by_label("Why it is changed").select_option("Parent phoned")
    page.get_by_role("button", name="Set the code").click()
    expect(page.locator("#messages")).to_contain_text("3 sessions of 3 students set to I")
    assert [letters(student) for student in group] == [["I", "I"]] * 3

    page.get_by_label("All in this list").check()
    opened(page)
    page.get_by_label("Why it is changed").select_option("No reason could be found")
    page.get_by_role("button", name="Accept O").click()
    expect(page.locator("#messages")).to_contain_text("1 session turned to O")
    expect(page.get_by_text("Every absence here has its reason")).to_be_visible()
    assert letters(group[0], date(2026, 11, 9)) == ["O"]


def test_many_marks_are_changed_after_a_preview(page: Page, group, sign_in, page_check, axe, overflows):
    (other,) = enrol("9C", legal_surname="Quillfeather")
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/marks/bulk/")
    assert axe(page) == []
    page.get_by_label("Add by name or admission number").fill("quill")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("checkbox", name="Quillfeather")).to_be_checked()
    page.locator("#id_whom").select_option("group:9B")
    expect(page.locator("[data-tick-count]")).to_have_text("4 ticked")
    assert axe(page) == []
    page.get_by_label("First day").fill("2026-11-16")
    page.locator("#id_code").select_option("V")
    page.get_by_label("Why it is changed").select_option("Trip or visit")
    page.get_by_role("button", name="Preview").last.click()
    expect(page.get_by_role("heading", name="Preview: 4 students of 9B, 9C to V")).to_be_visible()
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("checkbox", name=f"Leave out {group[2].sort_name}").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("#messages")).to_contain_text("2 new marks, 4 marks replaced")
    assert axe(page) == []
    assert not overflows(page)
    assert [letters(student) for student in [*group, other]] == [["V", "V"], ["V", "V"], ["N", "I"], ["V", "V"]]
    page.locator("#id_reason").fill("Wrong group")
    page.get_by_role("button", name="Put back what stood").click()
    expect(page.locator("#messages")).to_contain_text("Put back: 4 marks replaced")
    assert letters(group[0]) == ["N", "I"]
