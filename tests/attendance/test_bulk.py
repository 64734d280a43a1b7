"""Many marks in one action: what is previewed is what is done, once, and can be put back."""

import re
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.codes import code_on
from attendance.models import AttendanceWeek, BulkChange, PlannedMark, SessionMark
from attendance.services.bulk import Confirmed, TooMany, bulk_change, bulk_undo, size_fits
from attendance.services.marks import MarkRow, marks_write
from attendance.summaries.amendments import entries_of
from attendance.summaries.bulk import BulkAsk, SessionOf
from attendance.summaries.bulk_preview import bulk_preview, bulk_students
from attendance.summaries.planned import expected_in
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Student
from students.summaries import SchoolCalendar
from tests.factories import EnrolmentFactory, StaffAssignmentFactory, StudentFactory, TutorGroupFactory, enrol, staff
from tests.marks import lay

MONDAY = date(2026, 11, 16)
TUESDAY = date(2026, 11, 17)
TODAY = date(2026, 11, 20)
URL = "/marks/bulk/"
TRIP = {
    "whom": "group:9B",
    "first_day": "2026-11-16",
    "first_session": "AM",
    "last_day": "2026-11-16",
    "last_session": "PM",
    "code": "V",
    "comment": "Museum",
    "why": "Trip or visit",
    "detail": "",
}


def key(letters: str, day: date = MONDAY) -> int:
    code = code_on(letters, day)
    assert code is not None
    return code.key


@pytest.fixture
def group(seeded: int, friday: date) -> list[Student]:
    """Four of 9B on Monday: unmarked, N, ill, present."""
    students = enrol("9B", count=4)
    for student, word in zip(students, ["- -", "N N", "I I", "/ /"], strict=True):
        lay(student, MONDAY, word)
    return students


def letters_of(student: Student, day: date = MONDAY) -> list[str]:
    marks = SessionMark.objects.filter(student=student, date=day).select_related("code").order_by("session")
    return [mark.code.letters for mark in marks]


def preview(client: Client, **change: object) -> tuple[str, dict[str, object]]:
    """Ask for a preview; return the page, and what confirming it sends."""
    typed = {**TRIP, **change}
    answer = client.post(URL, {**typed, "do": "preview"})
    page = answer.content.decode()
    hidden = dict(re.findall(r'name="(token|digest|looked_at)" value="([^"]*)"', page))
    return page, {**typed, **hidden, "do": "confirm"}


def numbers(client: Client, **change: object) -> tuple[int, int, int, int]:
    shown = client.post(URL, {**TRIP, **change, "do": "preview"}).context["preview"]
    return shown.new, shown.replaced, shown.planned, shown.same


