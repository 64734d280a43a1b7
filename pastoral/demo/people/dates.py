"""When each comes and goes: admission and leaving dates, late joiners, early leavers."""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from pastoral.demo.people.seats import early_leavers, seats_of
from pastoral.demo.people.students import YEAR_GROUPS, Roll, Student
from pastoral.demo.randoms import sample_some


def dates_settle(students: list[Student], roll: Roll, random: Random) -> None:
    """Set admission and leaving dates: Year 11 at the end of June, some early leavers, some joiners."""
    for student in students:
        student.admitted = date(student.intake, 9, 1)
    by_intake = {intake: [s for s in students if s.intake == intake] for intake in seats_of(roll)}
    past_days = [day for day in roll.this_year.days if day <= roll.today]
    for intake, peers in by_intake.items():
        year_11 = intake + 4
        if year_11 == roll.last_year.start:
            _leave_all(peers, roll.last_year.leavers_day)
            continue
        if year_11 == roll.this_year.start and roll.today > roll.this_year.leavers_day:
            _leave_all(peers, roll.this_year.leavers_day)
        _early_leavers_settle(peers, intake, roll, random)
        _joiners_settle(peers, intake, past_days, roll, random)


def _leave_all(students: Iterable[Student], day: date) -> None:
    for student in students:
        student.left = day


def _early_leavers_settle(peers: list[Student], intake: int, roll: Roll, random: Random) -> None:
    """Let the surplus of an intake leave on some school day of either year."""
    days = [*(roll.last_year.days[10:] if intake <= roll.last_year.start else ()), *roll.this_year.days[8:]]
    days = [day for day in days if day <= roll.today]
    for student in random.sample(peers, early_leavers(roll.size // len(YEAR_GROUPS))):
        # With no school day yet behind them they left in the summer, or never came.
        student.left = random.choice(days) if days else date(roll.this_year.start, 8, 31)
        if intake == roll.this_year.start and not days:
            student.left = student.admitted


def _joiners_settle(peers: list[Student], intake: int, past_days: list[date], roll: Roll, random: Random) -> None:
    """Let a few of an intake join late: earlier years, during last year, and a couple this year."""
    staying = [student for student in peers if student.left is None]
    if intake <= roll.last_year.start:
        for student in sample_some(random, staying, 0.03):
            student.admitted, student.is_joiner = random.choice(roll.last_year.days[5:]), True
        for student in sample_some(random, staying, 0.04):
            if intake < roll.last_year.start and not student.is_joiner:
                earlier = random.choice(range(intake, roll.last_year.start))
                student.admitted = date(earlier, 9, 1) + timedelta(days=random.randrange(20, 300))
    for student in sample_some(random, staying, 0.012):
        if len(past_days) > 5 and not student.is_joiner:
            student.admitted, student.is_joiner = random.choice(past_days[4:]), True
