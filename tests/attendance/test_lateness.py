"""Lateness as plain arithmetic: rates, time in words, and the student's habit apart from the lesson's, by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.figures.lateness import (
    Effect,
    Lateness,
    Tally,
    lesson_effects,
    pooled,
    student_effects,
    time_in_words,
)

P3, P1 = ("Science", "P3"), ("Art", "P1")


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (200, "3 h 20 min"), (1901, "31 h 41 min")]
)
def test_time_in_words(minutes, words):
    assert time_in_words(minutes) == words


def test_a_rate_is_of_presences_and_needs_twenty():
    held = Lateness(here=20, before=2, after=1, minutes=50)
    assert (held.lates, held.percent, held.is_small) == (3, Decimal("15.0"), False)
    assert Lateness(here=19, before=19).is_small
    assert Lateness().percent is None


def test_two_students_and_two_lessons_by_hand():
    """Ann is late to 4 of 20 in P3 and 1 of 20 in P1; Ben to 6 of 20 in P3 and 3 of 30 in P1.

    P3 as their habits elsewhere would have it: Ann 20 x 1/20 = 1, Ben 20 x 3/30 = 2: 3 expected, 10 observed.
    Ann as P3 and P1 are for Ben: 20 x 6/20 + 20 x 3/30 = 8 expected, 5 observed.
    """
    tallies = [Tally(1, P3, 20, 4), Tally(1, P1, 20, 1), Tally(2, P3, 20, 6), Tally(2, P1, 30, 3)]
    lessons, students = lesson_effects(tallies), student_effects(tallies)
    assert lessons[P3] == Effect(10, 3.0, 40)
    assert lessons[P3].ratio is None  # under five expected
    # P1: Ann 20 x 4/20 = 4, Ben 30 x 6/20 = 9
    assert lessons[P1] == Effect(4, 13.0, 50)
    assert lessons[P1].ratio == Decimal("0.3")
    assert students[1] == Effect(5, 8.0, 40)
    assert students[1].ratio == Decimal("0.6")
    # Ben: 20 x 4/20 + 30 x 1/20
    assert students[2] == Effect(9, 5.5, 50)
    assert students[2].ratio == Decimal("1.6")


def test_who_is_nowhere_else_says_nothing():
    tallies = [Tally(1, P3, 50, 40), Tally(2, P3, 20, 2), Tally(2, P1, 20, 10)]
    assert lesson_effects(tallies)[P3] == Effect(2, 10.0, 20)
    assert student_effects(tallies)[2] == Effect(2, 16.0, 20)  # P1 is Student 2's alone


@pytest.mark.parametrize(
    ("effect", "ratio"),
    [
        (Effect(21, 10.0, 340), Decimal("2.1")),
        (Effect(5, 5.0, 20), Decimal("1.0")),
        (Effect(5, 4.99, 20), None),
        (Effect(5, 5.0, 19), None),
        (Effect(0, 5.0, 20), Decimal("0.0")),
        (Effect(9, 20.0, 100), Decimal("0.5")),  # 0.45, half up
    ],
)
def test_a_ratio_needs_five_expected_and_twenty_presences(effect, ratio):
    assert effect.ratio == ratio


def test_a_class_of_habitual_latecomers_is_no_effect_of_the_lesson():
    """Each is late to three in ten everywhere: however many lates a lesson has, it adds nothing."""
    slots = [P3, P1, ("Music", "P5")]
    tallies = [Tally(student, slot, 10, 3) for student in range(10) for slot in slots]
    assert {effect.ratio for effect in lesson_effects(tallies).values()} == {Decimal("1.0")}
    assert {effect.ratio for effect in student_effects(tallies).values()} == {Decimal("1.0")}


counted = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: (max(pair), min(pair)))
cells = st.dictionaries(st.tuples(st.integers(1, 6), st.sampled_from([P3, P1, ("Music", "P5")])), counted)


@given(cells)
def test_the_order_of_tallies_changes_nothing_and_no_lates_expect_none(held):
    tallies = [Tally(student, slot, here, lates) for (student, slot), (here, lates) in held.items()]
    for effects in (lesson_effects, student_effects):
        one, other = effects(tallies), effects(tallies[::-1])
        assert one.keys() == other.keys()
        for key, effect in one.items():
            assert effect.expected == pytest.approx(other[key].expected)
            assert (effect.observed, effect.here) == other[key][0::2]
        assert all(effect.expected == 0 for effect in effects([tally._replace(lates=0) for tally in tallies]).values())


@given(st.lists(counted, max_size=8))
def test_t3_the_rate_of_a_sum_is_pooled(parts):
    held = pooled(Lateness(here, lates) for here, lates in parts)
    assert (held.here, held.lates) == (sum(here for here, _ in parts), sum(lates for _, lates in parts))
