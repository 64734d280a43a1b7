"""Cohort attendance: overlapping cohorts, two combined, gaps by the sums, coverage, and a list behind each number."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.figures import points_between, total
from attendance.models import NoticeDecision, Proposal
from pastoral.core.rights import Role
from reports.summaries import support
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol, staff
from tests.marks import lay
from tests.reports.test_tracker import FIRST, LAST_YEAR, history

PAGE = reverse("reports:cohort_attendance")
TRACKER = reverse("reports:pa_tracker")


@pytest.fixture
def school(seeded, friday):
    """Eight of Year 9: four with pupil premium, two of them with SEN; one PA last year."""
    students = enrol("9B", count=8)
    for n, student in enumerate(students):
        lay(student, FIRST, history(4 * n, 0, "O" if n % 2 else "I"))
    for student in students[4:]:
        StudentFactFactory(student=student)
    for student in students[6:]:
        StudentFactFactory(student=student, kind=StudentFact.Kind.SEN, value="K")
    StudentFactFactory(student=students[0], kind=StudentFact.Kind.FSM_EVER_6)
    lay(students[1], LAST_YEAR, "I I I I ////////")
    return students


def line_of(page, slug):
    return next(line for line in page.context["lines"] if line.cohort.slug == slug)


def accepted(student, on: date) -> Proposal:
    return Proposal.objects.create(
        student=student,
        rule="spells",
        key=str(on),
        proposes="Call home",
        proposed_on=on,
        status=Proposal.Status.ACCEPTED,
        decided_by=staff(Role.HEAD_OF_YEAR, 9),
        decided_at=datetime(on.year, on.month, on.day, 10, tzinfo=UTC),
        reason="agreed with the tutor",
    )


def test_a_cohorts_figures_are_of_the_sums(school, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE)
    rows = page.context["tracker"].rows
    line = line_of(page, "pupil-premium")
    mine = [row.figures.ytd for row in rows if row.has("pupil_premium")]
    others = [row.figures.ytd for row in rows if not row.has("pupil_premium")]
    assert line.figures.ytd == total(mine)
    assert line.gap == points_between(total(mine), total(others))
    # All four are PA (16, 20, 24 and 28 of 106), and of the other four one (12).
    assert (line.figures.persistently_absent, line.pa_gap) == (4, 75)
    assert line.is_small
    assert [line_of(page, slug).figures.students for slug in ("", "fsm-ever-6", "sen", "prior-pa", "girls")] == [
        8, 1, 2, 1, 4,
    ]  # fmt: skip


def test_cohorts_with_nobody_are_left_out(school, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE)
    shown = {line.cohort.slug for line in page.context["lines"]}
    assert "girls" in shown
    assert "looked-after" not in shown
    assert all(line.figures.students for line in page.context["lines"])
    assert {cohort.slug for cohort in page.context["cohorts"]} == shown - {""}
    assert "Looked after" not in page.content.decode()
    assert "Support in place" in page.content.decode()
    asked = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"a": "looked-after", "b": "girls"})
    assert "looked-after" in {cohort.slug for cohort in asked.context["cohorts"]}, "what is asked stays chosen"


def test_two_cohorts_combined(school, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"a": "pupil-premium", "b": "sen-k"})
    line = page.context["combined"]
    assert line.figures.students == 2
    assert "Pupil premium and SEN support (K)" in page.content.decode()
    assert as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"a": "x"}).status_code == 404


def test_every_number_opens_its_list(school, as_role):
    accepted(school[7], date(2026, 10, 5))
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(PAGE, {"a": "pupil-premium", "b": "sen-k"})
    text = page.content.decode()
    checked = 0
    for line in (page.context["combined"], *page.context["lines"]):
        numbers = {
            "all": line.figures.students,
            "pa": line.figures.persistently_absent,
            "severe": line.figures.severely_absent,
            "at-risk": line.at_risk,
        }
        for state, number in numbers.items():
            asked = {
                "state": state,
                "year": "9",
                "cohort": line.cohort.slug,
                "also": line.also.slug if line.also else "",
            }
            query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
            assert (f'"{TRACKER}?{query}"' in text.replace("&amp;", "&")) == bool(number), query
            if number:
                rows = client.get(f"{TRACKER}?{query}").context["rows"]
                assert len(rows) == number, query
                checked += 1
    assert checked > 20
    live = client.get(TRACKER, {"state": "at-risk", "year": "9", "support": "yes"}).context["rows"]
    assert [row.person.student_id for row in live] == [school[7].pk]


def test_coverage_counts_who_at_risk_has_something_live(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert line_of(client.get(PAGE), "").supported == 0
    accepted(school[7], date(2026, 10, 5))
    accepted(school[0], date(2026, 10, 5))  # not at risk
    accepted(school[6], date(2026, 7, 1))  # before last half term
    NoticeDecision.objects.create(
        student=school[5],
        decision=NoticeDecision.Decision.SUPPORT_FIRST,
        reason="new to the school",
        window_first=date(2026, 9, 7),
        window_last=date(2026, 11, 13),
        decided_by=staff(Role.HEAD_OF_YEAR, 9),
        decided_at=datetime(2026, 11, 16, 9, tzinfo=UTC),
    )
    everybody = line_of(client.get(PAGE), "")
    assert (everybody.at_risk, everybody.supported) == (5, 2)
    assert everybody.coverage == 40
    text = client.get(TRACKER).content.decode()
    assert "Call home" in text
    assert "Support first" in text


def test_later_parts_put_their_sources_in(school, as_role, monkeypatch):
    contact = """
        SELECT id, 'contact', 'phone, reached', date '2026-11-18' FROM students_student WHERE id = ANY(%(students)s)
    """
    monkeypatch.setattr(support, "SOURCES", [*support.SOURCES, support.Source(contact, frozenset())])
    client = as_role(Role.HEAD_OF_YEAR, 9)
    with CaptureQueriesContext(connection) as seen:
        text = client.get(TRACKER).content.decode()
    assert "Wed 18 Nov: phone, reached" in text
    assert len(seen) <= 12


def test_cohorts_of_every_link_are_known(school, as_role):
    page = as_role(Role.SLT).get(PAGE)
    for part in page.content.decode().split('href="')[1:]:
        address = urlsplit(part.split('"')[0].replace("&amp;", "&"))
        asked = dict(parse_qsl(address.query))
        assert asked.get("cohort", "girls") in COHORTS_BY_SLUG


def test_the_page_costs_the_same_with_ten_times_the_students(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    few = queries()
    for student in enrol("9B", count=30):
        lay(student, FIRST, history(20))
    assert queries() == few
    assert few <= 12


def test_a_year_without_students_says_so(seeded, as_role):
    assert "Nobody is on roll here" in as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).content.decode()
