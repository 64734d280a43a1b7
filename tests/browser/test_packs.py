"""A prosecution pack in a real browser: from an attendance case to the file in three actions."""

import io
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from pastoral.core.rights import Role
from reports.models import Pack
from reports.packs.making import pack_build
from tests.browser.conftest import DESK, PHONE
from tests.cases import case_of
from tests.factories import enrol, lay_calendar, staff
from tests.families import carer
from tests.marks import lay


@pytest.fixture
def case(friday, transactional_db, monkeypatch, settings, tmp_path):
    """A case of a student of 9B who missed sessions."""
    settings.MEDIA_ROOT = tmp_path
    lay_calendar()
    monkeypatch.setattr("pastoral.core.services.job_enqueue", lambda job_id: None)
    (student,) = enrol("9B", legal_forename="Ada", legal_surname="Quill")
    lay(student, date(2026, 11, 9), "/ / O O O O / / / /")
    carer(student)
    return case_of(student, staff(Role.HEAD_OF_YEAR, 9), "3")


def test_a_prosecution_pack_is_built_from_a_case_in_three_actions(
    page: Page, case, sign_in, page_check, axe, overflows
):
    sign_in(page, case.owner)
    page.goto(f"/attendance-cases/{case.pk}/")
    page.get_by_role("link", name="Build a pack").click()
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert axe(page) == []
        assert not overflows(page)
    expect(page.get_by_text("items of evidence present")).to_be_visible()
    page.get_by_role("button", name="Build the pack").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Local authority prosecution")
    pack = Pack.objects.get()
    pack_build(pack.job_id)
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=15_000)  # the page looks again by itself
    assert axe(page, rail=False) == []
    page.set_viewport_size(PHONE)
    assert not overflows(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download").click()
    with open(taken.value.path(), "rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    assert "Ada Quill" in pages[0].extract_text()
