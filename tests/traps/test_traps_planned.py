"""Traps of other products that plans and placements could fall into, by name."""

from datetime import date, datetime

from attendance.models import AttendanceWeek, PlannedMark
from attendance.services.marks import MarkRow, marks_write
from attendance.services.placements import placement_confirm
from attendance.services.planned import planned_add
from attendance.summaries.planned import expected_in
from attendance.summaries.weeks import counts_between
from pastoral.core.rights import Role
from students.calendar import monday_of
from tests.factories import enrol, staff
from tests.marks import lay
from tests.planning import FRIDAY, key, plan, span

NOW = datetime.fromisoformat("2026-11-20T15:05+00:00")
MONDAY = monday_of(FRIDAY)


def test_t24_possible_sessions_are_each_students_own(seeded: int, friday: date) -> None:
    """C2 is an authorised absence and possible, D is not possible, K attended: one denominator fits nobody else."""
    officer = staff(Role.ATTENDANCE_OFFICER)
    part_time, dual, placed, full = enrol("9B", count=4)
    agreed = {"agreed_with": "Mrs A", "agreed_on": MONDAY, "review_on": FRIDAY, "sessions": ["MON-PM"]}
    plan(part_time, "C2", by=officer, kind="part_time", first=MONDAY, last=FRIDAY, **agreed)
    plan(dual, "D", by=officer, kind="placement", first=MONDAY, last=FRIDAY, sessions=["MON-PM"], provider="Hillcrest")
    plan(placed, "K", by=officer, kind="placement", first=MONDAY, last=FRIDAY, sessions=["MON-PM"], provider="PRU")
    students = [part_time, dual, placed, full]
    for session, present in (("AM", "/"), ("PM", "\\")):
        expected = expected_in([each.pk for each in students], MONDAY, session)
        codes = {each.pk: expected[each.pk].key if each.pk in expected else key(present) for each in students}
        marks_write(rows=[MarkRow(pk, MONDAY, session, code) for pk, code in codes.items()], by=officer)
    counts = [counts_between(each.pk, MONDAY, FRIDAY) for each in students]
    assert [(each.attended, each.possible) for each in counts] == [(1, 2), (1, 1), (2, 2), (2, 2)]
    assert AttendanceWeek.objects.get(student=dual).not_counted == 1


def test_t13_a_provider_not_reached_does_not_clear_the_list(seeded: int, friday: date) -> None:
    """ "No answer" is a genuine action and kept, yet the session still waits; nothing is marked by it."""
    from attendance.summaries.placements import awaited
    from attendance.summaries.reach import reached
    from attendance.summaries.times import SchoolTimes
    from students.summaries import SchoolCalendar

    officer = staff(Role.ATTENDANCE_OFFICER)
    (kai,) = enrol("9B")
    held = plan(kai, "B", by=officer, kind="placement", sessions=["FRI-AM"], provider="Northfield")
    facts = {"planned": held, "day": FRIDAY, "session": "AM", "told_by": "", "by": officer, "at": NOW}
    placement_confirm(outcome="no_answer", seen="", **facts)
    (row,) = awaited([held], reached(officer, [kai.pk]), SchoolCalendar.load(), SchoolTimes.load(), NOW)
    assert (row.outcome, row.is_done, row.mark) == ("no_answer", False, None)


def test_t19_a_plan_never_takes_a_presence_away_unasked(seeded: int, friday: date) -> None:
    officer = staff(Role.ATTENDANCE_OFFICER)
    (kai,) = enrol("9B")
    lay(kai, FRIDAY, "//")
    planned_add(student=kai, code=key("M"), span=span(FRIDAY), note="", asked_by="", by=officer, at=NOW)
    assert counts_between(kai.pk, FRIDAY, FRIDAY).attended == 2


def test_t20_a_day_without_school_is_in_no_plan(seeded: int, friday: date) -> None:
    """Half term, INSET and weekends inside a span count for nothing, and no register expects anything then."""
    from attendance.summaries.planned import sessions_of
    from students.summaries import SchoolCalendar

    officer = staff(Role.ATTENDANCE_OFFICER)
    (kai,) = enrol("9B")
    held = plan(kai, "T", by=officer, first=date(2026, 10, 22), last=date(2026, 11, 30))
    days = {day for day, _ in sessions_of(held, SchoolCalendar.load())}
    assert not {date(2026, 10, 26), date(2026, 11, 27), date(2026, 11, 28)} & days
    assert PlannedMark.objects.count() == 1
