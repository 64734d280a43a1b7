"""Marks in the database: they fit their code, keep the weekly totals true, and leave what they replaced in history."""

import random
import threading
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from attendance.codes import CODES, code_on
from attendance.figures import Counts, counts_of
from attendance.models import AttendanceWeek, LessonMark, Register, SessionMark
from attendance.summaries import counts_between, totals_faults
from pastoral.core.history import acting
from students.calendar import monday_of
from tests.factories import SessionMarkFactory, StudentFactory, TutorGroupFactory, UserFactory
from tests.marks import lay

MONDAY = date(2026, 11, 16)
IN_FORCE = [code for code in CODES if code.is_valid_on(MONDAY)]


def key(letters: str, day: date = MONDAY) -> int:
    return code_on(letters, day).key


def week_of(student: object, monday: date = MONDAY) -> Counts:
    names = Counts._fields
    row = AttendanceWeek.objects.filter(student=student, monday=monday).values(*names).first()
    return Counts(**row) if row else Counts()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letters", "day", "session", "minutes"),
    [
        ("J1", date(2024, 7, 1), "AM", None),  # not yet a code
        ("H", MONDAY, "AM", None),  # no longer one
        ("\\", MONDAY, "AM", None),
        ("/", MONDAY, "PM", None),
        ("I", MONDAY, "AM", 5),
        ("L", MONDAY, "AM", 241),
    ],
)
def test_a_mark_has_to_fit_its_code_on_its_date(letters, day, session, minutes):
    code = next(code for code in CODES if code.letters == letters)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionMarkFactory(code_id=code.key, date=day, session=session, minutes_late=minutes)
    assert SessionMark.objects.count() == 0


@pytest.mark.django_db
def test_a_change_has_to_fit_too():
    mark = SessionMarkFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionMark.objects.filter(pk=mark.pk).update(code_id=key("I"), minutes_late=3)


@pytest.mark.django_db
@pytest.mark.parametrize(("letters", "minutes"), [("H", None), ("I", 5), ("N", 5)])
def test_a_lesson_mark_has_to_fit_its_code(letters, minutes):
    code = next(code for code in CODES if code.letters == letters)
    lesson = {"student": StudentFactory(), "date": MONDAY, "period": "P1", "subject": "French", "class_name": "9A/Fr"}
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonMark.objects.create(code_id=code.key, minutes_late=minutes, **lesson)
    LessonMark.objects.create(code_id=key("\\"), **lesson)  # either stroke in any period
    LessonMark.objects.update(code_id=key("L"), minutes_late=5)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_weekly_totals_stay_true_whatever_writes_the_marks(seed):
    """Insert, change and take away in batches at random; the totals equal the marks counted again."""
    chance = random.Random(seed)
    students = StudentFactory.create_batch(3)
    slots = [
        (student, MONDAY + timedelta(days=7 * week + day), session)
        for student in students
        for week in range(3)
        for day in range(5)
        for session in ("AM", "PM")
    ]
    chance.shuffle(slots)
    while slots:
        batch = [slots.pop() for _ in range(min(len(slots), chance.randint(1, 30)))]
        SessionMark.objects.bulk_create(_random_mark(chance, *slot) for slot in batch)
        held = list(SessionMark.objects.order_by("pk"))
        for mark in chance.sample(held, min(len(held), 5)):
            mark.code_id, mark.minutes_late = _random_code(chance, mark.session)
        SessionMark.objects.bulk_update(held, ["code_id", "minutes_late"])
        SessionMark.objects.filter(pk__in=[mark.pk for mark in chance.sample(held, min(len(held), 2))]).delete()
        assert totals_faults() == ()
    for student in students:
        marks = SessionMark.objects.filter(student=student, date__lt=MONDAY + timedelta(days=7))
        assert week_of(student) == counts_of(marks.values_list("code_id", "minutes_late"))


def _random_code(chance: random.Random, session: str) -> tuple[int, int | None]:
    code = chance.choice([code for code in IN_FORCE if code.session in ("", session)])
    return code.key, chance.randint(1, 60) if code.takes_minutes else None


def _random_mark(chance: random.Random, student: object, day: date, session: str) -> SessionMark:
    code, minutes = _random_code(chance, session)
    return SessionMark(student=student, date=day, session=session, code_id=code, minutes_late=minutes)


