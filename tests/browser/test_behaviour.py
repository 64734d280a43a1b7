"""Behaviour in a real browser: an incident by keyboard, the inbox to nought, form time on a phone, a concern."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from behaviour.models import DslConcern, Incident, IncidentReview, Involvement, TutorMark
from pastoral.core.rights import Role
from students.models import Student
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff

DAY = date(2026, 11, 20)


@pytest.fixture
def students(friday: date, transactional_db: None) -> list[Student]:
    """Thirty of 9B."""
    lay_calendar()
    return enrol("9B", count=30)


def test_an_incident_with_two_students_by_keyboard_in_five_actions(
    page: Page, live_server: Any, sign_in: Any, students: list[Student], page_check: Any, axe: Any
) -> None:
    first, second = students[0], students[11]
    sign_in(page, staff(Role.FORM_TUTOR, "9B"))
    page.goto(f"{live_server.url}/form-time/")

    page.keyboard.press("i")  # 1: the form, with the box ready for a name
    box = page.locator("#picker-who")
    expect(box).to_be_focused()
    for student in (first, second):  # 2 and 3: a name, Enter
        page.keyboard.type(student.admission_number)
        expect(page.locator("#picker-found [data-pick]")).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page.locator(".picked")).to_contain_text(student.sort_name)
        expect(box).to_be_focused()
    tab_to(page, "[name=kind]")
    page.keyboard.type("Fighting")  # 4: what kind
    tab_to(page, "[name=what_happened]")
    page.keyboard.type("Pushed in the queue.")
    assert axe(page) == []
    tab_to(page, "main .btn-primary[value=save]")
    page.keyboard.press("Enter")  # 5: logged

    expect(page.locator("h1")).to_have_text("Fighting")
    assert set(Involvement.objects.values_list("student", "points")) == {(first.pk, 5), (second.pk, 5)}
    assert axe(page) == []
    page_check.check()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus: it can be reached without a mouse, and soon."""
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.locator(selector).evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_inbox_is_cleared_by_keyboard_alone(
    page: Page, live_server: Any, sign_in: Any, students: list[Student], page_check: Any, axe: Any
) -> None:
    for student in students[:20]:
        made = Incident.objects.create(
            type="Defiance", occurred_on=DAY, what_happened="x", arrived_at="2026-11-20T09:00Z"
        )
        Involvement.objects.create(incident=made, student=student, role="perpetrator", points=2)
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto(f"{live_server.url}/behaviour/inbox/")
    assert axe(page) == []
    presses = 0
    for left in range(19, -1, -1):
        page.keyboard.press("2" if left == 10 else "1")
        presses += 1
        if left == 10:
            page.keyboard.type("Spoken with")
            page.keyboard.press("Enter")
            presses += 1
        words = f"{left} to look at" if left else "Nothing to look at"
        expect(page.locator(".inbox-count")).to_contain_text(words)
    assert presses <= 25
    assert IncidentReview.objects.filter(decision="noted").count() == 19
    assert IncidentReview.objects.get(decision="acted").action == "Spoken with"
    expect(page.get_by_text("The inbox is empty")).to_be_visible()
    assert axe(page) == []
    page_check.check()


def test_form_time_on_a_phone(
    page: Page, live_server: Any, sign_in: Any, students: list[Student], page_check: Any, axe: Any, overflows: Any
) -> None:
    page.set_viewport_size(PHONE)
    sign_in(page, staff(Role.FORM_TUTOR, "9B"))
    page.goto(f"{live_server.url}/form-time/")
    for student, kind in ((students[2], "uniform"), (students[7], "praise")):
        tap = page.locator(f"#tap-{student.pk}-{kind}")
        tap.click()
        expect(tap).to_have_attribute("aria-pressed", "true")
    note = page.locator(f"#note-{students[2].pk}-uniform")
    note.fill("No tie")
    note.press("Enter")
    expect(note).to_have_value("No tie")
    assert not overflows(page)
    page.set_viewport_size({**PHONE, "height": 6000})  # nothing half under a bar
    assert axe(page) == []
    assert set(TutorMark.objects.standing().values_list("student", "kind", "note")) == {
        (students[2].pk, "uniform", "No tie"),
        (students[7].pk, "praise", ""),
    }
    for student in students[10:13]:
        page.locator(f"#tick-{student.pk}").check()
    page.locator(f"#tap-{students[12].pk}-effort").click()  # a row that comes anew keeps its tick
    expect(page.locator(f"#tap-{students[12].pk}-effort")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-tick-count]")).to_have_text("3 ticked")
    page.locator(".tick-act > summary").click()
    page.locator("#several [name=kind]").select_option(label="Planner")
    page.locator("#several button.btn-primary").click()
    expect(page.locator(f"#tap-{students[12].pk}-planner")).to_have_attribute("aria-pressed", "true")
    assert TutorMark.objects.standing(kind="planner").count() == 3
    page_check.check()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_concern_from_any_page(
    page: Page, live_server: Any, sign_in: Any, students: list[Student], page_check: Any, axe: Any, size: Any
) -> None:
    page.set_viewport_size(size)
    sign_in(page, staff(Role.FORM_TUTOR, "9B"))
    page.goto(f"{live_server.url}{students[0].get_absolute_url()}")
    page.keyboard.press("n")
    expect(page.locator(".picked")).to_contain_text(students[0].sort_name)
    page.locator("[name=words]").fill("Said that he is afraid to go home.")
    assert axe(page) == []
    page.locator("main .btn-primary[value=save]").click()
    expect(page.locator(".receipt")).to_have_text(DslConcern.objects.get().receipt)
    assert axe(page) == []
    page_check.check()
