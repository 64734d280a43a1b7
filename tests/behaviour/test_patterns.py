"""Patterns as rates with n, each number opening its list; and consistency, flagged by a rule and never on few."""

import csv
import io
from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import Detention, Incident, IncidentType, Involvement
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.conduct.intervals import Difference, Side, newcombe
from students.models import StudentFact
from tests.factories import StudentFactFactory, enrol, staff

PATTERNS, CONSISTENCY = reverse("reports:behaviour_patterns"), reverse("reports:behaviour_consistency")
MONDAY = date(2026, 11, 16)


def incident(*students, kind="Defiance", day=MONDAY, action="", role="perpetrator", **also):
    made = Incident.objects.create(type=kind, occurred_on=day, recorded_by="STF1", **also)
    for student in students:
        Involvement.objects.create(
            incident=made, student=student, role=role, points=2 * (role == "perpetrator"), action_taken=action
        )
    return made


@pytest.fixture
def school(seeded, friday):
    """Five of 9B, of whom the first has SEN support, and one of 8A who left in September."""
    nine, (eight,) = enrol("9B", count=5), enrol("8A", left_on=date(2026, 9, 18))
    StudentFactFactory(student=nine[0], kind=StudentFact.Kind.SEN, value="K")
    return [*nine, eight]


def lines(page, slug):
    return {
        line.name: (line.parts, line.students, line.n, str(line.rate))
        for each in page.context["patterns"].breakdowns
        if each.slug == slug
        for line in each.lines
    }


