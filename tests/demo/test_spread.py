"""The usual school is spread like the national figures (DfE daily attendance data, secondary, 2025/26).

Tolerances are for 900 students: chance alone moves persistent absence by a point and a half.
"""

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from tests.demo.exports import MISSED, POSSIBLE, PRESENT, day, rate, share_missing

LAST_YEAR, THIS_YEAR = "session_marks_2025_26", "session_marks_2026_27"


@pytest.fixture(scope="session")
def now(usual):
    return usual.totals(THIS_YEAR)


@pytest.fixture(scope="session")
def flagged(usual, now):
    """Totals of this year by yes or no, for any column of the students' file."""

    def split(column, *values):
        rows = {row["Adno"]: row for row in usual["students"]}
        sides = {True: [], False: []}
        for adno, totals in now.items():
            sides[rows[adno][column] in values].append(totals)
        return sides[True], sides[False]

    return split


def test_as_many_students_as_asked_for(usual):
    on_roll = [row for row in usual["students"] if not row["Date of Leaving"]]
    assert 885 <= len(on_roll) <= 915
    groups = Counter(row["Reg"] for row in on_roll)
    assert len(groups) == 30
    assert all(26 <= size <= 34 for size in groups.values())


def test_year_to_date_in_late_november(now):
    totals = list(now.values())
    assert 7.8 <= rate(totals) <= 8.9
    assert 21.0 <= share_missing(totals, 10) <= 25.0
    assert 2.2 <= share_missing(totals, 2) <= 3.8


def test_the_whole_of_last_year(usual):
    totals = list(usual.totals(LAST_YEAR).values())
    assert 8.2 <= rate(totals) <= 9.4
    assert 22.0 <= share_missing(totals, 10) <= 26.0
    assert 2.2 <= share_missing(totals, 2) <= 3.8


@pytest.mark.parametrize("column", ["FSM", "Pupil Premium"])
def test_disadvantaged_students_miss_about_five_points_more(flagged, column):
    poorer, others = flagged(column, "Yes")
    assert 3.3 <= rate(poorer) - rate(others) <= 7.0


def test_students_with_sen_miss_more(flagged):
    with_sen, without = flagged("SEN Status", "K", "E")
    assert rate(with_sen) - rate(without) > 1.5


def test_year_7_misses_less_than_years_10_and_11(flagged):
    youngest, _ = flagged("Year", "Year 7")
    oldest, _ = flagged("Year", "Year 10", "Year 11")
    assert share_missing(oldest, 10) - share_missing(youngest, 10) > 3


def test_flags_are_as_common_as_in_schools(usual):
    rows = [row for row in usual["students"] if not row["Date of Leaving"]]
    for column, low, high in [("FSM", 24, 29), ("Pupil Premium", 26, 32), ("EAL", 15, 25), ("Young Carer", 1, 4)]:
        assert low <= 100 * sum(row[column] == "Yes" for row in rows) / len(rows) <= high
    sen = Counter(row["SEN Status"] for row in rows)
    assert 11 <= 100 * sen["K"] / len(rows) <= 17
    assert 3.5 <= 100 * sen["E"] / len(rows) <= 7


def test_the_week_has_its_shape(usual):
    possible, missed = Counter(), Counter()
    for name in (LAST_YEAR, THIS_YEAR):
        for row in usual[name]:
            if row["Mark"] in POSSIBLE:
                for key in (day(row["Date"]).weekday(), row["Session"]):
                    possible[key] += 1
                    missed[key] += row["Mark"] in MISSED
    rates = {key: missed[key] / possible[key] for key in possible}
    assert max(range(5), key=rates.__getitem__) == 4
    assert rates["AM"] < rates["PM"] < rates["AM"] + 0.006


