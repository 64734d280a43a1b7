"""Papers about one student and a group: what stands on them is what stands on the pages."""

import io
from datetime import date

import pytest
from django.urls import reverse
from pypdf import PdfReader

from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import enrol
from tests.marks import lay

FRIDAY = date(2026, 11, 20)


@pytest.fixture
def kai(seeded, friday):
    """A student of 9B with three weeks of marks: eleven sessions missed, two late."""
    (student,) = enrol("9B", preferred_forename="Kai", legal_surname="Okafor")
    lay(student, date(2026, 11, 2), "// // I I // L / // O O O O // U / M / // I I // L / / \\")
    return student


def words_of(answer) -> str:
    assert answer.status_code == 200
    reader = PdfReader(io.BytesIO(answer.content))
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert reader.metadata.title
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def test_a_certificate_counts_what_the_students_page_counts(kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    counts = client.get(kai.get_absolute_url()).context["page"].counts
    told = words_of(client.get(reverse("reports:certificate_pdf", args=[kai.pk])))
    figures = (
        f"{counts.possible} {counts.attended} {counts.authorised} {counts.unauthorised} {counts.late_before_close}"
    )
    assert f"{figures} {counts.late_after_close} {counts.minutes_late} {counts.percent} %" in told
    assert "I Illness × 4" in told
    assert "Certificate of the head teacher" in told
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", kind="document").count() == 1
    tutors = words_of(as_role(Role.FORM_TUTOR).get(reverse("reports:certificate_pdf", args=[kai.pk])))
    assert f"{figures} {counts.late_after_close}" in tutors  # the same figures, without what M and I stand for
    assert "Illness" not in tutors
    assert "● Authorised absence × 5" in tutors
    one_day = f"{reverse('reports:certificate_pdf', args=[kai.pk])}?first=2026-11-04&last=2026-11-03"
    assert "4 2 2 0" in words_of(client.get(one_day))  # the days may be typed in either order


def test_a_chronology_on_paper_and_in_a_file_says_what_the_page_says(kai, as_role):
    client, address = as_role(Role.HEAD_OF_YEAR), reverse("reports:chronology", args=[kai.pk])
    page = client.get(address)
    titles = [entry.title for entry in page.context["page"].rows]
    assert titles[0].startswith("Late")
    paper = words_of(client.get(reverse("reports:chronology_pdf", args=[kai.pk])))
    listed = client.get(address, {"format": "csv"}).content.decode()
    for title in titles:
        assert " ".join(title.split()) in paper
        assert title in listed
    assert [entry.title for entry in client.get(address, {"order": "oldest"}).context["page"].rows] == titles[::-1]
    only = client.get(address, {"kind": "absence", "first": "2026-11-09"}).context["page"].rows
    assert {str(entry.kind) for entry in only} == {"absence"}
