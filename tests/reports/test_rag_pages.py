"""The weekly RAG's pages: who may open what, what a tutor never gets, and what they cost."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from pastoral.core.models import AccessRecord, Job
from pastoral.core.rights import Role
from reports.models import RagDocument, WeeklyRagRun
from students.models import StudentFact
from tests.factories import StaffAssignmentFactory, StudentFactFactory, enrol, staff
from tests.reports.rag_school import MONDAY, NEXT_MONDAY, absent, attend, made, week_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(seeded, media, on_day) -> WeeklyRagRun:
    """9B with a student of many sensitive codes, 9C and 8A; made for the week before."""
    on_day(NEXT_MONDAY)
    secret = enrol("9B", legal_surname="Walsh")[0]
    StudentFactFactory(student=secret, kind=StudentFact.Kind.LOOKED_AFTER)
    attend(secret, week_of("I I M M R R E E O L:9"))
    for one in [*enrol("9B", count=2), *enrol("9C"), *enrol("8A")]:
        attend(one, absent(12))
    return made()


def sheets(user) -> set[str]:
    return set(RagDocument.objects.visible_to(user).values_list("name", flat=True))


WHOLE_SCHOOL = {"9B", "9C", "8A", "Year 8", "Year 9"}
SEES = [
    (Role.FORM_TUTOR, "9B", {"9B"}),
    (Role.PASTORAL_MANAGER, 9, {"9B", "9C", "Year 9"}),
    (Role.HEAD_OF_YEAR, 8, {"8A", "Year 8"}),
    (Role.SLT, None, WHOLE_SCHOOL),
    (Role.ATTENDANCE_OFFICER, None, WHOLE_SCHOOL),
    (Role.DSL, None, WHOLE_SCHOOL),
    (Role.SENCO, None, set()),
    (Role.DATA_MANAGER, None, set()),
]


def test_who_sees_which_sheet(run, client_for):
    for role, scope, seen in SEES:
        user = staff(role, scope)
        assert sheets(user) == seen, role
        client = client_for(user)
        for document in run.documents.all():
            expected = 403 if role == Role.DATA_MANAGER else 200 if document.name in seen else 404
            for name in ("reports:rag_document", "reports:rag_pdf"):
                answer = client.get(reverse(name, args=[document.pk]))
                answer.getvalue()
                assert answer.status_code == expected, (role, document.name, name)


def test_next_years_tutor_of_the_group_does_not_inherit_it(run, on_day):
    tutor, head = staff(Role.FORM_TUTOR, "9B"), staff(Role.HEAD_OF_YEAR, 9)
    StaffAssignmentFactory(
        user=(next_head := staff(Role.HEAD_OF_YEAR, 10)), role=Role.FORM_TUTOR, tutor_group_id=_group("10A")
    )
    on_day(date(2027, 9, 6))
    assert sheets(type(tutor).objects.get(pk=tutor.pk)) == set()
    assert sheets(type(head).objects.get(pk=head.pk)) == {"8A", "Year 8"}
    assert sheets(type(next_head).objects.get(pk=next_head.pk)) == {"9B", "9C", "Year 9"}


def _group(name: str) -> int:
    from tests.factories import TutorGroupFactory

    return TutorGroupFactory(name=name).pk


def test_a_tutors_page_holds_no_sensitive_code_or_circumstance(run, client_for):
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    html = client.get(run.documents.get(name="9B").get_absolute_url()).content.decode()
    assert "Authorised absence" in html
    assert "9 minutes late" in html
    for secret in ("Illness", "Religious", "medical", "Suspended", "LAC", "Looked after"):
        assert secret not in html
    signs = re.findall(r'<span aria-hidden="true">([A-Z]\d?)</span>', html)
    assert set(signs) <= {"O", "L"}


def test_the_year_team_sees_the_codes(run, client_for):
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    html = client.get(run.documents.get(name="Year 9").get_absolute_url()).content.decode()
    assert "Illness" in html
    assert "LAC" in html


def test_a_years_sheet_leads_to_its_parts_and_folds_everybody_else(run, client_for):
    html = client_for(staff(Role.HEAD_OF_YEAR, 9)).get(run.documents.get(name="Year 9").get_absolute_url())
    html = html.content.decode()
    jumps = re.findall(r'<a href="#([a-z-]+)">(?!Skip)', html)
    assert {"tutor-groups", "cohorts", "absent", "notices", "others"} <= set(jumps)
    assert all(f'id="{jump}"' in html for jump in jumps)
    assert html.count('<details class="panel rag-fold"') == 1


def test_reading_is_noted_with_the_reason(run, client_for):
    document = run.documents.get(name="9B")
    tutor = staff(Role.FORM_TUTOR, "9B")
    client_for(tutor).get(reverse("reports:rag_pdf", args=[document.pk])).getvalue()
    head = staff(Role.HEAD_OF_YEAR, 9)
    client_for(head).get(document.get_absolute_url())
    notes = AccessRecord.objects.order_by("pk").values_list("user", "kind", "subject", "reason")
    assert list(notes) == [
        (tutor.pk, "document", f"rag-document:{document.pk}", "Form Tutor 9B"),
        (head.pk, "document", f"rag-document:{document.pk}", "Head of Year 9"),
    ]


def test_the_pdf_is_the_filed_one(run, client_for):
    document = run.documents.get(name="9B")
    answer = client_for(staff(Role.FORM_TUTOR, "9B")).get(reverse("reports:rag_pdf", args=[document.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert f'filename="RAG {MONDAY} 9B.pdf"' in answer["Content-Disposition"]
    assert answer.getvalue().startswith(b"%PDF-1.7")


def test_movers_are_only_the_persons_own_students(run, client_for):
    page = client_for(staff(Role.FORM_TUTOR, "9B")).get(run.get_absolute_url())
    words = strip_tags(page.content.decode())  # a token in the tags may well hold a 9 and a C
    assert "Walsh" in words
    assert "9C" not in words


def test_asking_leads_to_the_run_and_asking_again_to_the_same(run, client_for):
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    url = reverse("reports:rag_ask")
    first = client.post(url, {"week": "2026-11-09"})
    assert first.status_code == 302
    again = client.post(url, {"week": "2026-11-09"})
    assert again.url == first.url
    assert Job.objects.count() == 1
    page = client.get(first.url)
    assert page.status_code == 200
    assert 'id="job-progress"' in page.content.decode()


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ("2026-10-26", "School does not meet in that week."),
        ("2026-11-23", "That week is not over: its last school day is Thursday 26 November."),
        ("2026-11-17", "begin on a Monday"),
        ("", "Choose a week."),
        ("x", "That is no date."),
    ],
)
def test_a_week_that_cannot_be_is_refused_on_the_form(run, client_for, week, words):
    answer = client_for(staff(Role.HEAD_OF_YEAR, 9)).post(reverse("reports:rag_ask"), {"week": week})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_week_that_is_made_leads_to_it_with_a_word(run, client_for):
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    answer = client.post(reverse("reports:rag_ask"), {"week": MONDAY.isoformat()}, follow=True)
    assert answer.redirect_chain == [(run.get_absolute_url(), 302)]
    assert "is made already: here it is" in answer.content.decode()


def test_a_week_without_marks_is_refused_on_the_form(run, client_for):
    answer = client_for(staff(Role.HEAD_OF_YEAR, 9)).post(reverse("reports:rag_ask"), {"week": "2025-11-10"})
    assert answer.status_code == 422
    assert "No marks are held" in answer.content.decode()


def test_a_tutor_may_not_ask(run, client_for):
    client = client_for(staff(Role.FORM_TUTOR, "9B"))
    assert client.post(reverse("reports:rag_ask"), {"week": "2026-11-09"}).status_code == 403
    assert "Ask for a week" not in client.get(reverse("reports:rag_list")).content.decode()


def test_an_address_of_no_week_is_not_found(run, client_for):
    assert client_for(staff(Role.SLT)).get("/weekly-rag/2026-02-31/").status_code == 404


def test_before_any_run_the_list_says_what_comes(seeded, client_for, friday):
    html = client_for(staff(Role.FORM_TUTOR, "9B")).get(reverse("reports:rag_list")).content.decode()
    assert "No week has been made yet" in html


@pytest.mark.parametrize(("name", "limit"), [("9B", 12), ("Year 9", 12)])
def test_a_sheet_costs_the_same_for_thirty_students(
    seeded, media, on_day, client_for, django_assert_max_num_queries, name, limit
):
    on_day(NEXT_MONDAY)
    for one in enrol("9B", count=3):
        attend(one)
    few = made(week=date(2026, 11, 9)).documents.get(name=name)
    for one in enrol("9B", count=27):
        attend(one, absent(15))
    many = made().documents.get(name=name)
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    for document in (few, many):
        client.get(document.get_absolute_url())  # the first opening is noted
    counts = []
    for document in (few, many):
        with django_assert_max_num_queries(limit) as queries:
            assert client.get(document.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("url", ["list", "run"])
def test_list_and_run_stay_within_their_queries(run, client_for, django_assert_max_num_queries, url):
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    address = reverse("reports:rag_list") if url == "list" else run.get_absolute_url()
    client.get(address)
    with django_assert_max_num_queries(12):
        assert client.get(address).status_code == 200
