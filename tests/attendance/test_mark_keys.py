"""No mark without its student, whatever writes or deletes: the mark's week holds the key."""

import threading
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import ProtectedError

from attendance.models import AttendanceWeek, SessionMark
from attendance.summaries import totals_faults
from students.models import Student
from tests.factories import SessionMarkFactory, StudentFactory

MONDAY = date(2026, 11, 16)
NOBODY = 2_000_000_000


def at_once() -> None:
    """Check now what a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def deleted_by_hand(student: Student) -> None:
    """Delete the student and what hangs on it as somebody at the database's own prompt would."""
    with connection.cursor() as cursor:
        for table in ("attendance_attendanceweek", "students_enrolment", "students_studentfact"):
            cursor.execute(f"DELETE FROM {table} WHERE student_id = %s", [student.pk])
        cursor.execute("DELETE FROM students_student WHERE id = %s", [student.pk])


@pytest.mark.django_db
def test_a_new_mark_has_a_student() -> None:
    code = SessionMarkFactory().code_id
    SessionMark.objects.create(student_id=NOBODY, date=MONDAY, session="AM", code_id=code)
    with pytest.raises(IntegrityError), transaction.atomic():
        at_once()
    SessionMark.objects.filter(student_id=NOBODY).delete()
    AttendanceWeek.objects.filter(student_id=NOBODY).delete()


@pytest.mark.django_db
def test_a_mark_does_not_move_to_nobody() -> None:
    mark = SessionMarkFactory()
    SessionMark.objects.filter(pk=mark.pk).update(student_id=NOBODY)
    with pytest.raises(IntegrityError), transaction.atomic():
        at_once()
    SessionMark.objects.filter(pk=mark.pk).update(student_id=mark.student_id)
    AttendanceWeek.objects.filter(student_id=NOBODY).delete()


@pytest.mark.django_db
def test_a_student_with_marks_is_not_deleted() -> None:
    student = SessionMarkFactory().student
    with pytest.raises(ProtectedError):
        student.delete()
    with pytest.raises(IntegrityError, match="a week is kept"), transaction.atomic():
        deleted_by_hand(student)
    assert totals_faults() == ()


@pytest.mark.django_db
def test_a_student_whose_marks_are_gone_may_go() -> None:
    student = SessionMarkFactory().student
    student.session_marks.all().delete()
    deleted_by_hand(student)
    at_once()
    assert not AttendanceWeek.objects.exists()


@pytest.mark.django_db
def test_a_week_stays_its_students() -> None:
    mark = SessionMarkFactory()
    for moved in ({"student": StudentFactory()}, {"monday": MONDAY - timedelta(days=7)}, {"academic_year": 2025}):
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            AttendanceWeek.objects.filter(student=mark.student).update(**moved)


@pytest.mark.django_db(transaction=True)
def test_a_student_deleted_while_a_mark_is_made_waits_and_stays() -> None:
    mark = SessionMarkFactory(date=MONDAY)
    mark.delete()  # its week is there, and empty
    begun, faults = threading.Event(), []

    def delete() -> None:
        try:
            with transaction.atomic():
                begun.set()
                deleted_by_hand(mark.student)
        except DatabaseError as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=delete)
    with transaction.atomic():
        SessionMarkFactory(student=mark.student, date=MONDAY, letters="I")
        thread.start()
        assert begun.wait(20)
    thread.join(30)
    assert len(faults) == 1
    assert isinstance(faults[0], IntegrityError)
    assert SessionMark.objects.filter(student=mark.student).count() == 1
    assert totals_faults() == ()
