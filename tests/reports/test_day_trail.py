"""One student's day, hour by hour: every register together, and no more told than the person may know."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.models import SessionMark
from behaviour.models import InclusionStay
from pastoral.core.rights import Role
from reports.summaries.day_trail import day_trail
from reports.summaries.whereabouts import moment_of, whereabouts
from tests.factories import SessionMarkFactory, enrol, staff
from tests.lessons import lesson
from tests.planning import plan

DAY, WEEK_BEFORE = date(2026, 11, 20), date(2026, 11, 13)
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def at(hour: int, minute: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@pytest.fixture
def kai(seeded):
    """Signed by the tutor, in P1, then in the inclusion room; P3 and P4 are as last week."""
    (student,) = enrol("9B", legal_surname="O'Brien", legal_forename="Kai")
    tutor = staff(Role.FORM_TUTOR, "9B", surname="Birtwistle", title="Ms")
    SessionMarkFactory(student=student, date=DAY, session="AM", letters="L", minutes_late=4, recorded_by=tutor)
    SessionMark.objects.update(recorded_at=at(8, 52))
    lesson(student, DAY, "P1")
    lesson(student, WEEK_BEFORE, "P3")
    lesson(student, WEEK_BEFORE, "P4")
    InclusionStay.objects.create(
        student=student,
        room="inclusion",
        came_at=at(10, 5),
        left_at=at(11, 0),
        reason="PRIVATE",
        adult="Mr Sugden",
        recorded_by=tutor,
    )
    return student


def trail(student, hour: int = 11, minute: int = 40, *, day: date = DAY, sees: bool = True):
    return day_trail(student.pk, moment_of(at(hour, minute, day)), sees_sensitive=sees)


def test_the_day_in_order_up_to_now_and_ahead(kai):
    steps = trail(kai).steps
    assert [(step.at, step.what) for step in steps] == [
        (time(8, 45), "Morning register"),
        (time(9, 0), "P1 Mathematics 9x2/Ma"),
        (time(10, 5), "Inclusion room"),
        (time(11, 20), "P3 Mathematics 9x2/Ma"),
        (time(13, 5), "Afternoon register"),
        (time(13, 20), "P4 Mathematics 9x2/Ma"),
    ]
    assert [step.is_now for step in steps] == [False, False, False, True, False, False]
    assert [step.state for step in steps] == [
        "",
        "",
        "signed out",
        "as in the weeks before; not marked yet",
        "still to come",
        "as in the weeks before; still to come",
    ]


def test_the_last_mark_with_time_and_by_whom(kai):
    last = trail(kai).last
    assert (last.mark.sign, last.minutes, last.by) == ("L", 4, "by Ms Birtwistle at 08:52")
    SessionMark.objects.update(recorded_by=None, recorded_at=at(6, 0, date(2026, 11, 21)))
    assert trail(kai).last.by == "from the MIS on Sat 21 Nov"


def test_the_answer_is_that_of_the_list_of_everybody(kai):
    for hour, minute in ((9, 30), (10, 30), (11, 10), (11, 40), (13, 30)):
        moment = moment_of(at(hour, minute))
        assert day_trail(kai.pk, moment, sees_sensitive=True).where == whereabouts({kai.pk: True}, moment)[kai.pk]


def test_after_school_the_day_stays_and_on_a_sunday_there_is_none(kai):
    late = trail(kai, 17, 0)
    assert late.where is None
    assert len(late.steps) == 6
    assert not any(step.is_now for step in late.steps)
    assert trail(kai, day=date(2026, 11, 22)).steps == ()


def test_what_is_planned_by_half_day(kai):
    by = staff(Role.ATTENDANCE_OFFICER)
    plan(kai, "B", by=by, kind="placement", provider="Northfield", sessions=["FRI-PM"])
    plan(
        kai, "B", by=by, kind="placement", provider="Elsewhere", sessions=["MON-AM"], first=date(2026, 11, 2), last=DAY
    )
    (held,) = trail(kai).plans
    assert (held.when, held.provider, held.is_refused) == ("in the afternoon", "Northfield", False)


def test_a_tutor_reads_no_sensitive_code_nor_why(kai, as_role, on_day):
    plan(kai, "M", by=staff(Role.ATTENDANCE_OFFICER), note="Orthodontist", provider="Clinic")
    on_day(DAY, 11, 40)
    url = reverse("reports:student_where", args=[kai.pk])
    tutors, officers = (as_role(role).get(url).content.decode() for role in (Role.FORM_TUTOR, Role.ATTENDANCE_OFFICER))
    assert "Orthodontist" in officers
    for word in ("Orthodontist", "Clinic", "medical", "Medical", "PRIVATE"):
        assert word not in tutors
    assert "PRIVATE" not in officers
    assert "with Mr Sugden" in tutors


def test_each_register_leads_on_by_right(kai, as_role, on_day):
    url = reverse("reports:student_where", args=[kai.pk])
    found = {}
    for role in (Role.FORM_TUTOR, Role.SLT):
        client = as_role(role)
        on_day(DAY, 11, 40)
        html = client.get(url).content.decode()
        found[role] = ("/2026-11-20/AM/" in html, f"/marks/{kai.pk}/2026-11-20/AM/" in html)
    assert found == {Role.FORM_TUTOR: (True, True), Role.SLT: (True, False)}


def test_the_page_costs_twelve_queries_at_most(kai, as_role, on_day):
    client = as_role(Role.HEAD_OF_YEAR)
    on_day(DAY, 11, 40)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("reports:student_where", args=[kai.pk])).status_code == 200
        return len(queries)

    few = cost()
    for period in ("P2", "P3", "P4"):
        lesson(kai, DAY, period)
    plan(kai, "V", by=staff(Role.ATTENDANCE_OFFICER))
    assert cost() == few <= 12


def test_a_withdrawn_stay_is_no_step(kai):
    InclusionStay.objects.update(withdrawn_at=at(11, 5), withdrawn_by=staff(Role.SLT), withdrawn_because="x")
    assert "Inclusion room" not in [step.what for step in trail(kai).steps]