def test_the_preview_says_what_it_would_do_and_writes_nothing(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    page, _ = preview(client)
    assert numbers(client) == (2, 4, 0, 0)
    assert "marked present, kept" in page
    assert "Look at these first" in page
    assert numbers(client, with_present="on") == (2, 6, 0, 0)
    assert letters_of(group[0]) == []
    assert not BulkChange.objects.exists()


def test_confirmed_it_does_exactly_that_with_one_reason(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    _, confirm = preview(client, detail="Science museum")
    answer = client.post(URL, confirm, follow=True)
    assert "2 new marks, 4 marks replaced" in answer.content.decode()
    assert [letters_of(student) for student in group] == [["V", "V"], ["V", "V"], ["V", "V"], ["/", "\\"]]
    done = BulkChange.objects.get()
    assert (done.whom, done.letters, done.new, done.replaced, done.reason) == (
        "9B", "V", 2, 4, "Trip or visit: Science museum",
    )  # fmt: skip
    amended = entries_of(group[2].pk, MONDAY, "AM")[-1]
    assert (amended.reason, amended.position, amended.comment) == (done.reason, "Head of Year 9", "Museum")


def test_who_is_left_out_stays_as_they_were(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    _, confirm = preview(client)
    client.post(URL, {**confirm, "out": [group[2].pk, "9" * 5000]})  # no key has so many digits
    assert letters_of(group[2]) == ["I", "I"]
    assert letters_of(group[1]) == ["V", "V"]


def test_a_double_click_does_it_once(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    _, confirm = preview(client)
    first, second = client.post(URL, confirm), client.post(URL, confirm)
    assert first["Location"] == second["Location"]
    assert BulkChange.objects.count() == 1
    assert len(entries_of(group[2].pk, MONDAY, "AM")) == 2


def test_a_stale_preview_is_shown_again_with_what_changed(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    _, confirm = preview(client, comment="kept on the page")
    marks_write(
        rows=[MarkRow(group[1].pk, MONDAY, "AM", key("M"))], by=staff(Role.ATTENDANCE_OFFICER), reason="dentist"
    )
    SessionMark.objects.filter(student=group[1], session="AM").update(recorded_at=timezone.now() + timedelta(days=999))
    answer = client.post(URL, {**confirm, "out": [group[2].pk]})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Changed since you looked" in page
    assert group[1].legal_surname.replace("'", "&#x27;") in page
    assert "kept on the page" in page
    assert f'name="out" value="{group[2].pk}" checked' in page
    assert letters_of(group[0]) == []
    hidden = dict(re.findall(r'name="(token|digest|looked_at)" value="([^"]*)"', page))
    assert client.post(URL, {**confirm, **hidden}).status_code == 302
    assert letters_of(group[1]) == ["V", "V"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"whom": ""}, "Choose a group"),
        ({"whom": "group:8A"}, "not one of the available choices"),
        ({"whom": "nonsense"}, "not one of the available choices"),
        ({"first_day": "2026-11-15", "last_day": "2026-11-15"}, "no school in those days"),
        ({"first_day": "2026-10-26", "last_day": "2026-10-30"}, "no school in those days"),
        ({"last_day": "2026-11-13"}, "end after it begins"),
        ({"first_session": "PM", "last_session": "AM"}, "end after it begins"),
        ({"first_day": "30/02/2026"}, "Put in a day that exists"),
        ({"last_day": "2029-11-16"}, "at most a year"),
        ({"code": ""}, "Choose the code"),
        ({"code": "L"}, "not one of the available choices"),
        ({"why": ""}, "Say why it is changed"),
        ({"why": "Other"}, "Say in a few words"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(
    group: list[Student], as_role: Callable[..., Client], change: dict[str, object], words: str
) -> None:
    enrol("8A")
    page, _ = preview(as_role(Role.HEAD_OF_YEAR), comment="kept typed", **change)
    assert words in page
    assert "kept typed" in page


def test_students_are_found_and_picked_without_losing_what_is_typed(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    (zofia,) = enrol("9C", legal_surname="Żółkiewski")
    enrol("8A", legal_surname="Zolkiewski")
    client = as_role(Role.HEAD_OF_YEAR)
    typed = {**TRIP, "whom": "", "comment": "kept typed", "student": [group[0].pk]}
    page = client.post(URL, {**typed, "words": "zolkiewski", "do": "find"}).content.decode()
    assert page.count('name="student"') == 2, "the one picked, the one found; 8A is out of reach"
    assert "kept typed" in page
    assert "Choose a group" not in page
    assert client.post(URL, {**typed, "words": "zolkiewski", "do": "preview"}).context["who"].looked_for == "zolkiewski"
    assert "Nobody new found" in client.post(URL, {**typed, "words": "nobody", "do": "find"}).content.decode()
    _, confirm = preview(client, whom="", student=[group[0].pk, zofia.pk])
    client.post(URL, confirm)
    assert (letters_of(group[0]), letters_of(zofia), letters_of(group[1])) == (["V", "V"], ["V", "V"], ["N", "N"])
    assert BulkChange.objects.get().whom == "2 students of 9B, 9C"


def test_a_group_is_listed_ticked_and_a_second_one_keeps_the_first(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    others = enrol("9C", count=2)
    client = as_role(Role.HEAD_OF_YEAR)
    part = {"headers": {"hx-request": "true"}}
    first = client.post(URL, {**TRIP, "whom": "group:9B", "do": "list"}, **part)
    assert set(first.context["who"].picked) == {student.pk for student in group}
    assert "<html" not in first.content.decode()
    assert first.content.decode().count("checked") == 4 + 1, "everybody, and the tick for all of them"
    kept = [student.pk for student in group[1:]]
    both = client.post(URL, {**TRIP, "whom": "group:9C", "do": "list", "student": kept}, **part).context["who"]
    assert set(both.picked) == {*kept, *(student.pk for student in others)}
    assert (both.whom, both.words) == ("", "5 students of 9B, 9C")
    assert set(client.get(URL, {"group": "9B"}).context["who"].picked) == {student.pk for student in group}
    year = client.post(URL, {**TRIP, "whom": "year:9", "do": "list"}, **part)
    assert (year.context["who"].whom, year.context["who"].picked) == ("year:9", {})
    assert "Everybody there is taken" in year.content.decode()


def test_a_listed_group_is_its_roll_of_the_day(group: list[Student], as_role: Callable[..., Client]) -> None:
    Student.objects.filter(pk=group[0].pk).update(left_on=TODAY - timedelta(days=1))
    Student.objects.filter(pk=group[1].pk).update(left_on=TODAY + timedelta(days=30))
    listed = as_role(Role.HEAD_OF_YEAR).get(URL, {"group": "9B"}).context["who"].picked
    assert set(listed) == {student.pk for student in group[1:]}, "who will leave is still to be marked"


def test_making_a_change_again_names_those_who_were_ticked(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    _, confirm = preview(client, whom="", student=[student.pk for student in group[:3]])
    client.post(URL, {**confirm, "out": [group[1].pk]})
    done = BulkChange.objects.get()
    page = client.get(URL, {"again": str(done.pk)})
    assert set(page.context["who"].picked) == {group[0].pk, group[2].pk}
    assert group[0].sort_name in unescape(page.content.decode())
    assert page.context["form"].initial["first_day"] == MONDAY
    assert as_role(Role.HEAD_OF_YEAR, 8).get(URL, {"again": str(done.pk)}).context["who"].picked == {}


def test_nobody_out_of_reach_is_changed(group: list[Student], as_role: Callable[..., Client]) -> None:
    (far,) = enrol("8A")
    lay(far, MONDAY, "N N")
    head = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=head.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    page = head.get(URL).content.decode()
    assert 'value="group:9B"' not in page, "a tutor's group is not changed in bulk"
    assert 'value="all"' not in page
    _, confirm = preview(head, whom="group:8A", student=[group[1].pk])
    head.post(URL, confirm)
    assert (letters_of(far), letters_of(group[1])) == (["V", "V"], ["N", "N"])


def test_not_on_roll_and_not_valid_are_told_and_left(group: list[Student], as_role: Callable[..., Client]) -> None:
    Student.objects.filter(pk=group[0].pk).update(left_on=MONDAY)
    Student.objects.filter(pk=group[1].pk).update(admitted_on=TUESDAY)
    client = as_role(Role.ATTENDANCE_OFFICER)
    page, confirm = preview(client, last_day="2026-11-17", with_present="on")
    assert "not on roll" in page
    client.post(URL, confirm)
    assert (letters_of(group[0], TUESDAY), letters_of(group[0])) == ([], ["V", "V"])
    assert letters_of(group[1]) == ["N", "N"]
    page, _ = preview(client, code="X")
    assert "code not valid for this student or day" in page
    assert "There is nothing to change" in page


def test_the_same_marks_again_are_nothing_to_do(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    client.post(URL, preview(client)[1])
    assert numbers(client) == (0, 0, 0, 6)


def test_sessions_to_come_are_planned_and_shown_to_the_register(
    group: list[Student], as_role: Callable[..., Client], on_day: Callable[..., datetime]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    on_day(TODAY, 10)
    asked = {"first_day": "2026-11-20", "last_day": "2026-11-24"}
    assert numbers(client, **asked) == (4, 0, 20, 0), "this morning is a mark, the rest is to come"
    _, confirm = preview(client, **asked)
    client.post(URL, confirm)
    assert not SessionMark.objects.filter(date__gt=TODAY).exists()
    plan = PlannedMark.objects.get(student=group[0])
    assert (plan.starts_on, plan.starts_session, plan.ends_on, plan.ends_session) == (
        TODAY,
        "PM",
        date(2026, 11, 24),
        "PM",
    )
    assert plan.batch == BulkChange.objects.get().pk
    assert expected_in([group[0].pk], date(2026, 11, 23), "AM")[group[0].pk].key == key("V")
    assert numbers(client, **asked) == (0, 0, 0, 24)


def test_a_closure_of_the_whole_school_leaves_every_percentage(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    _, confirm = preview(client, whom="all", code="Y4", with_present="on", why="School or site closed")
    client.post(URL, confirm)
    assert {letter for student in group for letter in letters_of(student)} == {"Y4"}
    weeks = AttendanceWeek.objects.filter(student__in=group)
    assert {(week.present, week.authorised, week.unauthorised, week.not_counted) for week in weeks} == {(0, 0, 0, 2)}
    _, confirm = preview(client, whom="all", code="#", why="School or site closed")
    client.post(URL, confirm)
    assert {letter for student in group for letter in letters_of(student)} == {"#"}


def test_undone_it_puts_back_what_stood_but_for_what_changed_since(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    client.post(URL, preview(client, last_day="2026-11-16")[1])
    done = BulkChange.objects.get()
    marks_write(rows=[MarkRow(group[1].pk, MONDAY, "AM", key("M"))], by=client.user, reason="dentist")
    address = f"{URL}{done.pk}/"
    page = client.get(address).content.decode()
    assert "3 marks will say again" in page
    assert "1 was changed since" in page
    assert "2 were new" in page
    assert "the reason stays" in client.post(address, {"reason": " "}).content.decode()
    answer = client.post(address, {"reason": "The trip was cancelled"}, follow=True)
    assert "3 marks replaced" in answer.content.decode()
    assert [letters_of(student) for student in group] == [["V", "V"], ["M", "N"], ["I", "I"], ["/", "\\"]]
    assert entries_of(group[2].pk, MONDAY, "AM")[-1].reason == "The trip was cancelled"
    client.post(address, {"reason": "again"})
    assert BulkChange.objects.count() == 2
    assert "Undone" in client.get(address).content.decode()


def test_marks_over_blanks_keep_the_reason_and_lead_to_a_form_to_correct_them(
    group: list[Student], as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    client.post(URL, preview(client, comment="", detail="Museum")[1])
    assert entries_of(group[0].pk, MONDAY, "AM")[-1].comment == "Trip or visit: Museum"
    assert entries_of(group[1].pk, MONDAY, "AM")[-1].comment == ""
    assert numbers(client, comment="") == (0, 0, 0, 6)
    done = BulkChange.objects.get()
    again = f"{URL}?again={done.pk}"
    assert again in client.get(f"{URL}{done.pk}/").content.decode()
    page = client.get(again)
    initial = page.context["form"].initial
    assert (initial["whom"], initial["first_day"], initial["last_session"]) == ("", MONDAY, "PM")
    assert set(page.context["who"].picked) == {student.pk for student in group}


def test_undone_it_withdraws_what_was_planned(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    client.post(URL, preview(client, first_day="2026-11-23", last_day="2026-11-24")[1])
    done = BulkChange.objects.get()
    assert (done.new, done.planned) == (0, 16)
    client.post(f"{URL}{done.pk}/", {"reason": "cancelled"})
    assert set(PlannedMark.objects.values_list("status", "decision_reason")) == {("withdrawn", "cancelled")}


def test_another_years_team_sees_nothing_of_it(group: list[Student], as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    client.post(URL, preview(client)[1])
    address = f"{URL}{BulkChange.objects.get().pk}/"
    assert as_role(Role.HEAD_OF_YEAR, 8).get(address).status_code == 404
    assert as_role(Role.ATTENDANCE_OFFICER).get(address).status_code == 200
    listed = as_role(Role.ATTENDANCE_OFFICER).get("/marks/amendments/", {"bulk": str(BulkChange.objects.get().pk)})
    assert len(listed.context["amendments"]) == 4


def test_many_students_cost_no_more_queries_than_few(seeded: int, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    counts = []
    for size in (3, 30):
        for student in enrol("9B", count=size):
            lay(student, MONDAY, "N I")
        with CaptureQueriesContext(connection) as previewed:
            _, confirm = preview(client)
        with CaptureQueriesContext(connection) as saved:
            client.post(URL, {**confirm, "comment": f"Museum {size}"})
            client.post(URL, confirm)
        counts.append((len(previewed), len(saved)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 12


def in_bulk(user: User, ask: BulkAsk, whom: str = "all") -> tuple[BulkChange, float]:
    students = bulk_students(user, TODAY, ask, whom=whom, picked=())
    calendar, now = SchoolCalendar.load(), timezone.now()
    shown = bulk_preview(students, ask, calendar=calendar, now=now)
    confirmed = Confirmed(uuid4(), shown.digest, whom, frozenset(), "Snow")
    start = time.perf_counter()
    done = bulk_change(students=students, ask=ask, confirmed=confirmed, calendar=calendar, by=user, now=now)
    return done, time.perf_counter() - start


def test_nine_thousand_marks_are_one_statement(seeded: int, friday: date) -> None:
    students = StudentFactory.create_batch(300)
    for student in students:
        EnrolmentFactory(student=student, year_group__number=9, tutor_group__name="9B")
    SessionMark.objects.bulk_create(
        SessionMark(student=student, date=MONDAY + timedelta(days=n), session="AM", code_id=key("N"))
        for student in students
        for n in range(5)
    )
    ask = BulkAsk(SessionOf(MONDAY, "AM"), SessionOf(TODAY, "PM"), "Y4", "", with_present=True)
    user = staff(Role.ATTENDANCE_OFFICER)
    with CaptureQueriesContext(connection) as queries:
        done, seconds = in_bulk(user, ask)
    assert (done.new, done.replaced) == (1500, 1500)
    assert sum("INSERT INTO attendance_sessionmark " in query["sql"] for query in queries) == 1
    assert seconds < 5
    assert bulk_undo(change=done, by=user, reason="It thawed", now=timezone.now()).replaced == 1500
    with pytest.raises(TooMany):
        size_fits(5000, 10)
