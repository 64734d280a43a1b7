"""Taking a register in a real browser: by keys alone, by touch, without a connection, and two at once."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from attendance.codes import code_named
from attendance.models import PlannedMark, Register, RegisterSubmission
from pastoral.core.rights import Role
from tests.attendance.registers import DAY, address, events, marks
from tests.browser.conftest import PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.marks import lay


@pytest.fixture
def school(on_day: Callable[..., Any], transactional_db: None) -> list[Any]:
    """Thirty students of 9B with a week of marks behind them, at ten to nine."""
    lay_calendar()
    on_day(DAY, 8, 50)
    students = enrol("9B", count=30)
    for n, student in enumerate(students):
        lay(student, DAY.replace(day=13), "/ / L / I I / N / /" if n % 7 == 0 else "/ / / / / / / / / /")
    return sorted(students, key=lambda one: (one.legal_surname.replace("Ł", "L").lower(), one.legal_forename, one.pk))


@pytest.fixture
def tutor(school: list[Any]) -> Any:
    return staff(Role.FORM_TUTOR, "9B")


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def row(page: Page, student: Any) -> Any:
    return page.locator(f"#row-{student.pk}")


def choice(page: Page, student: Any, value: str) -> Any:
    return row(page, student).locator(f"input[type=radio][value={value}]")


def saved(page: Page) -> None:
    expect(page.locator("#messages")).to_contain_text("The register is saved")


def test_thirty_by_keyboard_alone(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any, axe: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}/register/")
    rows = page.locator(".register-row")
    assert rows.count() == 30
    keys = [int(rows.nth(n).get_attribute("data-key-of")) for n in range(30)]
    assert axe(page) == []

    hands = Keys(page)
    hands.press("7", "a")
    hands.press("1", "2", "a")
    hands.press("2", "3", "l", "8")
    assert page.locator("#register-summary").inner_text() == "27 present, 2 absent, 1 late"
    assert rows.nth(22).locator("[data-letter]").inner_text() == "L"
    hands.press("Control+Enter")
    saved(page)
    exceptions, jumps, minutes, save = 3, 5, 1, 1
    assert hands.pressed <= exceptions + jumps + minutes + save
    held = marks()
    assert len(held) == 30
    assert (held[keys[6]], held[keys[11]], held[keys[22]]) == (("N", None), ("N", None), ("L", 8))
    assert sum(mark == ("/", None) for mark in held.values()) == 27
    assert "taken by" in page.locator(".page-head").inner_text()
    assert axe(page) == []
    page_check.check()


def test_the_keys_walk_the_rows(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    first, second, third = (page.locator(".register-row").nth(n) for n in range(3))
    expect(first.locator("[value=present]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second.locator("[value=present]")).to_be_focused()
    page.keyboard.press("n")
    expect(second.locator("[value=absent]")).to_be_checked()
    page.keyboard.press("/")
    expect(second.locator("[value=present]")).to_be_checked()
    page.keyboard.press("Enter")
    expect(third.locator("[value=present]")).to_be_focused()
    page.keyboard.press("l")
    minutes = third.locator("[name^='t-']")
    expect(minutes).to_be_focused()
    page.keyboard.type("45")
    expect(third.locator("[data-letter]")).to_have_text("U, after close")
    page.keyboard.press("Enter")
    expect(page.locator(".register-row").nth(3).locator("[value=present]")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(second.locator("[value=present]")).to_be_focused()
    page_check.check()


def test_by_touch_on_a_phone(
    browser: Browser,
    browser_context_args: dict[str, Any],
    school: list[Any],
    tutor: Any,
    live_server: Any,
    axe: Any,
    overflows: Any,
) -> None:
    page = phone(browser, browser_context_args, live_server, tutor)
    page.goto(f"{live_server.url}/register/")
    assert not overflows(page)
    assert axe(page) == []
    for target in page.locator(".choice").all()[:12]:
        box = target.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    choice(page, school[2], "absent").tap()
    choice(page, school[9], "absent").tap()
    choice(page, school[20], "late").tap()
    row(page, school[20]).locator("[name^='t-']").fill("12")
    save = page.locator(".register-save")
    expect(save).to_be_in_viewport()
    assert save.bounding_box()["height"] >= 44
    save.tap()
    saved(page)
    held = marks()
    assert (held[school[2].pk], held[school[9].pk], held[school[20].pk]) == (("N", None), ("N", None), ("L", 12))
    assert not overflows(page)
    assert axe(page) == []
    page.context.close()


def phone(browser: Browser, arguments: dict[str, Any], live_server: Any, user: Any) -> Page:
    from django.conf import settings
    from django.test import Client

    context = browser.new_context(**{**arguments, "viewport": PHONE, "has_touch": True, "is_mobile": True})
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    return context.new_page()


def test_a_lost_connection_loses_no_mark(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any, axe: Any
) -> None:
    page_check.expect("ERR_INTERNET_DISCONNECTED|Failed to load resource")
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    choice(page, school[4], "absent").click()
    page.context.set_offline(True)
    page.locator(".register-save").click()
    notice = page.locator("#register-notices")
    expect(notice).to_contain_text("Everything you chose is kept on this page")
    assert axe(page) == []
    expect(choice(page, school[4], "absent")).to_be_checked()
    kept = page.evaluate("Object.values(localStorage).join()")
    assert school[4].legal_surname not in kept
    choice(page, school[5], "absent").click()
    page.context.set_offline(False)
    saved(page)
    held = marks()
    assert (held[school[4].pk], held[school[5].pk], len(held)) == (("N", None), ("N", None), 30)
    assert (Register.objects.count(), RegisterSubmission.objects.count(), events()) == (1, 1, [])
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('register')).length") == 0


def hold_back(page: Page) -> list[Any]:
    """Keep the next sending on its way: it goes on with `continue_` of what is in the list then."""
    held: list[Any] = []
    page.route(f"**{address()}", lambda route: held.append(route), times=1)
    return held


def test_choices_made_while_a_save_is_on_its_way_stay(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any, axe: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    held = hold_back(page)
    choice(page, school[4], "absent").click()
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator(".register-save").click()
    choice(page, school[5], "absent").click()
    choice(page, school[6], "late").click()
    row(page, school[6]).locator("[name^='t-']").fill("7")
    held.pop().continue_()
    expect(page.locator("#register-notices")).to_contain_text("2 choices you made meanwhile are not saved yet")
    assert marks()[school[4].pk] == ("N", None)
    assert marks()[school[5].pk] == ("/", None)
    expect(choice(page, school[5], "absent")).to_be_checked()
    expect(row(page, school[6]).locator("[name^='t-']")).to_have_value("7")
    assert axe(page) == []
    page.locator("#reason").fill("Seen only now")
    page.locator(".register-save").click()
    saved(page)
    assert [marks()[school[n].pk] for n in (4, 5, 6)] == [("N", None), ("N", None), ("L", 7)]
    page_check.check()


def test_choices_made_while_a_save_is_refused_stay(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any
) -> None:
    page_check.expect("422")
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    held = hold_back(page)
    choice(page, school[0], "late").click()
    row(page, school[0]).locator("[name^='t-']").fill("")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator(".register-save").click()
    choice(page, school[5], "absent").click()
    held.pop().continue_()
    expect(row(page, school[0])).to_contain_text("Type how many minutes late")
    expect(choice(page, school[5], "absent")).to_be_checked()
    row(page, school[0]).locator("[name^='t-']").fill("6")
    page.locator(".register-save").click()
    saved(page)
    assert [marks()[school[n].pk] for n in (0, 5)] == [("L", 6), ("N", None)]


def test_choices_outlive_a_closed_tab_but_not_the_day(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    choice(page, school[4], "absent").click()
    other = page.context.new_page()
    page.close()
    other.goto(f"{live_server.url}{address()}")
    expect(other.locator("#register-notices")).to_contain_text("1 choice from before is back")
    expect(choice(other, school[4], "absent")).to_be_checked()
    kept = other.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('register ')).join()")
    assert other.locator("[name=token]").input_value() in kept
    assert school[4].legal_surname not in kept
    other.evaluate(
        """for (const [key, held] of Object.entries(localStorage))
             if (key.startsWith('register '))
               localStorage[key] = JSON.stringify({...JSON.parse(held), day: 'yesterday'})"""
    )
    next_day = other.context.new_page()
    other.close()
    next_day.goto(f"{live_server.url}{address()}")
    expect(choice(next_day, school[4], "present")).to_be_checked()
    assert next_day.evaluate("Object.keys(localStorage).filter(key => key.startsWith('register ')).length") == 0


def test_t17_what_was_chosen_comes_back_after_signing_in_again(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    choice(page, school[4], "absent").click()
    choice(page, school[6], "late").click()
    row(page, school[6]).locator("[name^='t-']").fill("17")
    page.context.clear_cookies(name="sessionid")
    page.locator(".register-save").click()
    expect(page.locator("#register-notices")).to_contain_text("You are signed out")
    assert marks() == {}
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    expect(page.locator("#register-notices")).to_contain_text("2 choices from before are back")
    expect(choice(page, school[4], "absent")).to_be_checked()
    page.locator(".register-save").click()
    saved(page)
    assert (marks()[school[4].pk], marks()[school[6].pk]) == (("N", None), ("L", 17))
    page_check.check()


def test_two_people_at_one_register(
    page: Page,
    browser: Browser,
    browser_context_args: dict[str, Any],
    school: list[Any],
    tutor: Any,
    live_server: Any,
    sign_in: Any,
    page_check: Any,
    axe: Any,
) -> None:
    page_check.expect("409")
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    other = phone(browser, browser_context_args, live_server, staff(Role.HEAD_OF_YEAR, 9, title="Dr"))
    other.goto(f"{live_server.url}{address()}")
    choice(other, school[3], "late").tap()
    row(other, school[3]).locator("[name^='t-']").fill("5")
    other.locator(".register-save").tap()
    saved(other)
    other.context.close()

    choice(page, school[3], "absent").click()
    choice(page, school[8], "absent").click()
    page.locator(".register-save").click()
    expect(page.locator("#register-notices")).to_contain_text("somebody else changed")
    expect(row(page, school[3])).to_contain_text("Dr")
    expect(row(page, school[3])).to_contain_text("you chose Absent")
    expect(choice(page, school[8], "absent")).to_be_checked()
    assert axe(page) == []
    assert marks()[school[3].pk] == ("L", 5)

    choice(page, school[3], "late").click()
    row(page, school[3]).locator("[name^='t-']").fill("5")
    page.locator("#reason").fill("Seen outside")
    page.locator(".register-save").click()
    saved(page)
    assert (marks()[school[3].pk], marks()[school[8].pk]) == (("L", 5), ("N", None))


def test_minutes_that_are_missing_are_asked_for_in_place(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any, page_check: Any, axe: Any
) -> None:
    page_check.expect("422")
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    choice(page, school[1], "absent").click()
    choice(page, school[0], "late").click()
    row(page, school[0]).locator("[name^='t-']").fill("")
    page.locator(".register-save").click()
    expect(row(page, school[0])).to_contain_text("Type how many minutes late")
    expect(choice(page, school[1], "absent")).to_be_checked()
    assert axe(page) == []
    row(page, school[0]).locator("[name^='t-']").fill("6")
    page.locator(".register-save").click()
    saved(page)
    assert (marks()[school[0].pk], marks()[school[1].pk]) == (("L", 6), ("N", None))


def test_without_script_it_is_a_plain_form(
    browser: Browser, browser_context_args: dict[str, Any], school: list[Any], live_server: Any
) -> None:
    office = staff(Role.ATTENDANCE_OFFICER)
    PlannedMark.objects.create(
        student=school[1],
        kind="planned",
        code_id=code_named("M", DAY).key,
        starts_on=DAY,
        ends_on=DAY,
        note="Dentist",
        created_by=office,
    )
    page = phone(browser, {**browser_context_args, "java_script_enabled": False}, live_server, office)
    page.goto(f"{live_server.url}{address()}")
    choice(page, school[0], "late").check(force=True)
    row(page, school[0]).locator("[name^='t-']").fill("9")
    choice(page, school[2], "other").check(force=True)
    row(page, school[2]).locator("select").select_option("I")
    page.locator(".register-save").click()
    saved(page)
    assert [marks()[school[n].pk] for n in range(3)] == [("L", 9), ("M", None), ("I", None)]
    page.context.close()


def test_leaving_unsaved_choices_is_asked_about(
    page: Page, school: list[Any], tutor: Any, live_server: Any, sign_in: Any
) -> None:
    sign_in(page, tutor)
    page.goto(f"{live_server.url}{address()}")
    page.goto(f"{live_server.url}{address(session='AM')}")  # nothing chosen: nothing asked
    choice(page, school[0], "absent").click()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("document.querySelector('.rail-link').click()")
    page.wait_for_timeout(0)
    expect(choice(page, school[0], "absent")).to_be_checked()
    assert asked == ["beforeunload"]