@pytest.mark.django_db
def test_a_mark_that_moves_moves_both_weeks():
    mark = SessionMarkFactory(letters="I")
    SessionMark.objects.filter(pk=mark.pk).update(date=MONDAY + timedelta(days=7))
    assert week_of(mark.student) == Counts()
    assert week_of(mark.student, MONDAY + timedelta(days=7)) == Counts(authorised=1)


@pytest.mark.django_db
def test_a_week_that_straddles_september_counts_in_two_years():
    student = StudentFactory()
    for day in (date(2027, 8, 31), date(2027, 9, 1)):
        SessionMarkFactory(student=student, date=day, letters="I")
    years = AttendanceWeek.objects.filter(student=student).values_list("academic_year", "monday", "authorised")
    assert set(years) == {(2026, date(2027, 8, 30), 1), (2027, date(2027, 8, 30), 1)}


@pytest.mark.django_db
def test_one_student_between_two_dates(seeded):
    student = StudentFactory()
    lay(student, MONDAY, "// I I U L D -/ //", minutes=7)
    assert counts_between(student.pk, MONDAY, MONDAY + timedelta(days=3)) == Counts(
        present=3, authorised=2, unauthorised=1, not_counted=1, late_before_close=1, late_after_close=1, minutes_late=14
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["insert", "update"])
def test_two_connections_change_one_week_at_once_and_none_is_lost(change):
    student = StudentFactory()
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    if change == "update":
        SessionMark.objects.bulk_create(
            _mark(student, day, session, "/\\"[session == "PM"]) for day in days for session in ("AM", "PM")
        )
    ready, faults = threading.Barrier(2, timeout=20), []

    def write(session: str) -> None:
        try:
            ready.wait()
            for day in days:
                if change == "insert":
                    SessionMark.objects.bulk_create([_mark(student, day, session, "I")])
                else:
                    SessionMark.objects.filter(student=student, date=day, session=session).update(code_id=key("I"))
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[session]) for session in ("AM", "PM")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert week_of(student) == Counts(authorised=10)
    assert totals_faults() == ()


def _mark(student: object, day: date, session: str, letters: str) -> SessionMark:
    return SessionMark(student=student, date=day, session=session, code_id=key(letters))


@pytest.mark.django_db
def test_check_totals_finds_a_planted_fault():
    mark = SessionMarkFactory(letters="I")
    call_command("check_totals", stdout=StringIO())
    AttendanceWeek.objects.filter(student=mark.student).update(authorised=2)
    assert [fault.student_id for fault in totals_faults()] == [mark.student_id]
    with pytest.raises((CommandError, SystemExit)):
        call_command("check_totals", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db
def test_a_replaced_mark_stays_in_history_with_who_and_when():
    mark, user = SessionMarkFactory(letters="N"), UserFactory()
    with acting(user, path="/register/", reason="parent phoned"):
        SessionMark.objects.filter(pk=mark.pk).update(code_id=key("I"))
    (event,) = mark.events.select_related("pgh_context")
    assert (event.code_id, event.date, event.session) == (key("N"), MONDAY, "AM")
    assert event.pgh_context.metadata["user"] == user.pk
    assert event.pgh_created_at is not None
    with acting(user), connection.cursor() as cursor:  # plain SQL leaves the same trace
        cursor.execute("DELETE FROM attendance_sessionmark WHERE id = %s", [mark.pk])
    assert mark.events.count() == 2


@pytest.mark.django_db
def test_the_same_mark_again_leaves_no_trace():
    mark = SessionMarkFactory(letters="N")
    SessionMark.objects.filter(pk=mark.pk).update(code_id=key("N"))
    assert mark.events.count() == 0
    assert week_of(mark.student, monday_of(mark.date)) == Counts(unauthorised=1)


def test_a_register_taken_again_keeps_who_took_it_first(db: None) -> None:
    first, second = UserFactory(), UserFactory()
    register = Register.objects.create(
        tutor_group=TutorGroupFactory(), date=date(2026, 11, 16), session="AM", taken_by=first, taken_at=timezone.now()
    )
    Register.objects.update(taken_by=second)
    (event,) = Register.pgh_event_model.objects.all()
    assert (event.pgh_obj_id, event.taken_by_id) == (register.pk, first.pk)
