"""The student page: who may open it, what each may read on it, and the marks behind every figure."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.codes import CODES, code_on
from attendance.models import SessionMark
from attendance.summaries import WeekFigures
from behaviour.models import Achievement, Incident, Involvement, ReportCard
from pastoral.core.history import acting
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.summaries.marks import MARK_SETS
from reports.summaries.shown import HIDDEN_SIGN, mark_shown
from students.models import ParentCarer, ParentCarerLink, StudentFact
from tests.cards import card_of
from tests.factories import EnrolmentFactory, StudentFactFactory, enrol
from tests.marks import lay

FIRST = date(2026, 9, 2)
MONDAY = date(2026, 11, 16)
SEEN_BY = [Role.FORM_TUTOR, Role.PASTORAL_MANAGER, Role.HEAD_OF_YEAR, Role.SLT, Role.ATTENDANCE_OFFICER, Role.DSL]


@pytest.fixture
def kai(seeded, friday):
    """A student of 9B with a mark of every kind, a secret comment, carers, incidents and last year's marks."""
    (student,) = enrol("9B")
    lay(student, FIRST, "/" * 76 + " R I M E Y5 I I G G O O O O O O O O O")
    lay(student, MONDAY, "// L U I I N N - /")
    lay(student, date(2025, 9, 3), "//////// I I")
    SessionMark.objects.filter(student=student, date=MONDAY + timedelta(days=2)).update(comment="asthma attack")
    carers = [("Grace", "Zebedee", False), ("Barred", "Person", True)]
    for n, (forename, surname, is_barred) in enumerate(carers, start=1):
        adult = ParentCarer.objects.create(forename=forename, surname=surname, mobile=f"07700 90000{n}")
        ParentCarerLink.objects.create(
            student=student, parent_carer=adult, priority=n, relationship="Mother", has_court_order=is_barred
        )
    incident = Incident.objects.create(occurred_on=MONDAY, type="Disruption")
    Involvement.objects.create(incident=incident, student=student, role="perpetrator", points=2, comment="PRIVATE")
    Achievement.objects.create(student=student, awarded_on=MONDAY, type="Kindness", points=3)
    StudentFactFactory(student=student)
    StudentFactFactory(student=student, kind=StudentFact.Kind.LOOKED_AFTER)
    return student


