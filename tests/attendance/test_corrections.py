"""One mark corrected: by whom, with which codes and why; what it said before stays, and nobody's writing is lost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.codes import code_on
from attendance.models import SessionMark
from attendance.services.marks import MarkRow, marks_write
from attendance.summaries.amendments import entries_of
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from students.models import Student, StudentFact
from tests.factories import StaffAssignmentFactory, StudentFactFactory, TutorGroupFactory, enrol, staff
from tests.marks import lay

MONDAY = date(2026, 11, 16)


def key(letters: str, day: date = MONDAY) -> int:
    code = code_on(letters, day)
    assert code is not None
    return code.key


def url(student: Student, day: date = MONDAY, session: str = "AM") -> str:
    return reverse("attendance:mark_detail", args=[student.pk, day, session])


def typed(letters: str, seen: int = 1, why: str = "Parent phoned", **more: object) -> dict[str, object]:
    return {"code": key(letters), "seen": seen, "why": why, **more}


def held(student: Student, session: str = "AM", day: date = MONDAY) -> SessionMark:
    return SessionMark.objects.get(student=student, date=day, session=session)


@pytest.fixture
def kai(seeded: int, friday: date) -> Student:
    (student,) = enrol("9B", legal_surname="O'Brien")
    lay(student, MONDAY, "N I - L")
    return student


def test_an_officer_corrects_a_mark_with_a_reason(kai: Student, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    page = client.get(url(kai)).content.decode()
    assert "Reason not yet established" in page
    answer = client.post(url(kai), typed("M", detail="dentist", comment="back by PM"))
    assert answer.status_code == 302
    assert answer["Location"] == kai.get_absolute_url()
    mark = held(kai)
    assert (mark.code_id, mark.comment, mark.recorded_by) == (key("M"), "back by PM", client.user)
    original, amended = entries_of(kai.pk, MONDAY, "AM")
    assert (original.key, original.reason) == (key("N"), "")
    assert (amended.key, amended.reason, amended.position) == (key("M"), "Parent phoned: dentist", "Attendance Officer")
    assert client.user.surname in amended.by
    page = client.get(url(kai)).content.decode()
    assert "because: Parent phoned: dentist" in page
    assert "Attendance Officer" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"why": ""}, "the reason stays with the mark"),
        ({"why": "Other"}, "Say in a few words"),
        ({"code": key("L")}, "Say how many minutes late"),
        ({"code": key("L"), "minutes": 300}, "at most 240 minutes"),
        ({"code": key("#")}, "not one of the available choices"),
        ({"code": "nonsense"}, "not one of the available choices"),
        ({"code": ""}, "Choose the code"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(
    kai: Student, as_role: Callable[..., Client], change: dict[str, object], words: str
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    answer = client.post(url(kai), {**typed("M"), "comment": "kept on the page", **change})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count(words) == 1, "told once, by its field"
    assert "kept on the page" in page
    assert held(kai).code_id == key("N")


def test_minutes_beside_another_code_are_dropped(kai: Student, as_role: Callable[..., Client]) -> None:
    as_role(Role.ATTENDANCE_OFFICER).post(url(kai), typed("I", minutes="12"))
    assert (held(kai).code_id, held(kai).minutes_late) == (key("I"), None)


def test_the_second_of_two_people_is_shown_what_changed_and_loses_nothing(
    kai: Student, as_role: Callable[..., Client]
) -> None:
    officer, head = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.HEAD_OF_YEAR)
    officer.post(url(kai), typed("I", detail="sick since Sunday"))
    answer = head.post(url(kai), typed("M", comment="dentist, says mother"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else changed this mark" in page
    assert "sick since Sunday" in page, "what the other wrote"
    assert "dentist, says mother" in page, "what this person typed"
    assert held(kai).code_id == key("I")
    assert head.post(url(kai), typed("M", seen=2, comment="dentist, says mother")).status_code == 302
    assert held(kai).code_id == key("M")


def test_sent_twice_it_is_saved_once(kai: Student, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    client.post(url(kai), typed("I"))
    assert client.post(url(kai), typed("I")).status_code == 409
    assert len(entries_of(kai.pk, MONDAY, "AM")) == 2


def test_a_session_that_is_not_marked_gets_its_mark_without_a_reason(
    kai: Student, as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.FORM_TUTOR)
    tuesday = MONDAY + timedelta(days=1)
    page = client.get(url(kai, tuesday)).content.decode()
    assert "Nobody has entered a mark" in page
    assert "Why it is changed" not in page
    assert client.post(url(kai, tuesday), {"code": key("/"), "seen": 0}).status_code == 302
    assert held(kai, day=tuesday).recorded_by == client.user


@pytest.mark.parametrize(
    ("day", "session", "words"),
    [
        (date(2026, 11, 15), "AM", "no school on this day"),
        (date(2026, 10, 27), "AM", "no school on this day"),
        (date(2026, 11, 23), "AM", "still ahead"),
        (date(2020, 1, 6), "AM", "not on roll"),
    ],
)
def test_no_mark_where_none_is_due(
    kai: Student, as_role: Callable[..., Client], day: date, session: str, words: str
) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    assert words in client.get(url(kai, day, session)).content.decode()
    client.post(url(kai, day, session), {"code": key("/"), "seen": 0})
    assert not SessionMark.objects.filter(date=day).exists()


def test_the_afternoon_of_today_is_ahead_in_the_morning(
    kai: Student, as_role: Callable[..., Client], on_day: Callable[..., object]
) -> None:
    on_day(date(2026, 11, 20), 9)
    client = as_role(Role.ATTENDANCE_OFFICER)
    on_day(date(2026, 11, 20), 9)
    today = date(2026, 11, 20)
    assert "still ahead" in client.get(url(kai, today, "PM")).content.decode()
    assert "Enter the mark" in client.get(url(kai, today, "AM")).content.decode()


def test_a_tutor_reads_no_sensitive_code_comment_or_reason(kai: Student, as_role: Callable[..., Client]) -> None:
    officer = staff(Role.ATTENDANCE_OFFICER)
    marks_write(
        rows=[MarkRow(kai.pk, MONDAY, "PM", key("M"), None, "scan at the hospital")],
        by=officer,
        reason="oncology letter",
    )
    page = as_role(Role.FORM_TUTOR).get(url(kai, session="PM")).content.decode()
    for secret in (
        "hospital",
        "oncology",
        "Illness",
        "Leave for a medical",
        f'value="{key("I")}"',
        f'value="{key("M")}"',
    ):
        assert secret not in page, secret
    assert "Authorised absence" in page
    officers = as_role(Role.ATTENDANCE_OFFICER).get(url(kai, session="PM")).content.decode()
    assert "scan at the hospital" in officers
    assert "oncology letter" in officers


def test_the_reason_of_an_entry_after_a_sensitive_one_is_hidden_wherever_it_stands(
    kai: Student, as_role: Callable[..., Client]
) -> None:
    """It would tell what the entry before said; the mark's page, the list and the student's page keep one rule."""
    by = staff(Role.ATTENDANCE_OFFICER)
    for letters, why in (("M", "oncology letter"), ("N", "not oncology after all"), ("O", "school rang home")):
        marks_write(rows=[MarkRow(kai.pk, MONDAY, "AM", key(letters))], by=by, reason=why)
    tutor, officer = as_role(Role.FORM_TUTOR), as_role(Role.ATTENDANCE_OFFICER)
    for address in (url(kai), reverse("attendance:amendment_list"), kai.get_absolute_url()):
        page = tutor.get(address).content.decode()
        assert "oncology" not in page, address
        assert ("school rang home" in page) is ("/marks/" in address), address
        assert "not oncology after all" in officer.get(address).content.decode(), address


@pytest.mark.parametrize(("letters", "minutes", "stands"), [("L", 120, "U"), ("U", 3, "L"), ("L", 30, "L")])
def test_the_minutes_say_whether_it_is_l_or_u(
    kai: Student, as_role: Callable[..., Client], letters: str, minutes: int, stands: str
) -> None:
    client = as_role(Role.FORM_TUTOR)
    page = client.post(url(kai), typed(letters, minutes=minutes, why="Arrived late"), follow=True).content.decode()
    assert (held(kai).code_id, held(kai).minutes_late) == (key(stands), minutes)
    assert (f"It is {stands}, not {letters}: {minutes} minutes" in page) is (stands != letters)


def test_a_tutor_without_a_comment_leaves_the_one_they_cannot_read(
    kai: Student, as_role: Callable[..., Client]
) -> None:
    SessionMark.objects.filter(session="AM", date=MONDAY).update(comment="mother will ring")
    as_role(Role.FORM_TUTOR).post(url(kai), typed("L", seen=2, minutes=5, why="Arrived late"))
    assert (held(kai).code_id, held(kai).comment) == (key("L"), "mother will ring")


def test_rights_reach_no_further_than_their_role(kai: Student, as_role: Callable[..., Client]) -> None:
    """A Head of Year 8 who is tutor of 9B corrects 9B's marks with a tutor's codes; a SENCO's other role helps none."""
    head = as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=head.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    head.post(url(kai), typed("I"))
    assert held(kai).code_id == key("N")
    senco = as_role(Role.SENCO)
    StaffAssignmentFactory(user=senco.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9C"))
    StudentFactFactory(student=kai, kind=StudentFact.Kind.SEN, value="K")
    assert senco.get(url(kai)).status_code == 403


def test_a_leavers_mark_can_be_corrected_up_to_the_last_day(kai: Student, as_role: Callable[..., Client]) -> None:
    Student.objects.filter(pk=kai.pk).update(left_on=MONDAY)
    client = as_role(Role.ATTENDANCE_OFFICER)
    client.post(url(kai), typed("I"))
    assert held(kai).code_id == key("I")
    assert "not on roll" in client.get(url(kai, MONDAY + timedelta(days=1), "AM")).content.decode()


def test_it_goes_back_to_where_the_person_came_from_and_nowhere_else(
    kai: Student, as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    for back, goes in [
        ("/marks/amendments/?group=9B", "/marks/amendments/?group=9B"),
        ("//evil.example/", kai.get_absolute_url()),
        ("https://evil.example/", kai.get_absolute_url()),
    ]:
        seen = len(entries_of(kai.pk, MONDAY, "AM"))
        letters = "IMO"[seen - 1]
        assert client.post(url(kai), typed(letters, seen=seen, back=back))["Location"] == goes


def test_the_reading_is_logged(kai: Student, as_role: Callable[..., Client]) -> None:
    as_role(Role.HEAD_OF_YEAR).get(url(kai))
    record = AccessRecord.objects.get()
    assert (record.subject, record.reason) == (f"student:{kai.pk}", "Head of Year 9")


def amend(students: list[Student], count: int) -> None:
    by = staff(Role.ATTENDANCE_OFFICER)
    for n in range(count):
        rows = [MarkRow(student.pk, MONDAY, "AM", key("I" if n % 2 else "M")) for student in students]
        marks_write(rows=rows, by=by, reason=f"change {n}")


def test_amendments_are_listed_newest_first_and_walked(kai: Student, as_role: Callable[..., Client]) -> None:
    amend([kai], 60)
    client = as_role(Role.HEAD_OF_YEAR)
    first = client.get(reverse("attendance:amendment_list"))
    reasons = [change.reason for change in first.context["amendments"]]
    assert reasons[:2] == ["change 59", "change 58"]
    assert len(reasons) == 50
    second = client.get(reverse("attendance:amendment_list"), {"before": first.context["page"].next_cursor})
    assert [change.reason for change in second.context["amendments"]][-1] == "change 0"
    assert len(second.context["amendments"]) == 10
    assert second.context["amendments"][-1].row.was == key("N")


def test_amendments_by_student_group_and_days(kai: Student, as_role: Callable[..., Client]) -> None:
    (zofia,) = enrol("9C")
    (far,) = enrol("8A")
    for student in (zofia, far):
        lay(student, MONDAY, "N")
    amend([kai, zofia, far], 1)
    client = as_role(Role.HEAD_OF_YEAR)

    def names(**query: object) -> set[int]:
        answer = client.get(reverse("attendance:amendment_list"), query)
        return {change.student.student_id for change in answer.context["amendments"]}

    assert names() == {kai.pk, zofia.pk}
    assert names(student=zofia.pk) == {zofia.pk}
    assert names(student=far.pk) == {kai.pk, zofia.pk}, "a student out of reach narrows nothing and shows nothing"
    assert names(group="9B") == {kai.pk}
    assert names(group="8A") == set()
    assert names(first="2026-11-17") == set()
    assert names(last="2026-11-16") == {kai.pk, zofia.pk}


def test_amendments_hide_what_a_tutor_may_not_read(kai: Student, as_role: Callable[..., Client]) -> None:
    amend([kai], 2)
    page = as_role(Role.FORM_TUTOR).get(reverse("attendance:amendment_list")).content.decode()
    assert "change 0" not in page
    assert "Illness" not in page
    assert "Authorised absence" in page


def test_many_amendments_cost_no_more_queries_than_few(
    seeded: int, friday: date, as_role: Callable[..., Client]
) -> None:
    client = as_role(Role.HEAD_OF_YEAR)
    counts = []
    for size in (3, 30):
        students = enrol("9B", count=size)
        for student in students:
            lay(student, MONDAY, "N")
        amend(students, 1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("attendance:amendment_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_one_marks_page_and_its_saving_are_cheap(kai: Student, as_role: Callable[..., Client]) -> None:
    client = as_role(Role.ATTENDANCE_OFFICER)
    with CaptureQueriesContext(connection) as opened:
        client.get(url(kai))
    with CaptureQueriesContext(connection) as saved:
        client.post(url(kai), typed("I"))
    assert len(opened) <= 12
    assert len(saved) <= 17, [query["sql"][:80] for query in saved.captured_queries]
