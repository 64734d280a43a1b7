"""Traps that other products fell into with corrected marks, by their numbers in product.md C3."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from attendance.codes import code_on
from attendance.models import AttendanceWeek, BulkChange, SessionMark
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.services.unexplained import unexplained_propose, unexplained_resolve
from attendance.summaries.amendments import entries_of
from attendance.summaries.unexplained import resolve_by, unexplained_of
from pastoral.core.rights import Role
from students.models import Student
from students.summaries import SchoolCalendar
from tests.attendance.test_bulk import preview
from tests.factories import SessionMarkFactory, enrol, staff
from tests.marks import lay

MONDAY = date(2026, 11, 16)
TODAY = date(2026, 11, 20)


def key(letters: str) -> int:
    code = code_on(letters, MONDAY)
    assert code is not None
    return code.key


@pytest.fixture
def kai(seeded: int, friday: date) -> Student:
    (student,) = enrol("9B")
    lay(student, MONDAY, "O O O O O")
    return student


def test_t08_parents_have_five_school_days_to_explain(seeded: int, friday: date) -> None:
    """django-aula counted absences before anybody could explain them."""
    (student,) = enrol("9B")
    lay(student, MONDAY, "N")
    calendar = SchoolCalendar.load()
    by = resolve_by(calendar, MONDAY)
    assert by == date(2026, 11, 23)
    assert unexplained_propose(on=by, calendar=calendar).opened == 0
    assert unexplained_propose(on=date(2026, 11, 24), calendar=calendar).opened == 1


@pytest.mark.parametrize("letters", ["I", "M", "G", "O", "/", "V"])
def test_t13_any_true_reason_clears_the_list_alike(seeded: int, friday: date, letters: str) -> None:
    """Student Insights: one label alone cleared the to-do list, so staff typed that label."""
    (student,) = enrol("9B")
    lay(student, MONDAY, "N")
    officer = staff(Role.ATTENDANCE_OFFICER)
    mark = SessionMark.objects.get()
    unexplained_resolve(marks=[mark.pk], letters=letters, comment="", reason="Parent phoned", by=officer)
    assert unexplained_of(officer, TODAY).students == ()
    assert entries_of(student.pk, MONDAY, "AM")[-1].reason == "Parent phoned", "why it was cleared can be read"


@pytest.mark.parametrize(
    ("role", "letters"),
    [
        (Role.FORM_TUTOR, "/"),
        (Role.PASTORAL_MANAGER, "M"),
        (Role.HEAD_OF_YEAR, "I"),
        (Role.ATTENDANCE_OFFICER, "R"),
    ],
)
def test_t19_each_role_can_put_a_mistaken_absence_right(
    kai: Student, as_role: Callable[..., Client], role: Role, letters: str
) -> None:
    """django-aula: a tutor could not turn a mistaken absence back to present."""
    address = reverse("attendance:mark_detail", args=[kai.pk, MONDAY, "AM"])
    typed = {"code": key(letters), "seen": 1, "why": "Marked in error"}
    assert as_role(role).post(address, typed).status_code == 302
    assert SessionMark.objects.get(student=kai, date=MONDAY, session="AM").code_id == key(letters)


@pytest.mark.parametrize("letters", ["Y4", "#"])
def test_t20_a_closure_is_out_of_both_sums(kai: Student, as_role: Callable[..., Client], letters: str) -> None:
    """django-aula: strike days counted as absence."""
    client = as_role(Role.ATTENDANCE_OFFICER)
    _, confirm = preview(client, whom="all", code=letters, last_day="2026-11-18", with_present="on")
    client.post("/marks/bulk/", confirm)
    assert BulkChange.objects.get().replaced == 5
    week = AttendanceWeek.objects.get(student=kai)
    assert (week.present, week.approved_activity, week.authorised, week.unauthorised) == (0, 0, 0, 0)
    assert week.not_counted == 6


def test_t21_a_mark_entered_late_keeps_its_session_and_when_it_was_entered(kai: Student) -> None:
    """Follow-ups were back-dated silently: the session's day and the moment of entry are both kept."""
    SessionMarkFactory(student=kai, date=date(2026, 11, 12))
    code = code_on("I", MONDAY)
    assert code
    marks_write(
        rows=[MarkRow(kai.pk, date(2026, 11, 12), "AM", code.key)], by=staff(Role.ATTENDANCE_OFFICER), reason="letter"
    )
    original, amended = entries_of(kai.pk, date(2026, 11, 12), "AM")
    assert original.at is not None
    assert amended.at is not None
    assert amended.at.date() > date(2026, 11, 12)


def test_t19_no_amendment_without_its_reason(kai: Student) -> None:
    with pytest.raises(ReasonMissing):
        marks_write(rows=[MarkRow(kai.pk, MONDAY, "AM", key("/"))], by=staff(Role.FORM_TUTOR, "9B"))
