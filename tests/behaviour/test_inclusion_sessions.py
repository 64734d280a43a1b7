"""The rooms' register over a term: sessions, work, why, and the incident it goes back to."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.summaries.times import SchoolTimes
from behaviour.models import Incident, IncidentType, InclusionStay, Involvement
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.summaries.inclusion import sessions_in
from students.lessons import LessonTime
from tests.factories import enrol, staff

DAY = date(2026, 11, 20)
LIST = reverse("reports:inclusion_list")
CLOCK = (
    ("08:50", "09:50", "AM"),
    ("09:50", "10:50", "AM"),
    ("11:10", "12:10", "AM"),
    ("13:10", "14:10", "PM"),
    ("14:10", "15:10", "PM"),
)
LESSONS = tuple(
    LessonTime(f"P{n}", datetime.strptime(begins, "%H:%M").time(), datetime.strptime(ends, "%H:%M").time(), half)
    for n, (begins, ends, half) in enumerate(CLOCK, 1)
)


def at(hour, minute, day=DAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("Europe/London"))


def stay(student, came, left, kind="removed", **facts):
    fields = {"room": "inclusion", "reason": "Refused", "adult": "Mr Sugden", "work": "Booklet"} | facts
    return InclusionStay.objects.create(
        student=student, came_at=came, left_at=left, kind=kind, outcome="Back" if left else "",
        recorded_by=staff(Role.SLT), **fields,
    )  # fmt: skip


STRETCHES = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 400)), max_size=4)


@given(STRETCHES)
def test_sessions_equal_a_slow_count_minute_by_minute(stretches):
    times = SchoolTimes(LESSONS[0].starts, LESSONS[3].starts, 30, 10, is_taken_here=True, lessons=LESSONS)
    begins, stays, cursor = at(8, 0), [], 0
    for gap, length in stretches:  # one after the other: nobody is in two rooms
        came = begins + timedelta(minutes=cursor + gap)
        left = min(came + timedelta(minutes=length), at(23, 0))
        if came >= left:
            break
        stays.append(InclusionStay(student_id=1, came_at=came, left_at=left))
        cursor += gap + length
    slow = set()
    for half in ("AM", "PM"):
        lesson_minutes = [
            at(lesson.starts.hour, lesson.starts.minute) + timedelta(minutes=n)
            for lesson in LESSONS if lesson.session == half for n in range(lesson.minutes)
        ]  # fmt: skip
        spent = sum(any(each.came_at <= minute < each.left_at for each in stays) for minute in lesson_minutes)
        if spent and 2 * spent >= len(lesson_minutes):
            slow.add((1, DAY, half))
    assert sessions_in(stays, at(23, 59), times) == slow


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="Quillfeather", legal_forename="Kai")
    return student


def test_a_term_by_student_with_sessions(kai, as_role):
    (other,) = enrol("9B", legal_surname="Zeta")
    stay(kai, at(8, 50), at(12, 10), "exclusion")
    stay(kai, at(13, 10), at(13, 20), work="")
    stay(other, at(13, 10, DAY - timedelta(days=1)), at(15, 10, DAY - timedelta(days=1)))
    stay(kai, at(8, 50, date(2026, 10, 1)), at(15, 10, date(2026, 10, 1)))  # of the half term before
    stay(enrol("8A", legal_surname="Othername")[0], at(8, 50), at(15, 10))
    head = as_role(Role.HEAD_OF_YEAR)
    page = head.get(LIST)
    rows = [(each.name, each.sessions, each.exclusions, each.stays, each.without_work) for each in page.context["rows"]]
    assert rows == [("Quillfeather, Kai", 1, 1, 2, 1), (other.sort_name, 1, 0, 1, 0)]
    assert "Othername" not in page.content.decode()
    assert head.get(LIST, {"window": "year"}).context["rows"][0].sessions == 3
    assert [each.name for each in head.get(LIST, {"kind": "exclusion"}).context["rows"]] == ["Quillfeather, Kai"]
    text = head.get(LIST, {"format": "csv"}).content.decode()
    assert "Quillfeather, Kai" in text
    assert "Othername" not in text
    assert AccessRecord.objects.filter(kind=AccessRecord.Kind.EXPORT).exists()
    student = head.get(reverse("reports:inclusion_student", args=[kai.pk]))
    assert len(student.context["stays"].sessions) == 3


def test_in_for_an_incident_with_its_reason_and_kind(kai, as_role):
    incident = Incident.objects.create(type="Defiance", occurred_on=DAY)
    Involvement.objects.create(incident=incident, student=kai, role="perpetrator")
    head = as_role(Role.HEAD_OF_YEAR)
    address = f"{reverse('behaviour:inclusion_sign_in', args=[kai.pk])}?incident={incident.pk}"
    assert head.get(address).context["form"].initial["reason"] == "Defiance"
    detail = reverse("behaviour:incident_detail", args=[incident.pk])
    assert f'href="{address}"' in head.get(detail).content.decode()
    IncidentType.objects.filter(name="Defiance").update(goes_to_dsl=True)
    dsl = as_role(Role.DSL)
    assert dsl.get(address).context["form"].initial["reason"] == ""  # the year team reads it in the register
    assert f'href="{address}"' not in dsl.get(detail).content.decode()
    IncidentType.objects.filter(name="Defiance").update(goes_to_dsl=False)
    data = {
        "room": "inclusion",
        "kind": "exclusion",
        "came_at": "14:00",
        "reason": "Defiance",
        "work": "",
        "adult": "Mr S",
    }
    page = head.post(address, data, follow=True).content.decode()
    row = InclusionStay.objects.get()
    assert (row.kind, row.incident, "no work given" in page) == ("exclusion", incident, True)
    out = reverse("behaviour:inclusion_sign_out", args=[row.pk])
    assert head.post(out, {"do": "work", "work": "x", "adult": ""}).status_code == 422
    seen = head.get(out).context["work"].initial["seen"]
    head.post(out, {"do": "work", "work": "Maths, pages 4 to 9", "adult": "Mrs Akhtar", "seen": seen})
    row.refresh_from_db()
    assert (row.work, row.adult, row.left_at) == ("Maths, pages 4 to 9", "Mrs Akhtar", None)
    assert [event.work for event in row.events.order_by("pgh_id")] == [""]


def test_three_students_and_thirty_cost_the_same(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)

    def cost(count):
        for student in enrol("9B", count=count):
            stay(student, at(8, 50), at(12, 10))
        with CaptureQueriesContext(connection) as queries:
            assert head.get(LIST).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12
