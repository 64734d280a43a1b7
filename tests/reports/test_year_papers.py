"""Papers about a year: performance, numbers for governors, the line manager's briefing, the inspection pack."""

import io
import random
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from attendance.figures import Counts
from behaviour.models import Achievement, Incident, Involvement, Suspension
from behaviour.suppression import LEAST
from interventions.models import PACase
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.models import Briefing
from reports.yearpapers.governors import HELD_BACK, Extract
from students.models import StudentFact
from tests.cases import case_of
from tests.factories import StudentFactFactory, enrol, staff
from tests.reports.rag_school import absent, attend
from tests.reports.test_exports import csv_of

REPORT = reverse("reports:year_report", args=[9])
GOVERNORS, PACK = reverse("reports:governors"), reverse("reports:inspection", args=[9])
NOVEMBER, OCTOBER = date(2026, 11, 9), date(2026, 10, 5)
SEPTEMBER = date(2026, 9, 14)


def said(answer) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


@pytest.fixture
def year(seeded, friday):
    """Six of 9B, the first missing ten sessions of each half term, one of 9C, one of 8A; an incident and praise."""
    named = enrol("9B", count=2, legal_surname="Quillfeather", legal_forename="Zebedee")
    students = [*named, *enrol("9B", count=4), *enrol("9C"), *enrol("8A")]
    for n, student in enumerate(students):
        attend(student, absent(10, first=NOVEMBER) | absent(10, first=SEPTEMBER) if n == 0 else None)
    for day in (NOVEMBER, SEPTEMBER, SEPTEMBER, OCTOBER):
        made = Incident.objects.create(type="Defiance", occurred_on=day)
        Involvement.objects.create(incident=made, student=students[1], role="perpetrator", points=2)
    Achievement.objects.create(student=students[2], type="Effort", awarded_on=NOVEMBER, points=1)
    return students