def test_september_is_low_and_the_week_before_a_break_high(usual):
    weeks = defaultdict(lambda: [0, 0])
    for row in usual[LAST_YEAR]:
        if row["Mark"] in POSSIBLE:
            week = weeks[day(row["Date"]).isocalendar()[1]]
            week[0] += 1
            week[1] += row["Mark"] in MISSED
    rates = {week: 100 * missed / possible for week, (possible, missed) in weeks.items()}
    assert rates[37] < rates[40]
    for last_week, before in ((43, 41), (51, 49), (7, 5)):
        assert rates[last_week] > rates[before]


def test_lateness_is_the_habit_of_about_a_tenth(usual, now):
    late = Counter(row["Adno"] for row in usual[THIS_YEAR] if row["Mark"] in {"L", "U"})
    habitual = [adno for adno, times in late.items() if times >= 8]
    assert 5 <= 100 * len(habitual) / len(now) <= 16
    assert sum(late[adno] for adno in habitual) > 0.45 * late.total()
    minutes = sorted(int(row["Minutes Late"]) for row in usual[THIS_YEAR] if row["Minutes Late"])
    assert 4 <= minutes[len(minutes) // 2] <= 12
    assert minutes[-1] > 45


def test_every_code_that_a_school_uses_occurs(usual):
    held = {row["Mark"] for name in (LAST_YEAR, THIS_YEAR) for row in usual[name]}
    assert PRESENT | {"V", "P", "W", "B", "K", "D", "Y1", "Y4", "-"} <= held
    assert {"I", "M", "E", "R", "S", "C", "C2", "J1", "T", "G", "N", "O", "U"} <= held
    assert "X" not in held


def test_some_students_dip_in_the_last_week(usual, now):
    """Their week is ten points and more below what went before (figures.md, dipped)."""
    week = {adno: [0, 0] for adno in now}
    for row in usual[THIS_YEAR]:
        if day(row["Date"]).isocalendar()[1] == 47:
            week[row["Adno"]][0] += row["Mark"] in POSSIBLE
            week[row["Adno"]][1] += row["Mark"] in MISSED
    dipped = 0
    for adno, (possible, missed) in week.items():
        before, missed_before = now[adno][0] - possible, now[adno][1] - missed
        if possible >= 4 and before:
            dipped += missed / possible - missed_before / before >= 0.1
    assert 40 <= dipped <= 250


def test_absence_comes_in_spells(usual):
    """Most illness lasts one to three days and some goes on for longer than a week."""
    lengths, run, before = Counter(), 0, None
    for row in usual[LAST_YEAR]:
        ill = row["Adno"] if row["Mark"] == "I" else None
        if run and ill != before:
            lengths[run] += 1
            run = 0
        run, before = (run + 1, ill) if ill else (0, None)
    short = sum(count for length, count in lengths.items() if length <= 6)
    assert 0.75 < short / lengths.total() < 0.98
    assert max(lengths) > 12


def test_few_students_make_most_incidents(usual):
    parts = Counter(row["Adno"] for row in usual["behaviour"] if int(row["Points"]))
    top = sum(count for _, count in parts.most_common(90))
    assert 0.45 < top / parts.total() < 0.85
    moments = Counter(row["Time"][:2] for row in usual["behaviour"])
    # Chance moves the hours beside it; the one with the lunch break is always among the two worst.
    assert "12" in {hour for hour, _ in moments.most_common(2)}


def test_some_brothers_and_sisters_are_ill_on_the_same_days(usual):
    children, ill = defaultdict(set), defaultdict(set)
    for row in usual["parents_carers"]:
        if row["Email"]:
            children[row["Email"]].add(row["Adno"])
    for row in usual[THIS_YEAR]:
        if row["Mark"] in {"I", "N"}:
            ill[row["Adno"]].add(day(row["Date"]))
    pairs = {tuple(sorted(pair)) for family in children.values() for pair in combinations(family, 2)}
    together = sum(len(ill[one] & ill[other]) >= 2 for one, other in pairs)
    assert 0.03 * len(pairs) <= together <= 0.4 * len(pairs)
