"""The calendar's rules, against years that everybody can look up."""

from datetime import date

import pytest

from pastoral.demo.calendar import FRIDAY, SATURDAY, bank_holidays, easter_sunday, school_year
from pastoral.demo.events import eids_between


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))],
)
def test_easter_is_when_it_is(year, easter):
    assert easter_sunday(year) == easter


def test_bank_holidays_move_off_weekends():
    # GOV.UK: England and Wales, 2027 and 2022's Christmas (Sunday 25 December).
    assert sorted(bank_holidays(2027)) == [
        date(2027, 1, 1),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 5, 3),
        date(2027, 5, 31),
        date(2027, 8, 30),
        date(2027, 12, 27),
        date(2027, 12, 28),
    ]
    assert {date(2022, 12, 26), date(2022, 12, 27)} <= set(bank_holidays(2022))


@pytest.mark.parametrize("start", range(2024, 2060))
def test_every_year_has_190_school_days_and_five_inset_days(start):
    year = school_year(start)
    assert len(year.days) == len(set(year.days)) == 190
    assert len(year.insets) == 5
    assert len(year.half_terms) == 190
    assert list(year.half_terms) == sorted(year.half_terms)
    assert all(day.weekday() < SATURDAY for day in year.days)
    assert not set(year.days) & (set(bank_holidays(start)) | set(bank_holidays(start + 1)))
    assert year.first_day <= year.days[0]
    assert year.days[-1] <= date(start + 1, 7, 31)


def test_breaks_of_2026_27_fall_where_schools_have_them():
    terms = school_year(2026).terms
    assert [(term.first, term.last) for term in terms[:5]] == [
        (date(2026, 9, 1), date(2026, 10, 23)),
        (date(2026, 11, 2), date(2026, 12, 18)),
        (date(2027, 1, 4), date(2027, 2, 12)),
        (date(2027, 2, 22), date(2027, 3, 25)),
        (date(2027, 4, 12), date(2027, 5, 28)),
    ]


def test_year_11_leave_on_the_last_friday_in_june():
    assert school_year(2026).leavers_day == date(2027, 6, 25)
    assert school_year(2025).leavers_day.weekday() == FRIDAY


def test_eid_is_within_a_day_of_the_moon():
    assert eids_between(date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 3, 20), date(2026, 5, 27)]
