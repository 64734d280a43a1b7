"""Papers about one student and a group: what stands on them is what stands on the pages."""

import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from pypdf import PdfReader

from behaviour.models import Incident, IncidentReview, Involvement
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.papers.poster import poster_of
from tests.factories import enrol
from tests.helping import intervention
from tests.marks import lay

FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


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
    client.get(address, {"restricted": "1", "dsl": "1", "kind": "seen"})
    assert AccessRecord.objects.latest("pk").path.endswith("/chronology/?restricted=1&dsl=1")  # what was asked for
    only = client.get(address, {"kind": "absence", "first": "2026-11-09"}).context["page"].rows
    assert {str(entry.kind) for entry in only} == {"absence"}


def test_a_students_own_page_says_what_is_left_and_the_targets_that_are_for_nobody_else(kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    intervention(kai, by=client.user)
    intervention(kai, by=client.user, kind="Counselling", target="A matter for few", is_restricted=True)
    figures = client.get(kai.get_absolute_url()).context["page"].figures
    told = words_of(client.get(reverse("reports:one_page_pdf", args=[kai.pk])))
    tiles = f"{figures.ytd.percent}%attendance{figures.ytd.missed}half-daysmissed,of{figures.ytd.possible}"
    assert tiles in "".join(told.split())
    assert f"{figures.sessions_left_to_miss} more half-days" in told
    assert "In by 8:40 Mentoring" in told
    assert "A matter for few" not in told
    assert "My points" in told
    assert "My points" not in words_of(
        as_role(Role.ATTENDANCE_OFFICER).get(reverse("reports:one_page_pdf", args=[kai.pk]))
    )


def test_the_report_of_a_groups_minutes_is_what_its_page_counts(kai, as_role):
    client = as_role(Role.FORM_TUTOR)
    report = client.get(reverse("attendance:minutes_late")).context["report"]
    told = words_of(client.get(reverse("reports:minutes_late_pdf", args=["9B"])))
    assert f"{report.total.lates} lates, {report.total.lost} of learning lost" in told
    assert "Okafor, Kai 3 1 30 min" in told
    own = client.get(reverse("attendance:minutes_late_student", args=[kai.pk]))
    assert [(term.name, term.lates, term.minutes) for term in own.context["terms"]][-1] == ("Autumn 2 2026", 3, 30)


def test_an_incident_record_is_read_with_statement_review_and_change_and_without_others(kai, as_role):
    (other,) = enrol("8A", legal_surname="Wolstenholme")
    made = Incident.objects.create(type="Defiance", occurred_on=FRIDAY, what_happened="Wolstenholme laughed.")
    part = Involvement.objects.create(incident=made, student=kai, role="perpetrator", points=3, statement="Not me.")
    Involvement.objects.create(incident=made, student=other, role="witness")
    client, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    IncidentReview.objects.create(
        incident=made,
        year_group_id=9,
        decision="acted",
        action="Spoke to both",
        decided_by=client.user,
        decided_at=NOON,
    )
    Involvement.objects.filter(pk=part.pk).update(points=4)
    told = words_of(client.get(reverse("reports:incident_pdf", args=[made.pk])))
    assert "Wolstenholme" not in told
    for words in ("Another student laughed.", "Statement: Not me.", "Spoke to both", "points 3 → 4", "Okafor, Kai"):
        assert words in told
    assert "Wolstenholme, " in words_of(slt.get(reverse("reports:incident_pdf", args=[made.pk])))


def test_a_poster_tells_of_groups_and_of_no_group_with_few(kai, as_role):
    few = enrol("9C", count=2)
    for student in (*enrol("9B", count=6), *enrol("9D", count=7), *few):
        lay(student, date(2026, 11, 16), "// // // // //")
    for n, student in enumerate(enrol("9E", count=8)):
        lay(student, date(2026, 11, 16), "// // L O // //" if n == 0 else "// // // // //")
    client = as_role(Role.HEAD_OF_YEAR)
    page = client.get(reverse("reports:year_dashboard", args=[9])).context["page"]
    told = words_of(client.get(reverse("reports:poster_pdf", args=[9])))
    (ours,) = (row for row in page.groups if row.name == "9D")
    assert f"9D ★ {ours.figures.week.percent} %" in told
    assert "9C – –" in told
    # the one of 9E who was not counted is no more to be told than one who was; nor from the year's own number
    poster = poster_of("Year 9", page)
    rows = {row.name: (row.full, row.punctual) for row in (*poster.rows, poster.total)}
    assert (rows["9D"], rows["9E"]) == ((7, 7), (None, None))
    assert rows["Year 9"] == (None, None)
    assert not [student for student in few if student.legal_surname in told]
    assert "Okafor" not in told
