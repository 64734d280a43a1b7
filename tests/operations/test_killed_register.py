"""A server killed in the middle of a register: nothing of it stands, and sent again it is taken once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest

from tests.operations.installation import wait_for
from tests.operations.running_school import RunningSchool, Tutor, running_school

pytestmark = pytest.mark.long

COUNTS = """
    SELECT (SELECT count(*)::int FROM attendance_sessionmark), (SELECT count(*)::int FROM attendance_register),
           (SELECT count(*)::int FROM attendance_registersubmission),
           (SELECT count(*)::int FROM attendance_sessionmarkevent)
"""
WAITING = "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
ONES_OWN = "SELECT count(*)::int FROM pg_stat_activity WHERE state = 'idle in transaction'"


@pytest.fixture
def school(db: None) -> Iterator[RunningSchool]:
    with running_school(2) as made:
        yield made


def test_a_register_survives_a_server_killed_before_it_is_whole_and_while_it_is_written(school: RunningSchool) -> None:
    first, second = school.tutors
    half_sent(school, first)
    half_written(school, second)


def half_sent(school: RunningSchool, tutor: Tutor) -> None:
    """Kill the server when half of the form has come."""
    tutor.open()
    tutor.choose(3)
    body = tutor.body()
    connection = tutor.connection()
    connection.putrequest("POST", tutor.path)
    for name, value in (tutor.headers() | {"Content-Length": str(len(body))}).items():
        connection.putheader(name, value)
    connection.endheaders(body[: len(body) // 2])
    school.kill()
    connection.close()
    assert school.ask(COUNTS) == [(0, 0, 0, 0)]

    school.start()
    assert tutor.send() == 302
    assert tutor.send() == 302
    assert school.ask(COUNTS) == [(30, 1, 1, 0)]


def half_written(school: RunningSchool, tutor: Tutor) -> None:
    """Kill the server between the marks and their totals."""
    tutor.open()
    tutor.choose(7)
    with ThreadPoolExecutor(1) as hand, school.installation.database() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE attendance_attendanceweek IN EXCLUSIVE MODE")  # the marks are in, the totals wait
        sending = hand.submit(tutor.send)
        wait_for(lambda: school.ask(WAITING) == [(1,)])
        school.kill()
        with pytest.raises((OSError, HTTPException)):
            sending.result(timeout=60)
        other.execute("ROLLBACK")
    wait_for(lambda: school.ask(ONES_OWN) == [(0,)] and school.ask(WAITING) == [(0,)])
    assert school.ask(COUNTS) == [(30, 1, 1, 0)]

    school.start()
    assert tutor.send() == 302
    assert school.ask(COUNTS) == [(60, 2, 2, 0)]
