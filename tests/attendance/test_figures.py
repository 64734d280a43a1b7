"""The checks that must hold for any data (figures.md), on plain values."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.codes import CODES, CodeClass, code_on
from attendance.figures import (
    Band,
    Bands,
    Counts,
    GroupFigures,
    StudentWeek,
    band_fall,
    counts_of,
    has_dipped,
    is_on_track_to_be_pa,
    is_recoverable,
    percentage,
    points_between,
    sessions_left_to_miss,
    sessions_to_recover,
    total,
)

DAY = date(2026, 11, 20)
IN_FORCE = [code for code in CODES if code.is_valid_on(DAY)]
KEYS = {code.letters: code.key for code in IN_FORCE}

marks = st.lists(
    st.sampled_from(IN_FORCE).flatmap(
        lambda code: st.tuples(st.just(code.key), st.integers(0, 90) if code.takes_minutes else st.none())
    ),
    max_size=120,
)
counts = marks.map(counts_of)
bands = (
    st.tuples(st.integers(1, 1000), st.integers(0, 999))
    .filter(lambda pair: pair[1] < pair[0])
    .map(lambda pair: Bands(red_from=pair[0], green_to=pair[1]))
)


def of(possible: int, missed: int) -> Counts:
    return Counts(present=possible - missed, authorised=missed)


def student(before: Counts, week: Counts, group: str = "9A", year: int = 9) -> StudentWeek:
    return StudentWeek(1, "000001", group, year, week, before, before + week, 278, week.unauthorised, Bands())


@given(marks)
def test_possible_is_attended_and_missed_and_bounds_them(rows):
    found = counts_of(rows)
    assert found.possible == found.attended + found.missed
    assert 0 <= found.attended <= found.possible
    assert found.possible + found.not_counted == len(rows)


@given(st.data(), marks)
def test_order_and_batches_change_nothing(data, rows):
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    assert counts_of(shuffled) == counts_of(rows)
    assert counts_of(rows[:cut]) + counts_of(rows[cut:]) == counts_of(rows)
    assert counts_of(rows) - counts_of(rows[:cut]) == counts_of(rows[cut:])


@given(marks, st.sampled_from(["D", "Y4", "#"]), st.integers(1, 20))
def test_marks_outside_the_denominator_change_no_rate(rows, letters, times):
    before, after = counts_of(rows), counts_of(rows + [(KEYS[letters], None)] * times)
    assert (after.percent, after.possible, after.missed) == (before.percent, before.possible, before.missed)
    assert Bands().band(after) == Bands().band(before)
    assert after.is_persistently_absent == before.is_persistently_absent


@given(counts)
def test_severe_is_part_of_persistent_absence(found):
    assert found.is_persistently_absent or not found.is_severely_absent


@given(counts)
def test_red_is_persistent_absence_with_the_default_bands(found):
    assert (Bands().band(found) == Band.RED) == found.is_persistently_absent


@given(counts, bands)
def test_every_percentage_is_in_exactly_one_band(found, scale):
    band = scale.band(found)
    assert (band == Band.NONE) == (found.possible == 0)
    better = Counts(present=found.attended + found.missed)
    if found.possible:
        assert scale.band(better).severity <= band.severity


@given(st.lists(st.tuples(counts, counts, st.sampled_from(["7A", "7B", "8A"])), max_size=12))
def test_tutor_groups_add_up_to_years_and_years_to_the_school(rows):
    members = [student(before, week, group, int(group[0])) for before, week, group in rows]
    school = GroupFigures.of("School", members)
    for key in ("tutor_group", "year"):
        names = {getattr(member, key) for member in members}
        parts = [GroupFigures.of("", [m for m in members if getattr(m, key) == name]) for name in names]
        assert total(part.ytd for part in parts) == school.ytd
        assert total(part.week for part in parts) == school.week
        for count in ("students", "with_possible", "persistently_absent", "severely_absent", "red", "amber", "green"):
            assert sum(getattr(part, count) for part in parts) == getattr(school, count)


@given(st.integers(1, 400), st.data(), st.integers(0, 400))
def test_sessions_left_to_miss_is_the_last_safe_number(possible, data, remaining):
    missed = data.draw(st.integers(0, possible))
    now, end = of(possible, missed), possible + remaining
    left = sessions_left_to_miss(now, remaining)
    if is_recoverable(now, remaining):
        assert 10 * (missed + left) < end
        assert 10 * (missed + left + 1) >= end
    else:
        assert left == 0
        assert 10 * missed >= end


@given(st.integers(1, 400), st.data())
def test_recovery_takes_exactly_that_many_sessions(possible, data):
    missed = data.draw(st.integers(0, possible))
    needed = sessions_to_recover(of(possible, missed))
    assert not of(possible + needed, missed).is_persistently_absent
    if needed:
        assert of(possible + needed - 1, missed).is_persistently_absent


@pytest.mark.parametrize("before", Band)
@pytest.mark.parametrize("now", Band)
def test_a_first_band_is_no_move(before, now):
    fall = band_fall(before, now)
    assert fall == (0 if Band.NONE in (before, now) else now.severity - before.severity)


@given(counts, counts)
def test_points_between_is_the_difference_rounded_once(mine, theirs):
    points = points_between(mine, theirs)
    if points is None:
        assert not (mine.possible and theirs.possible)
    else:
        exact = Decimal(100 * mine.attended) / mine.possible - Decimal(100 * theirs.attended) / theirs.possible
        assert abs(points - exact) <= Decimal("0.05000001")
        assert points_between(theirs, mine) == -points


@given(st.integers(0, 400), st.integers(1, 400))
def test_percentages_are_rounded_half_up_from_integers(part, whole):
    exact = Decimal(100 * part) / whole
    assert Decimal("-0.05") <= exact - percentage(part, whole) < Decimal("0.05")


@pytest.mark.parametrize(
    ("possible", "missed", "is_pa"),
    [(380, 38, True), (380, 37, False), (10, 1, True), (1, 0, False), (0, 0, False), (11, 1, False)],
)
def test_exactly_ten_per_cent_is_persistent_absence(possible, missed, is_pa):
    assert of(possible, missed).is_persistently_absent is is_pa


def test_worked_examples():
    assert sessions_to_recover(of(40, 16)) == 121
    assert percentage(1, 0) is None
    assert percentage(19, 20) == Decimal("95.0")
    assert percentage(1, 2000) == Decimal("0.1")  # 0.05 %, half up
    assert sessions_left_to_miss(of(0, 0), 380) == 37


@pytest.mark.parametrize(
    ("attended", "band"), [(900, Band.RED), (901, Band.AMBER), (905, Band.AMBER), (959, Band.AMBER), (960, Band.GREEN)]
)
def test_bands_are_half_open_without_a_gap(attended, band):
    assert Bands().band(Counts(present=attended, unauthorised=1000 - attended)) == band


def test_a_dip_needs_four_sessions_and_ten_points():
    year = of(100, 5)
    assert has_dipped(year, of(20, 3))  # 85.0 against 95.0
    assert not has_dipped(year, Counts(present=86, authorised=14))  # 86.0
    assert not has_dipped(year, of(3, 3))
    assert not has_dipped(Counts(), of(10, 10))


def test_on_track_follows_the_last_thirty_sessions():
    now = of(100, 8)
    assert is_on_track_to_be_pa(now, 278, recent_missed=4, recent_possible=30)
    assert not is_on_track_to_be_pa(now, 278, recent_missed=1, recent_possible=30)
    assert not is_on_track_to_be_pa(of(100, 12), 278, recent_missed=9, recent_possible=30)  # PA already
    assert not is_on_track_to_be_pa(now, 278, recent_missed=0, recent_possible=0)


def test_a_code_means_what_it_meant_on_its_date():
    assert code_on("J", date(2024, 8, 18)).code_class == CodeClass.APPROVED_ACTIVITY
    assert code_on("J", date(2024, 8, 19)) is None
    assert code_on("J1", date(2024, 8, 19)).code_class == CodeClass.AUTHORISED
    assert code_on("H", date(2024, 7, 1)).code_class == CodeClass.AUTHORISED
    assert code_on("C1", date(2024, 7, 1)) is None