def test_rates_in_a_hundred_students_with_n_and_every_number_opens_its_list(school, as_role):
    a, b, c, _d, _e, left = school
    incident(a, b, occurred_at_time=time(9, 15), location="Corridor", activity="Art")
    incident(a, kind="Uniform", day=date(2026, 11, 17), period="Lunch", location="Canteen")
    incident(c, role="victim")
    incident(left, day=date(2026, 9, 14))
    incident(b, kind="Truancy", withdrawn_at="2026-11-18T09:00Z", withdrawn_by=staff(Role.SLT), withdrawn_because="x")
    client = as_role(Role.SLT)
    page = client.get(PATTERNS)
    assert lines(page, "type") == {"Defiance": (2, 2, 5, "40.0"), "Uniform": (1, 1, 5, "20.0")}
    assert lines(page, "slot") == {"P1": (2, 2, 5, "40.0"), "Lunch": (1, 1, 5, "20.0")}
    assert lines(page, "weekday")["Monday"] == (2, 2, 5, "40.0")
    assert lines(page, "cohort")["SEN support (K)"] == (2, 1, 1, "200.0")
    assert lines(page, "activity") == {"Art": (2, 2, 5, "40.0"), "Not said": (1, 1, 5, "20.0")}
    year = client.get(PATTERNS, {"window": "year"})
    assert lines(year, "year") == {"Year 8": (1, 1, 1, "100.0"), "Year 9": (3, 2, 5, "60.0")}
    for shown in (page, year):
        for each in shown.context["patterns"].breakdowns:
            for line in each.lines:
                assert client.get(line.url).context["page"].total == line.parts, (each.slug, line)
    rows = list(csv.DictReader(io.StringIO(client.get(PATTERNS, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert {row["Name"]: row["Incidents"] for row in rows if row["Breakdown"] == "By place"} == {
        "Corridor": "2", "Canteen": "1",
    }  # fmt: skip


def test_a_narrower_page_and_whoever_leads_a_year_counts_that_year_alone(school, as_role):
    a, b, *_rest, left = school
    incident(a, b, left, day=date(2026, 9, 15))
    window = {"first": "2026-09-01", "last": "2026-09-30"}
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PATTERNS, window)
    assert lines(page, "year") == {"Year 9": (2, 2, 5, "40.0")}
    assert as_role(Role.SLT).get(PATTERNS, window | {"cohort": "sen"}).context["patterns"].total.parts == 1
    assert as_role(Role.SLT).get(PATTERNS, window | {"cohort": "nonsense"}).context["patterns"].total.n == 0


def test_a_tutor_learns_of_no_cohort_by_asking_for_it(school, as_role):
    StudentFactFactory(student=school[0], kind=StudentFact.Kind.LOOKED_AFTER)
    incident(school[0])
    asked = reverse("reports:incident_list"), {"cohort": "looked-after"}
    assert as_role(Role.FORM_TUTOR).get(*asked).context["page"].total == 0
    assert as_role(Role.HEAD_OF_YEAR).get(*asked).context["page"].total == 1


def test_the_interval_is_newcombes():
    low, high = newcombe(Side(56, 70, 70), Side(48, 80, 80), z=1.96)  # his own example
    assert (round(low, 2), round(high, 2)) == (5.24, 33.39)
    assert Difference(Side(9, 9, 9), Side(0, 100, 90)).is_small
    assert not Difference(Side(9, 9, 9), Side(0, 100, 90)).is_flagged
    assert not Difference(Side(20, 20, 4), Side(0, 100, 90)).is_flagged  # of four students
    assert Difference(Side(20, 20, 10), Side(0, 100, 90)).is_flagged
    assert not Difference(Side(6, 20, 10), Side(20, 100, 90)).is_flagged
    assert Difference(Side(0, 0, 0), Side(1, 1, 1)).points == 0


def test_the_same_behaviour_and_another_sanction_is_flagged_with_n(seeded, friday, as_role):
    sen, others = enrol("9B", count=6), enrol("9C", count=20)
    for student in sen:
        StudentFactFactory(student=student, kind=StudentFact.Kind.SEN, value="K")
        for _n in range(2):
            incident(student, action="Internal exclusion")
    for student in others:
        incident(student, action="Verbal warning")
    told = incident(others[0])
    Detention.objects.create(
        student=others[0], incident=told, day=MONDAY, starts_at=time(15), reason="x", set_by=staff(Role.SLT)
    )
    client = as_role(Role.HEAD_OF_YEAR, 9)
    page = client.get(CONSISTENCY)
    found = {(cell.group.name, cell.action, cell.is_more) for cell in page.context["held"].flagged}
    assert ("SEN support (K)", "Internal exclusion", True) in found
    assert ("SEN support (K)", "Verbal warning", False) in found
    assert {action for _group, action, _more in found} == {"Internal exclusion", "Verbal warning"}
    assert "12 of 12</a>" in page.content.decode()
    (cell,) = [each for each in page.context["held"].flagged if each.group.key == "sen-k" and each.is_more]
    assert client.get(cell.url).context["page"].total == 12
    detained = {side.count: url for side, url in page.context["table"].everybody}[1]
    assert client.get(detained).context["page"].rows[0].part.action == "Detention"
    for by in ("year", "group", "staff", "nonsense"):
        assert client.get(CONSISTENCY, {"by": by}).status_code == 200
    assert "flagged" in client.get(CONSISTENCY, {"format": "csv"}).content.decode()


def test_t14_an_action_of_the_mis_stands_alone_only_if_the_school_lists_it(school, as_role):
    """Eighty characters may name anybody of the incident."""
    incident(school[0], action="Moved from Zed Wolstenholme")
    incident(school[0], action="Call home")
    tutor, slt = as_role(Role.FORM_TUTOR), as_role(Role.SLT)
    pages = (reverse("reports:incident_list"), school[0].get_absolute_url(), CONSISTENCY)
    for client, address in ((tutor, pages[0]), (tutor, pages[1]), (slt, pages[2])):
        for asked in ({}, {"format": "csv"}):
            text = client.get(address, asked).content.decode()
            assert ("Wolstenholme" in text, "Other, see the incident" in text) == (False, True), address
    assert "Call home" in tutor.get(pages[0]).content.decode()


def test_nothing_of_the_dsls_is_counted_for_others(school, as_role):
    IncidentType.objects.filter(name="Theft").update(goes_to_dsl=True)
    incident(school[0], kind="Theft")
    for role, number in ((Role.SLT, 0), (Role.DSL, 1)):
        assert as_role(role).get(PATTERNS).context["patterns"].total.parts == number
        page = as_role(role).get(reverse("reports:incident_list"))
        assert (page.context["page"].total, "Theft" in page.content.decode()) == (number, bool(number))
        for address in (reverse("reports:incident_list"), PATTERNS, CONSISTENCY):
            for asked in ({}, {"format": "csv"}):
                assert ("Theft" in as_role(role).get(address, asked).content.decode()) is bool(number), (role, address)


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ({"student": "of one"}, "student:{key}"),
        ({"group": "9B", "student": "999999"}, "{what}:9B"),
        ({"group": "Kai Okafor"}, "{what}:all"),
    ],
)
def test_the_log_says_whose_file_was_taken_and_nothing_that_was_typed(school, as_role, asked, subject):
    one, client = school[0].pk, as_role(Role.SLT)
    asked = {name: str(one) if word == "of one" else word for name, word in asked.items()}
    pages = {
        "incidents": reverse("reports:incident_list"),
        "achievements": reverse("reports:achievement_list"),
        "patterns of behaviour": PATTERNS,
        "consistency": CONSISTENCY,
    }
    for what, page in pages.items():
        assert client.get(page, {**asked, "format": "csv"}).status_code == 200
        assert AccessRecord.objects.latest("pk").subject == subject.format(key=one, what=what)
    client.get(reverse("reports:recognition"), {**asked, "format": "csv"})
    assert AccessRecord.objects.latest("pk").subject in ("recognition:all", "recognition:9B")


def test_three_and_thirty_cost_the_same(school, as_role):
    client = as_role(Role.SLT)
    counts = []
    for number in (3, 27):
        for student in enrol("9C", count=number):
            incident(student)
        counts.append(
            {page: _queries(client, page) for page in (PATTERNS, CONSISTENCY, reverse("reports:incident_list"))}
        )
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 12


def _queries(client, page):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
