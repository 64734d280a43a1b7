"""Two callers work one list of first-day calls at once, each in a browser of their own."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from attendance.models import Register, SessionMark
from contacts.models import Contact
from pastoral.core.rights import Role
from students.models import TutorGroup
from tests.factories import enrol, staff
from tests.families import carer
from tests.marks import lay

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def absent(seeded, friday, on_day):
    """Four students of 9B absent without a reason at 09:20, two of them sisters."""
    on_day(DAY, 9, 20)
    made = enrol("9B", count=4)
    for student in made:
        lay(student, DAY, "N")
    carer(made[0], made[1], mobile="07700 900001")
    for number, student in enumerate(made[2:], 2):
        carer(student, surname=student.legal_surname, mobile=f"07700 90000{number}")
    group = TutorGroup.objects.get(name="9B")
    Register.objects.create(
        tutor_group=group, date=DAY, session="AM", taken_by=staff(Role.SLT), taken_at=timezone.now()
    )
    return made


def enter(context, user, url):
    """Return a page of a browser of its own, signed in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
    return context.new_page()


def test_two_callers_work_the_list_at_once(absent, live_server, browser, browser_context_args, axe, overflows):
    office, manager = staff(Role.ATTENDANCE_OFFICER, surname="Office"), staff(Role.PASTORAL_MANAGER, 9, surname="Year")
    phone = browser_context_args | {"viewport": {"width": 390, "height": 844}, "base_url": live_server.url}
    desk = browser_context_args | {"base_url": live_server.url}
    one, two = browser.new_context(**desk), browser.new_context(**phone)
    try:
        first, second = enter(one, office, live_server.url), enter(two, manager, live_server.url)
        for page in (first, second):
            page.goto("/first-day-calls/")
            expect(page.locator(".call")).to_have_count(3)
            assert axe(page) == []
            assert not overflows(page)
        family = f"#claim-{min(absent[0].pk, absent[1].pk)}"
        first.locator(family).click()
        expect(first.get_by_text("You are calling since 09:20")).to_be_visible()
        expect(first.locator('a[href="tel:07700900001"]').first).to_be_visible()
        second.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'live')")
        expect(second.get_by_text("Mrs Office is calling since 09:20")).to_be_visible()
        second.get_by_role("link", name="Look").click()
        for page in (first, second):
            assert axe(page, rail=False) == []
            assert not overflows(page)
        second.get_by_label("What was said").fill("I reached her on the bus")
        for student in absent[:2]:
            first.locator(f'label[for="id_code-{student.pk}-19"]').click()
        first.get_by_role("button", name="Reason given").click()
        expect(first.locator(".call")).to_have_count(2)
        second.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'live')")
        expect(second.get_by_text("needs no call now").first).to_be_visible()
        expect(second.get_by_label("What was said")).to_have_value("I reached her on the bus")
        second.get_by_role("button", name="No answer").click()
        expect(second.get_by_text("the mark was changed meanwhile")).to_be_visible()
        expect(second.get_by_label("What was said")).to_have_value("I reached her on the bus")
        second.goto("/first-day-calls/")
        second.get_by_role("button", name="Call").first.click()
        second.get_by_role("button", name="No answer").click()
        expect(second.get_by_text("Try at 10:20")).to_be_visible()
    finally:
        one.close()
        two.close()
    assert Contact.objects.filter(result="reached").count() == 2
    assert Contact.objects.filter(result="no_answer").count() == 1
    assert SessionMark.objects.filter(date=DAY, code__letters="I").count() == 2