def test_a_half_term_stands_beside_the_one_before_and_each_surface_says_the_same(year, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    with CaptureQueriesContext(connection) as few:
        report = client.get(REPORT).context["report"]
    whole = {value.measure.slug: (value.now, value.before) for value in report.whole.values}
    assert whole["students"] == (7, 7)
    assert whole["pa"] == (1, 1)
    assert whole["incidents"] == (1, 2)
    assert (whole["achievements"], whole["recognised"][1]) == ((1, 0), 0)
    possible = 7 * 2 * 15  # three weeks of the half term, by hand
    assert (report.whole.now.counts.possible, report.whole.now.counts.missed) == (possible, 10)
    assert [line.name for line in report.groups] == ["9B", "9C"]
    assert {line.name for line in report.cohorts} == {"Girls", "Boys"}
    rows = {row["Name"]: row for row in csv_of(client.get(REPORT, {"format": "csv"}))}
    assert rows["Year 9"]["Attendance %"] == str(report.whole.now.attendance) == "95.2"
    assert (rows["9B"]["Incidents"], rows["9B"]["Incidents, before"]) == ("1", "2")
    paper = said(client.get(REPORT, {"format": "pdf"}))
    assert "95.2" in paper
    assert "Autumn 2 2026, 2 Nov" in paper
    assert AccessRecord.objects.filter(subject="year-report:9").count() == 2
    for measure in ("students", "pa", "lates", "incidents", "achievements"):
        listed = client.get(REPORT, {"list": measure, "group": "9B"}).context["page"]
        numbers = {value.measure.slug: value.now for value in report.groups[0].values}
        assert listed.total == min(numbers[measure], listed.total)
        assert bool(listed.total) == bool(numbers[measure])
    assert client.get(REPORT, {"list": "pa"}).context["page"].rows[0].person.student_id == year[0].pk
    before = client.get(REPORT, {"term": "2026-09-01"}).context["report"]
    # beside the half term that is on, as many of its days: what came later in October is not among them
    assert (before.whole.now.incidents, report.whole.before.incidents) == (3, 2)
    assert report.whole.before.counts.possible == possible
    enrol("9D", count=20)
    with CaptureQueriesContext(connection) as many:
        client.get(REPORT)
    assert len(many) == len(few) <= 12


def entry(n: int, level: str, group: str, flags=()) -> SimpleNamespace:
    missed = {"severe": 60, "pa": 20, "others": 2}[level]
    figures = SimpleNamespace(ytd=Counts(present=100 - missed, authorised=missed))
    person = SimpleNamespace(student_id=n, year=int(group[:-1]), tutor_group=group, sex="FM"[n % 2])
    person.has = lambda kind, value="": kind in flags
    return SimpleNamespace(person=person, figures=figures)


def determined(lines, hidden) -> set:
    """Work out by plain elimination over fractions which numbers held back follow from those shown."""
    keys = sorted(hidden)
    rows = []
    for members, total in lines:
        row = [Fraction(members.count(key) - (key == total)) for key in keys]
        if any(row):
            rows.append(row)
    found, at = set(), 0
    for column in range(len(keys)):
        pivot = next((n for n in range(at, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][column] for each in rows[at]]
        for n in range(len(rows)):
            if n != at and rows[n][column]:
                rows[n] = [a - rows[n][column] * b for a, b in zip(rows[n], rows[at], strict=True)]
        at += 1
    for row in rows[:at]:
        if sum(map(bool, row)) == 1:
            found.add(keys[next(n for n, each in enumerate(row) if each)])
    return found


def test_governors_cannot_work_a_small_number_out_of_all_tables_together():
    chance = random.Random(7)
    levels = ("severe", "pa", "others", "others", "others")
    kinds = [StudentFact.Kind.PUPIL_PREMIUM, StudentFact.Kind.EAL, StudentFact.Kind.SEN]
    for _round in range(4):
        entries = tuple(
            entry(n, chance.choice(levels), chance.choice(("8A", "8B", "9A", "9B")), chance.sample(kinds, 1))
            for n in range(chance.randint(40, 90))
        )
        suspended = frozenset(chance.sample(range(len(entries)), 9))
        school, *years = (Extract(year, None, entries, suspended) for year in (None, 8, 9))
        small = {key for members, whole in school.lines for key in (*members, whole) if 0 < school.counts[key] < LEAST}
        assert small <= school.hidden
        assert not determined(school.lines, school.hidden)
        for extract in years:
            assert extract.hidden == school.hidden
        for row in (row for part in school.parts for row in part.rows if row.attendance):
            assert (row.cells[-1] == HELD_BACK) == (row.attendance == HELD_BACK)


def test_what_the_schools_extract_holds_back_does_not_follow_from_a_years_own():
    severe = {"7A": 2, "8A": 1, "8B": 1, "8C": 4, "9A": 9, "10A": 12, "11A": 15}
    groups = [(group, level) for group, n in severe.items() for level in ["severe"] * n + ["others"] * (30 - n)]
    entries = tuple(entry(n, level, group) for n, (group, level) in enumerate(groups))
    school, eight = (Extract(year, None, entries, frozenset()) for year in (None, 8))
    (by_year, *_rest), (by_group, *_more) = school.parts, eight.parts
    shown = {row.name: row.cells[0] for row in by_year.rows}
    assert (shown["Year 7"], shown["All"]) == (HELD_BACK, "44")
    assert {row.name: row.cells[0] for row in by_group.rows}["All"] == shown["Year 8"] == HELD_BACK


def test_the_extract_says_what_it_is_and_names_nobody(year, as_role):
    (third, *_rest) = year
    StudentFactFactory(student=third, kind=StudentFact.Kind.PUPIL_PREMIUM)
    Suspension.objects.create(
        student=third, starts_on=NOVEMBER, ends_on=NOVEMBER, sessions=2, reasons=["DB"], decided_by="x",
        recorded_by=staff(Role.SLT),
    )  # fmt: skip
    client = as_role(Role.SLT)
    page = client.get(GOVERNORS)
    parts = {part.title: {row.name: row for row in part.rows} for part in page.context["extract"].parts}
    assert parts["Absence by year"]["Year 9"].cells == ("0", "c", "c", "c")
    assert parts["Suspensions and permanent exclusions"]["All"].cells == ("c", "c", "8")
    text = client.get(GOVERNORS, {"format": "csv"}).content.decode() + said(client.get(GOVERNORS, {"format": "pdf"}))
    assert all(
        words in text for words in ("n = 8 students", "As at 20 Nov 2026", "Year to date 1 Sep 2026", "held back")
    )
    assert third.legal_surname not in text + page.content.decode().partition("<main")[2]
    assert client.get(GOVERNORS, {"year": "9"}).context["extract"].names == ("9B", "9C")
    assert as_role(Role.HEAD_OF_YEAR).get(GOVERNORS, {"year": "8"}).status_code == 404


def test_a_briefing_is_sent_once_says_nothing_by_e_mail_and_its_reading_is_noted(
    year, as_role, client_for, django_capture_on_commit_callbacks
):
    head, manager = as_role(Role.HEAD_OF_YEAR), staff(Role.SLT)
    case_of(year[0], owner=head.user)
    case_of(year[1], owner=head.user, is_restricted=True)
    add = reverse("reports:briefing_add", args=[9])
    sent = {"to": manager.pk, "comment": "Two families moved."}
    with django_capture_on_commit_callbacks(execute=True):
        page = head.post(add, sent)["Location"]
    assert head.post(add, sent).status_code == 422
    (told,) = mail.outbox
    assert told.to == [manager.email]
    assert not any(words in told.subject + told.body for words in (year[0].legal_surname, "families"))
    reader = client_for(manager)
    lines = {line.label: line.count for line in reader.get(reverse("core:needs_now")).context["lines"]}
    assert lines["briefing to read"] == 1
    assert "not read yet" in head.get(page).content.decode()
    assert Briefing.objects.get().read_at is None
    shown = reader.get(page)
    week = shown.context["week"]
    assert (week.cases, week.restricted) == ((year[0].pk,), 1)
    assert "Two families moved." in shown.content.decode()
    assert Briefing.objects.get().read_at == timezone.now()
    # a case that was restricted since names nobody any more
    PACase.objects.filter(student=year[0]).update(is_restricted=True)
    later = reader.get(page)
    assert (later.context["named"].number, later.context["named"].restricted) == (0, 2)
    assert year[0].legal_surname not in later.content.decode()
    assert as_role(Role.HEAD_OF_YEAR).get(page).status_code == 404


def test_the_inspection_pack_tells_cases_without_names_and_no_restricted_one(year, as_role):
    client = as_role(Role.SLT)
    told = case_of(year[0], owner=client.user, on=NOVEMBER)
    kept = case_of(year[1], owner=client.user, is_restricted=True)
    page = client.get(PACK)
    assert [case.pk for case in page.context["offered"]] == [told.pk]
    pack = page.context["pack"]
    assert (pack.pa, pack.pa_with_case) == (1, 1)
    answer = client.get(PACK, {"format": "pdf", "case": [told.pk, kept.pk]})
    text = said(answer)
    assert "Student A" in text
    assert "Student B" not in text
    assert not any(each in text for student in year[:2] for each in (student.legal_surname, student.legal_forename))
    assert told.reason not in text
    assert AccessRecord.objects.filter(subject=f"student:{year[0].pk}", kind="document").count() == 1
