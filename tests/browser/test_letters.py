"""Letters home in a real browser: from the minutes-late page in two actions, printed, and found as contacts."""

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from contacts.models import Contact, LetterBatch, LetterCopy, LetterTemplate
from contacts.services.letters import letters_make
from contacts.services.posting import messages_send
from pastoral.core.rights import Role
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.families import carer
from tests.marks import lay


@pytest.fixture
def late(friday, transactional_db, monkeypatch):
    """Three of 9B late three times each: two homes with an e-mail address, one with a street alone."""
    lay_calendar()
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    students = enrol("9B", count=3)
    for number, student in enumerate(students):
        lay(student, date(2026, 11, 9), "L / L / L / / /")
        carer(student, email=f"home{number}@home.example" if number else "", address="4 Mill Lane")
    return students


def test_a_batch_is_sent_in_two_actions_and_stands_as_contacts(page: Page, late, sign_in, page_check, axe, overflows):
    sign_in(page, staff(Role.HEAD_OF_YEAR, 9))
    page.goto("/minutes-late/")
    page.get_by_role("link", name="Write letters home").click()
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert axe(page) == []
        assert not overflows(page)
    page.get_by_role("button", name="Make the letters and send the e-mails").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 letters")
    batch = LetterBatch.objects.get()
    letters_make(batch.job_id)
    messages_send(keys=None, now=timezone.now())
    page.goto(f"/letters/batches/{batch.pk}/")
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert axe(page, rail=False) == []
        assert not overflows(page)
    page.get_by_role("button", name="Printed and posted").click()
    expect(page.locator("#messages")).to_contain_text("1 logged as sent by post")
    assert sorted(Contact.objects.values_list("channel", flat=True)) == ["email", "email", "letter"]
    for address in (
        "/letters/",
        f"/letters/{LetterCopy.objects.first().letter_id}/",
        "/letters/e-mails/?show=sent",
        f"/letters/templates/{LetterTemplate.objects.first().pk}/",
        "/letters/write/",
    ):
        page.goto(address)
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert axe(page, rail=False) == [], address
            assert not overflows(page), address
    page.goto(late[0].get_absolute_url())
    page.get_by_role("link", name="Letters", exact=True).last.click()
    expect(page.get_by_text("printed", exact=False).first).to_be_visible()
