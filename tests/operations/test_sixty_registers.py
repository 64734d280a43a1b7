"""Ten to nine: sixty tutors send sixty registers in at the same moment, and each of them clicks twice."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic

import pytest

from tests.operations.running_school import RunningSchool, Tutor, running_school

pytestmark = pytest.mark.long

GROUPS, STUDENTS, CLICKS = 60, 30, 2
SECONDS = 60  # the minute in which they are all sent; a machine with nothing else to do needs a few seconds

MARKS = "SELECT student_id, code_id, minutes_late FROM attendance_sessionmark"
DOUBLED = "SELECT student_id FROM attendance_sessionmark GROUP BY student_id HAVING count(*) > 1"
WEEKS = "SELECT sum(present)::int, sum(unauthorised)::int, sum(late_before_close)::int FROM attendance_attendanceweek"
TAKEN = """
    SELECT count(*)::int, count(DISTINCT r.tutor_group_id)::int, count(DISTINCT s.token)::int
      FROM attendance_register r JOIN attendance_registersubmission s ON s.register_id = r.id
"""
TAKERS = """
    SELECT count(*)::int FROM attendance_register r
      JOIN students_staffassignment a ON a.tutor_group_id = r.tutor_group_id AND a.user_id = r.taken_by_id
"""


@pytest.fixture
def school(db: None) -> Iterator[RunningSchool]:
    with running_school(GROUPS) as made:
        yield made


def test_sixty_registers_in_the_same_minute_lose_and_double_nothing(school: RunningSchool) -> None:
    with ThreadPoolExecutor(8) as openers:
        list(openers.map(Tutor.open, school.tutors))
    for place, tutor in enumerate(school.tutors):
        tutor.choose(place)
    together = Barrier(GROUPS * CLICKS, timeout=SECONDS)

    def click(tutor: Tutor) -> int:
        together.wait()
        return tutor.send()

    began = monotonic()
    with ThreadPoolExecutor(GROUPS * CLICKS) as hands:
        statuses = Counter(hands.map(click, school.tutors * CLICKS))
    took = monotonic() - began

    assert statuses == {302: GROUPS * CLICKS}
    assert took < SECONDS
    print(f"{GROUPS * CLICKS} sendings of {STUDENTS} marks in {took:.1f} s")
    _nothing_is_lost_or_doubled(school)


def _nothing_is_lost_or_doubled(school: RunningSchool) -> None:
    letters = dict(school.ask("SELECT id, letters FROM attendance_attendancecode"))
    held = {student: (letters[code], minutes) for student, code, minutes in school.ask(MARKS)}
    wanted = {}
    for place, tutor in enumerate(school.tutors):
        wanted |= dict.fromkeys(tutor.students, ("/", None))
        wanted[tutor.students[place % 30]] = ("N", None)
        wanted[tutor.students[(place + 1) % 30]] = ("L", 5)
    assert held == wanted
    assert school.ask(DOUBLED) == []
    assert school.ask(WEEKS) == [(GROUPS * (STUDENTS - 1), GROUPS, GROUPS)], "the totals moved once for each mark"
    assert school.ask(TAKEN) == [(GROUPS, GROUPS, GROUPS)]
    assert school.ask(TAKERS) == [(GROUPS,)]
    assert school.ask("SELECT count(*)::int FROM attendance_sessionmarkevent") == [(0,)], "nothing was replaced"