def page(client, student, **query) -> str:
    answer = client.get(student.get_absolute_url(), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_may_open_it(kai, as_role):
    url = kai.get_absolute_url()
    assert {role: as_role(role).get(url).status_code for role in SEEN_BY} == dict.fromkeys(SEEN_BY, 200)
    assert as_role(Role.DATA_MANAGER).get(url).status_code == 403
    assert as_role(Role.SENCO).get(url).status_code == 404
    assert as_role(Role.FORM_TUTOR, "9C").get(url).status_code == 404
    assert as_role(Role.HEAD_OF_YEAR, 10).get(url).status_code == 404
    StudentFactFactory(student=kai, kind=StudentFact.Kind.SEN, value="K")
    assert as_role(Role.SENCO).get(url).status_code == 200


@pytest.mark.parametrize(
    ("role", "reason"),
    [(Role.FORM_TUTOR, "Form Tutor 9B"), (Role.HEAD_OF_YEAR, "Head of Year 9"), (Role.SLT, "SLT")],
)
def test_the_reading_is_logged_with_its_reason(kai, as_role, role, reason):
    client = as_role(role)
    page(client, kai)
    record = AccessRecord.objects.get()
    assert (record.user, record.kind, record.subject, record.reason) == (
        client.user,
        "page",
        f"student:{kai.pk}",
        reason,
    )
    assert kai.legal_surname not in record.path


def test_the_figures_are_those_of_the_week(kai, as_role):
    answer = as_role(Role.HEAD_OF_YEAR).get(kai.get_absolute_url())
    assert answer.context["page"].figures == WeekFigures.load(MONDAY, with_recent=True).students[0]


@pytest.mark.parametrize(
    ("slug", "number"),
    [
        ("missed", lambda figures: figures.ytd.missed),
        ("authorised", lambda figures: figures.ytd.authorised),
        ("unauthorised", lambda figures: figures.ytd.unauthorised),
        ("late", lambda figures: figures.ytd.lates),
        ("week", lambda figures: figures.week.possible + figures.week.not_counted),
        ("penalty_notice", lambda figures: figures.penalty_notice_sessions),
        ("recent", lambda figures: figures.recent_possible),
        ("not_counted", lambda figures: figures.ytd.not_counted),
    ],
)
def test_a_figure_opens_the_marks_behind_it(kai, as_role, slug, number):
    client = as_role(Role.HEAD_OF_YEAR)
    answer = client.get(kai.get_absolute_url(), {"marks": slug})
    shown = answer.context["page"]
    assert len(shown.marks_behind) == number(shown.figures)
    assert answer.content.decode().count("is-behind") == len(shown.marks_behind)
    assert set(MARK_SETS) >= {slug}


@pytest.mark.parametrize("query", [{"marks": "secret"}, {"year": "2019"}, {"year": "x"}])
def test_an_unknown_figure_or_year_is_not_found(kai, as_role, query):
    assert as_role(Role.HEAD_OF_YEAR).get(kai.get_absolute_url(), query).status_code == 404


def test_last_years_calendar(kai, as_role):
    html = page(as_role(Role.HEAD_OF_YEAR), kai, year=2025, marks="missed")
    assert "September 2025" in html
    assert "September 2026" not in html
    assert html.count("is-behind") == 2


def test_last_years_calendar_stands_under_figures_named_this_year(kai, as_role):
    html = page(as_role(Role.HEAD_OF_YEAR), kai, year=2025)
    assert "<strong>This year</strong>, 1 Sep – 20 Nov" in html
    assert "<strong>This year</strong>" not in page(as_role(Role.HEAD_OF_YEAR), kai)


def test_a_holiday_with_one_mark_is_not_an_unmarked_afternoon(kai, as_role):
    half_term = date(2026, 10, 26)
    SessionMark.objects.create(student=kai, date=half_term, session="AM", code_id=code_on("#", half_term).key)
    shown = as_role(Role.HEAD_OF_YEAR).get(kai.get_absolute_url()).context["page"]
    days = [cell for month in shown.months for week in month.weeks for cell in week if cell.day == half_term]
    assert [cell.why_none for cell in days[0].sessions] == ["", "no school"]


def test_a_recoverable_student_is_told_both_ways(kai, as_role):
    html = page(as_role(Role.HEAD_OF_YEAR), kai)
    figures = as_role(Role.HEAD_OF_YEAR).get(kai.get_absolute_url()).context["page"].figures
    assert figures.sessions_to_recover
    assert f"can still miss {figures.sessions_left_to_miss} and end the year below PA" in html


# --- what a tutor may not read -------------------------------------------------------------------------

SENSITIVE = [code for code in CODES if code.is_sensitive]
# Codes' letters as the page prints them: in a sign of their own.
QUERIES = [{}, *({"marks": slug} for slug in MARK_SETS), {"year": "2025"}]


@pytest.mark.parametrize("query", QUERIES)
def test_a_tutor_is_given_no_sensitive_code_and_no_comment(kai, as_role, query):
    html = re.sub("<svg.*?</svg>", "", page(as_role(Role.FORM_TUTOR), kai, **query), flags=re.DOTALL)  # R is also red
    for code in SENSITIVE:
        assert f">{code.letters}<" not in html
        assert code.meaning not in html
        assert f"mark-{code.letters}" not in html
    for secret in ("asthma", "PRIVATE", "Looked after", "Amended entries"):
        assert secret not in html
    assert "900002" not in html
    assert "Zebedee" in html  # a tutor rings the homes of the group: whom, as on the form for the call
    assert HIDDEN_SIGN in html


def test_the_year_team_is_given_them(kai, as_role):
    html = page(as_role(Role.HEAD_OF_YEAR), kai, marks="missed")
    for code in SENSITIVE:
        assert code.meaning in html
    for word in ("asthma attack", "Zebedee", "Looked after"):
        assert word in html


def test_a_hidden_code_says_no_more_than_its_class():
    hidden = {mark_shown(code.key, sees_sensitive=False) for code in SENSITIVE}
    assert {shown.sign for shown in hidden} == {HIDDEN_SIGN}
    assert {shown.words for shown in hidden} == {"Authorised absence", "Not required to attend"}
    plain = [code for code in CODES if not code.is_class_only]
    assert all(mark_shown(code.key, sees_sensitive=False).sign == code.letters for code in plain)


def test_no_number_of_somebody_barred_by_a_court(kai, as_role):
    html = page(as_role(Role.HEAD_OF_YEAR), kai)
    assert "07700 900001" in html
    assert "07700 900002" not in html
    assert "Court order: contact restricted" in html


def test_behaviour_is_not_for_the_attendance_officer(kai, as_role):
    assert "Disruption" in page(as_role(Role.HEAD_OF_YEAR), kai)
    html = page(as_role(Role.ATTENDANCE_OFFICER), kai)
    assert "Disruption" not in html
    assert "Kindness" not in html


def test_amended_entries_name_who_and_when(kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    mark = SessionMark.objects.get(student=kai, date=MONDAY + timedelta(days=3), session="AM")
    for letters in ("O", "I"):
        with acting(client.user):
            SessionMark.objects.filter(pk=mark.pk).update(code_id=code_on(letters, mark.date).key)
    answer = client.get(kai.get_absolute_url())
    *changes, first, second = answer.context["amendments"]
    assert first.is_comment_only  # the fixture's
    assert second.is_comment_only
    assert "comment changed" in answer.content.decode()
    assert [(change.was.sign, change.became.sign) for change in changes] == [("O", "I"), ("N", "O")]
    assert {change.row.by for change in changes} == {
        f"{client.user.title} {client.user.forename} {client.user.surname}"
    }


def test_somebody_who_left_stays_as_they_stood(kai, as_role):
    kai.left_on = date(2026, 11, 18)
    kai.save()
    answer = as_role(Role.SLT).get(kai.get_absolute_url())
    assert answer.status_code == 200
    assert answer.context["page"].as_at == date(2026, 11, 18)
    assert answer.context["page"].figures.remaining == 0


def test_a_student_without_anything_still_has_a_page(seeded, as_role):
    (student,) = enrol("9B")
    html = page(as_role(Role.HEAD_OF_YEAR), student)
    assert "No incident this year" in html


def test_who_is_on_report_says_so_and_leads_to_the_card_who_reads_behaviour(kai, as_role):
    head, office = as_role(Role.HEAD_OF_YEAR), as_role(Role.ATTENDANCE_OFFICER)
    assert "on report" not in page(head, kai)
    ended = {"outcome": "ended", "ended_by": head.user, "ended_at": "2026-11-20T09:00Z"}
    card_of(kai, keeper=head.user, level="slt", **ended)
    over = {"starts_on": date(2026, 9, 7), "ends_on": date(2026, 9, 18)}
    card = card_of(kai, keeper=head.user, level="head_of_year", **over)
    assert "on report" not in page(head, kai)
    ReportCard.objects.filter(pk=card.pk).update(starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 20))
    address = reverse("behaviour:card_detail", args=[card.pk])
    assert f'href="{address}">on report: Head of Year</a>' in page(head, kai)
    incident = Incident.objects.create(type="Defiance", occurred_on=date(2026, 11, 18))
    Involvement.objects.create(incident=incident, student=kai, role="perpetrator", points=4)  # two are held already
    early = Incident.objects.create(type="Defiance", occurred_on=date(2026, 11, 13))
    Involvement.objects.create(incident=early, student=kai, role="perpetrator", points=9)
    assert "points this week" not in page(head, kai)
    ReportCard.objects.filter(pk=card.pk).update(most_points=3)
    assert "6 of at most 3 points this week" in page(head, kai)
    assert "6 this week</span>, at most 3" in head.get(address).content.decode()
    told = page(office, kai)
    assert "points this week" not in told
    assert ("on report: Head of Year" in told, address in told) == (True, False)


def test_at_most_twelve_queries_however_much_is_held(kai, as_role):
    client = as_role(Role.HEAD_OF_YEAR)
    first = _queries(client, kai)
    EnrolmentFactory(
        student=kai, tutor_group__name="8B", year_group__number=8, starts_on=date(2025, 9, 1), ends_on=date(2026, 8, 31)
    )
    lay(kai, date(2025, 9, 10), "/" * 200)
    assert _queries(client, kai) == first <= 12


def _queries(client, student) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, student, marks="missed")
    return len(queries)


def test_the_address_carries_a_key_and_no_name(kai):
    assert kai.get_absolute_url() == reverse("reports:student_detail", args=[kai.pk])


def test_an_absence_is_planned_from_the_page_by_those_who_plan_for_the_student(kai, as_role):
    link = f"{reverse('attendance:planned_add')}?student={kai.pk}"
    plans = {Role.PASTORAL_MANAGER, Role.HEAD_OF_YEAR, Role.ATTENDANCE_OFFICER}
    asked = (*plans, Role.FORM_TUTOR)
    assert {role for role in asked if link in page(as_role(role), kai)} == plans
    assert as_role(Role.ATTENDANCE_OFFICER).get(link).status_code == 200
    kai.left_on = date(2026, 11, 13)
    kai.save()
    assert link not in page(as_role(Role.ATTENDANCE_OFFICER), kai)
