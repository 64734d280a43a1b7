"""A half-termly report in a real browser: the Head of Year's words, the signature, the release, SLT's download."""

from datetime import date

from playwright.sync_api import Page, expect

from pastoral.core.rights import Role
from reports.halfterm import keeping
from reports.models import HalfTermReport
from tests.browser.conftest import DESK, PHONE
from tests.factories import enrol, lay_calendar, staff
from tests.reports.half_term import half_term
from tests.reports.rag_school import absent, attend


def test_from_the_draft_to_slts_download(page: Page, transactional_db, on_day, sign_in, page_check, axe, overflows):
    on_day(date(2026, 11, 2), 9, 0)
    lay_calendar()
    away, other = enrol("9B", count=2)
    attend(away, absent(20), last=date(2026, 10, 23))
    attend(other, last=date(2026, 10, 23))
    report = keeping.report_ask(half_term=half_term(1), year=9, by=None, today=date(2026, 11, 2))
    keeping.report_freeze(report_id=report.pk, now=report.made_at)
    head, slt = staff(Role.HEAD_OF_YEAR, 9, surname="Doyle"), staff(Role.SLT)
    sign_in(page, head)
    page.goto("/half-term-reports/")
    page.get_by_role("link", name="Year 9", exact=True).last.click()
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert axe(page) == []
        assert not overflows(page)
    page.get_by_label("What you say about attendance").fill("One student was ill for two weeks.")
    page.get_by_label("Priority 1", exact=True).fill("Return plan agreed with the family")
    page.get_by_label("Who does priority 1").fill("Mrs Doyle")
    page.get_by_role("button", name="Save and sign off").click()
    expect(page.get_by_text("Signed off, and drawn on paper.")).to_be_visible()
    page.get_by_role("button", name="Release to SLT").click()
    expect(page.get_by_text("nothing of it changes any more")).to_be_visible()
    expect(page.get_by_text("One student was ill for two weeks.")).to_be_visible()
    sign_in(page, slt)
    page.goto("/half-term-reports/")
    page.get_by_role("link", name="Year 9", exact=True).last.click()
    page.get_by_role("link", name="Persistently absent, year to date, the records").first.click()
    expect(page.get_by_role("link", name=away.sort_name)).to_be_visible()
    assert axe(page) == []
    page.go_back()
    address = page.get_by_role("link", name="PDF").get_attribute("href")
    paper = page.request.get(address or "")
    assert (paper.headers["content-type"], paper.body()[:5]) == ("application/pdf", b"%PDF-")
    assert len(paper.body()) == HalfTermReport.objects.get().size
