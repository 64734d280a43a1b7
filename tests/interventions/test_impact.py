"""The effect of an intervention on made cases: windows, whom it is compared with, and what is said instead."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from attendance.figures import Band, Bands
from interventions.figures.cohort import Cohort
from interventions.figures.impact import (
    LONG,
    SUSTAINED,
    Effect,
    Standing,
    effect_of,
    in_points,
    in_tenths,
    median_of,
)
from interventions.figures.tracks import Person, Track, slot_of

MONDAY = date(2026, 9, 7)
SPELL = [(date(2026, 9, 1), None, 9)]
BANDS = Bands()


def person(key: int, marks: str, *, first: date = MONDAY, year: int = 9, incidents=(), busy=()) -> Person:
    """Make a student from school days of ten letters a week: "1" attended, "0" missed, "." not possible."""
    days, slots, day = iter(marks[n : n + 2] for n in range(0, len(marks), 2)), {}, first
    for pair in days:
        while day.weekday() > 4:
            day += timedelta(days=1)
        for half, letter in enumerate(pair):
            slots[slot_of(day, is_afternoon=bool(half))] = letter
        day += timedelta(days=1)
    start, last = slot_of(first), max(slots, default=slot_of(first))
    letters = "".join(slots.get(slot, ".") for slot in range(start, last + 1))
    hurt = tuple(sorted(slot_of(each) for each in incidents))
    return Person(key, Track(start, letters, hurt), [(date(2025, 9, 1), None, year)], busy)


def steady(key: int, missed: int = 0, weeks: int = 12, **facts) -> Person:
    return person(key, ("0" * missed + "1" * (10 - missed)) * weeks, **facts)


def begun(week: int) -> int:
    return slot_of(MONDAY + timedelta(weeks=week))


def effect(one: Person, others: list[Person], week: int = 4, **more) -> Effect:
    return effect_of(one, begun(week), more.pop("counts_from", begun(week)), Cohort(others, BANDS), **more)


def test_the_change_beyond_that_of_others_in_the_same_band() -> None:
    better = person(1, "0000111111" * 4 + "0111111111" * 4)  # 60 % in red, then 90 %
    others = [person(key, "0011111111" * 4 + "0001111111" * 4) for key in range(2, 7)]  # red, 80 % then 70 %
    green = [steady(key) for key in range(10, 20)]
    found = effect(better, [*others, *green])
    assert (found.standing, found.compared) == (Standing.MEASURED, 5)
    assert (found.before.part.attended, found.after.part.attended) == (18, 27)
    assert (found.raw, found.drift, found.adjusted) == (Fraction(3, 10), Fraction(-1, 10), Fraction(4, 10))
    assert (found.gained, in_tenths(found.gained), in_points(found.adjusted)) == (12, Decimal("12.0"), Decimal("40.0"))
    assert not found.is_over_summer


def test_whom_it_is_compared_with() -> None:
    one = steady(1, 2)
    like = [steady(key, 2) for key in range(2, 6)]
    span = (begun(3), begun(3))
    assert effect(one, like).standing is Standing.NOT_COMPARED
    assert effect(one, like).raw == 0
    assert effect(one, like).adjusted is None
    assert effect(one, [*like, one]).compared == 4  # not with oneself
    assert effect(one, [*like, steady(9, 2, year=8)]).compared == 4
    assert effect(one, [*like, steady(9, 2, busy=[span])]).compared == 4
    assert effect(one, [*like, steady(9, 2, busy=[(begun(9), begun(10))])]).compared == 5  # after the window
    assert effect(one, [*like, steady(9, 2, weeks=5)]).compared == 4  # 10 sessions after are too few
    assert effect(one, [*like, steady(9, 2)]).standing is Standing.MEASURED


@pytest.mark.parametrize(
    ("weeks_before", "weeks_after", "standing"), [(2, 1, "too_early"), (1, 2, "too_few"), (2, 2, "measured")]
)
def test_twenty_sessions_on_both_sides(weeks_before: int, weeks_after: int, standing: str) -> None:
    others = [steady(key) for key in range(2, 8)]
    starter = person(1, ".." * 5 * (4 - weeks_before) + "1" * 10 * (weeks_before + weeks_after))
    assert effect(starter, others).standing == standing
    nobody = person(1, "")
    assert (effect(nobody, others).standing, effect(nobody, others).gained) == (Standing.TOO_FEW, None)


def test_what_is_not_possible_is_stepped_over() -> None:
    ill = person(1, "1" * 20 + "." * 20 + "0" * 10 + "1" * 40)
    found = effect(ill, [], week=5)
    assert (found.before.part.possible, found.before.part.attended) == (30, 20)
    assert found.before.first == begun(0)


def test_grace_counts_for_neither_side() -> None:
    one = person(1, "1" * 40 + "0" * 10 + "1" * 40)
    assert effect(one, []).after.part.attended == 20
    assert effect(one, [], counts_from=begun(5)).after.part.attended == 30


def test_longer_windows_and_what_is_sustained() -> None:
    one = person(1, "1" * 60 + "0" * 60 + "10" * 20)
    others = [steady(key, weeks=20) for key in range(2, 8)]
    assert effect(one, others, week=6, sides=LONG).before.part == (60, 60, 0)
    late = effect(one, others, week=6, sides=SUSTAINED)
    assert (late.after.part, late.before.part) == ((15, 30, 0), (30, 30, 0))
    assert late.standing is Standing.MEASURED
    assert effect(person(1, "1" * 120), others, week=6, sides=SUSTAINED).standing is Standing.TOO_EARLY


def test_the_summer_between_is_said_and_the_year_group_is_that_of_before() -> None:
    july = date(2026, 6, 22)
    summer = "." * 60 + "1" * 30  # six weeks and a half
    one = person(1, "10" * 20 + summer, first=july)
    others = [person(key, "10" * 20 + summer, first=july) for key in range(2, 8)]
    began = slot_of(date(2026, 8, 31))
    found = effect_of(one, began, began, Cohort(others, BANDS))
    assert (found.standing, found.is_over_summer) == (Standing.MEASURED, True)
    assert one.band_at(found.before.last, BANDS) is Band.RED  # of the year that ended in July


def test_incidents_on_the_days_of_the_windows() -> None:
    first, after = MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=4)
    one = steady(1, incidents=[MONDAY, first, first + timedelta(days=4), after])
    others = [steady(key, incidents=[first]) for key in range(2, 7)]
    found = effect(one, others)
    assert (found.before.part.incidents, found.after.part.incidents) == (2, 1)
    assert (found.incidents_raw, found.incidents_adjusted) == (Fraction(-1, 30), 0)


def test_printed_half_away_from_zero() -> None:
    assert [in_tenths(Fraction(n, 20)) for n in (1, -1, 3, 0)] == [Decimal(x) for x in ("0.1", "-0.1", "0.2", "0.0")]
    assert in_points(Fraction(1, 30)) == Decimal("3.3")
    assert (median_of([]), median_of([Fraction(3)]), median_of([Fraction(1), Fraction(4)])) == (None, 3, Fraction(5, 2))
