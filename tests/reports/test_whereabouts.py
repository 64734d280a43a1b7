"""Where a student is now: one answer from four registers, and no more told than the person may know."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.codes import code_on
from attendance.models import PlannedMark
from behaviour.models import InclusionStay, Suspension
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.summaries.where import Kind
from reports.summaries.whereabouts import moment_of, whereabouts
from tests.factories import SessionMarkFactory, enrol, staff
from tests.lessons import lesson

DAY, WEEK_BEFORE = date(2026, 11, 20), date(2026, 11, 13)
LONDON = ZoneInfo("Europe/London")
pytestmark = pytest.mark.django_db


def at(hour: int, minute: int, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


@pytest.fixture
def kai(seeded):
    return enrol("9B", legal_surname="O'Brien", legal_forename="Kai")[0]


def where(student, hour: int = 11, minute: int = 40, *, sees: bool = True):
    return whereabouts({student.pk: sees}, moment_of(at(hour, minute)))[student.pk]


def signed(student, letters: str = "/", session: str = "AM", **facts: object) -> None:
    SessionMarkFactory(student=student, date=DAY, session=session, letters=letters, **facts)


def planned(student, letters: str, **facts: object) -> None:
    boss = staff(Role.SLT)
    PlannedMark.objects.create(
        student=student,
        kind=facts.pop("kind", "planned"),
        code_id=code_on(letters, DAY).key,
        starts_on=DAY,
        ends_on=DAY,
        created_by=boss,
        **facts,
    )


def test_in_the_lesson(kai):
    signed(kai)
    lesson(kai, DAY, "P3")
    found = where(kai)
    assert (found.kind, found.answer) == (Kind.LESSON, "In Mathematics 9x2/Ma with PHE012, marked present")
    assert found.rests_on == ("AM mark /: present in the morning", "P3 mark /")


def test_in_the_inclusion_room_whatever_the_lesson_says(kai):
    signed(kai)
    lesson(kai, DAY, "P3", "N")
    InclusionStay.objects.create(
        student=kai, room="inclusion", came_at=at(11, 5), reason="x", adult="Mr Sugden", recorded_by=staff(Role.SLT)
    )
    found = where(kai)
    assert (found.kind, found.answer) == (Kind.ROOM, "In the inclusion room since 11:05 with Mr Sugden")
    InclusionStay.objects.update(withdrawn_at=at(11, 59), withdrawn_by=staff(Role.SLT), withdrawn_because="x")
    assert where(kai).kind is not Kind.ROOM


def test_yesterdays_stay_that_nobody_ended_is_not_now(kai):
    InclusionStay.objects.create(
        student=kai,
        room="nurture",
        came_at=at(14, 0, date(2026, 11, 19)),
        reason="x",
        adult="Y",
        recorded_by=staff(Role.SLT),
    )
    assert where(kai).kind is Kind.UNKNOWN


def stay(student, hour: int, minute: int, **facts: object) -> None:
    InclusionStay.objects.create(
        student=student,
        room="inclusion",
        came_at=at(hour, minute),
        reason="x",
        adult="Mr Sugden",
        recorded_by=staff(Role.SLT),
        **facts,
    )


def test_a_stay_of_the_morning_is_not_believed_in_the_afternoon(kai):
    signed(kai, "\\", "PM")
    stay(kai, 9, 30)
    assert where(kai, 13, 0).kind is Kind.ROOM
    found = where(kai, 14, 10)
    assert (found.kind, found.needs_looking) == (Kind.NOT_SIGNED_OUT, True)
    assert found.answer.startswith("Not signed out of the inclusion room since 09:30 (Mr Sugden); otherwise: in school")
    assert "rooms' register, signed in 09:30" in found.rests_on


def test_a_stay_that_a_later_mark_speaks_against_is_not_believed(kai):
    stay(kai, 13, 30)
    assert where(kai, 14, 10).kind is Kind.ROOM
    lesson(kai, DAY, "P4")  # begun before the stay
    assert where(kai, 14, 10).kind is Kind.ROOM
    lesson(kai, DAY, "P5")
    found = where(kai, 14, 10)
    assert (found.kind, found.answer) == (
        Kind.NOT_SIGNED_OUT,
        "Not signed out of the inclusion room since 13:30 (Mr Sugden);"
        " otherwise: in Mathematics 9x2/Ma with PHE012, marked present",
    )


@pytest.mark.parametrize(("made_at", "kind"), [((13, 10), Kind.ROOM), ((13, 50), Kind.NOT_SIGNED_OUT)])
def test_a_session_mark_speaks_against_a_stay_when_it_is_the_later(kai, made_at, kind):
    signed(kai, "I", "PM", recorded_at=at(*made_at))
    stay(kai, 13, 30)
    assert where(kai, 14, 10).kind is kind
    assert "llness" not in where(kai, 14, 10, sees=False).answer


def test_leave_that_was_refused_is_not_expected(kai):
    boss = staff(Role.SLT)
    planned(kai, "C", kind="leave", status="refused", decided_by=boss, decided_at=at(8, 0))
    found = where(kai)
    assert found.answer == "No mark yet this morning"
    assert "leave was asked for and refused" in found.rests_on


def test_signed_present_and_not_in_the_lesson(kai):
    signed(kai)
    lesson(kai, DAY, "P3", "N")
    found = where(kai)
    assert found.kind is Kind.MISSING
    assert found.answer.startswith("Signed present at registration, not in P3")


def test_the_lesson_that_has_no_marks_yet_is_that_of_other_weeks(kai):
    signed(kai)
    lesson(kai, WEEK_BEFORE, "P3", class_name="9x2/Fr", subject="French")
    found = where(kai)
    assert found.kind is Kind.EXPECTED
    assert found.answer == "In school; should be in French 9x2/Fr with PHE012, which has no mark yet"


def test_at_break_in_school_and_where_last_seen(kai):
    signed(kai)
    lesson(kai, DAY, "P2")
    found = where(kai, 11, 10)
    assert (found.kind, found.answer) == (
        Kind.IN_SCHOOL,
        "In school, between lessons; last seen in Mathematics 9x2/Ma with PHE012",
    )


@pytest.mark.parametrize(
    ("letters", "sees", "kind", "answer"),
    [
        ("I", True, Kind.AWAY, "Not in school: illness"),
        ("I", False, Kind.AWAY, "Not in school: authorised absence"),
        ("E", False, Kind.AWAY, "Not in school: authorised absence"),
        ("Y5", False, Kind.AWAY, "Not in school: not required to attend"),
        ("D", False, Kind.AWAY, "Not in school: not required to attend"),
        ("N", False, Kind.AWAY, "Not in school: reason not yet established"),
        ("V", False, Kind.ELSEWHERE, "Attending an educational visit or trip"),
        ("D", True, Kind.ELSEWHERE, "Dual registered at another school"),
    ],
)
def test_not_in_school_as_far_as_the_person_may_know(kai, letters, sees, kind, answer):
    signed(kai, letters)
    found = where(kai, sees=sees)
    assert (found.kind, found.answer) == (kind, answer)


def test_no_mark_yet_with_and_without_a_plan(kai):
    assert where(kai).answer == "No mark yet this morning"
    planned(kai, "M", note="Orthodontist")
    assert where(kai).answer == "No mark yet this morning; expected: leave for a medical or dental appointment"
    assert where(kai, sees=False).answer == "No mark yet this morning; expected: authorised absence"
    assert "Orthodontist" not in str(where(kai))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(8, 0), "School begins at 08:45."),
        (at(15, 20), "The school day is over."),
        (at(11, 0, date(2026, 11, 21)), "Saturday"),
        (at(11, 0, date(2026, 11, 27)), "INSET"),
    ],
)
def test_while_school_is_closed_nobody_is_looked_for(kai, moment, words):
    found = moment_of(moment)
    assert found.closed == words
    assert whereabouts({kai.pk: True}, found) == {}


def test_a_tutor_reads_no_sensitive_code_anywhere(kai, as_role, on_day):
    signed(kai, "E")
    planned(kai, "E")
    client = as_role(Role.FORM_TUTOR, "9B")
    on_day(DAY, 11, 40)
    for address in (reverse("reports:whereabouts"), reverse("reports:student_where", args=[kai.pk])):
        page = client.get(address).content.decode()
        assert "authorised absence" in page
        assert "uspended" not in page
        assert "mark E" not in page


def test_a_suspended_student_is_out_and_only_those_who_see_suspensions_read_why(kai, as_role, on_day):
    """Nobody looks for them; the others learn what an E counts as, and a mark that says otherwise stands."""
    fifth = enrol("9B", count=5)
    facts = {"starts_on": DAY, "ends_on": date(2026, 11, 23), "sessions": 4, "reasons": ["DB"], "decided_by": "x"}
    span = Suspension.objects.create(student=kai, recorded_by=staff(Role.SLT), **facts)
    told = "Not in school: suspended until Mon 23 Nov"
    addresses = (reverse("reports:whereabouts"), reverse("reports:student_where", args=[kai.pk]))
    for role, sees in ((Role.FORM_TUTOR, False), (Role.ATTENDANCE_OFFICER, False), (Role.HEAD_OF_YEAR, True)):
        client = as_role(role)
        on_day(DAY, 11, 40)
        for address in addresses:
            page = client.get(address).content.decode()
            assert (told in page, "uspen" in page) == (sees, sees), (role, address)
            assert sees or "Not in school: authorised absence" in page
    listed = client.get(addresses[0]).context
    assert [(row[0].student_id, row[1].kind) for row in listed["rows"]] == [(kai.pk, Kind.AWAY)]
    assert [count for _url, _group, count, _register in listed["waiting"]] == [len(fifth)]
    signed(kai, "N")
    assert whereabouts({kai.pk: True}, moment_of(at(11, 40)), {kai.pk})[kai.pk].answer == told
    lesson(kai, DAY, "P3", "/")
    here = whereabouts({kai.pk: True}, moment_of(at(11, 40)), {kai.pk})[kai.pk]
    assert (here.kind, "suspension from Fri 20 Nov" in here.rests_on) == (Kind.LESSON, True)
    Suspension.objects.filter(pk=span.pk).update(kind="LNCH")  # out over lunch only
    assert "suspen" not in str(whereabouts({kai.pk: True}, moment_of(at(13, 40)), {kai.pk})[kai.pk])


def test_the_strip_loads_into_the_students_page_and_the_page_of_its_own_is_logged(kai, as_role, on_day):
    client = as_role(Role.FORM_TUTOR, "9B")
    on_day(DAY, 11, 40)
    address = reverse("reports:student_where", args=[kai.pk])
    assert f'hx-get="{address}"' in client.get(kai.get_absolute_url()).content.decode()
    part = client.get(address, headers={"hx-request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    before = AccessRecord.objects.count()
    client.get(address)
    assert AccessRecord.objects.count() == before + 1


def test_the_list_by_kind_year_and_group(kai, as_role, on_day):
    other = enrol("8A")[0]
    signed(kai)
    lesson(kai, DAY, "P3", "N")
    client = as_role(Role.SLT)
    on_day(DAY, 11, 40)

    def names(**asked: str) -> list[str]:
        return [
            person.name for person, _where, _action in client.get(reverse("reports:whereabouts"), asked).context["rows"]
        ]

    assert names() == [kai.sort_name, other.sort_name]
    assert names(kind="missing") == [kai.sort_name]
    assert names(year="8") == [other.sort_name]
    assert names(year="9", group="9B") == [kai.sort_name]
    assert names(kind="no such") == []


def test_a_group_that_nobody_has_marked_is_one_register_and_no_alarm(kai, as_role, on_day):
    """T11: before a register is taken nobody of the group is looked for one by one."""
    enrol("8A", count=6)
    others = enrol("9B", count=6)
    signed(others[0])
    tutor, boss = as_role(Role.FORM_TUTOR, "8A"), as_role(Role.SLT)
    on_day(DAY, 8, 50)
    page = boss.get(reverse("reports:whereabouts")).context
    ((url, group, count, register),) = page["waiting"]
    assert (group, count) == ("8A", 6)
    assert register.endswith("/2026-11-20/AM/")
    assert {person.tutor_group for person, _where, _action in page["rows"]} == {"9B"}
    assert len(boss.get(url).context["rows"]) == 6
    assert len(tutor.get(reverse("reports:whereabouts"), {"kind": "unknown"}).context["rows"]) == 6


def test_three_students_and_thirty_cost_the_same(seeded, as_role, on_day):
    client = as_role(Role.SLT)
    on_day(DAY, 11, 40)

    def queries() -> int:
        with CaptureQueriesContext(connection) as held:
            assert client.get(reverse("reports:whereabouts")).status_code == 200
        return len(held)

    def students(count: int) -> None:
        for n, student in enumerate(enrol("9B", count=count)):
            if n % 3:
                signed(student)
                lesson(student, DAY, "P3", "N" if n % 2 else "/")

    students(3)
    few = queries()
    students(27)
    assert queries() == few <= 12


def test_no_mark_yet_but_the_lesson_has_one(kai):
    lesson(kai, DAY, "P3", "I")
    assert where(kai).answer == "No mark yet this morning; not in P3: illness"
    assert where(kai, sees=False).answer == "No mark yet this morning; not in P3: authorised absence"
