"""The forecast: dates of crossing simulated session by session, year ends, and targets beside them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from attendance.figures import Bands, Counts, StudentWeek
from attendance.summaries.targets import Verdict, verdict_of
from pastoral.core.rights import Role
from reports.summaries.forecast import (
    Ahead,
    best_possible,
    crossing_of,
    ends_persistently_absent,
    projection_of,
    recovers_on,
    sessions_to_crossing,
)
from students.summaries import SchoolCalendar
from tests.factories import AttendanceTargetFactory, YearGroupFactory, enrol
from tests.marks import lay
from tests.reports.test_tracker import FIRST, FRIDAY, history

PAGE = reverse("reports:pa_forecast")


def student(missed: int, possible: int, *, recent: tuple[int, int] = (0, 30), remaining: int = 276) -> StudentWeek:
    """Return a student's figures with a year to date and a recent rate."""
    nothing = Counts()
    return StudentWeek(
        student_id=1,
        admission_number="000001",
        tutor_group="9B",
        year=9,
        week=nothing,
        before=nothing,
        ytd=Counts(present=possible - missed, authorised=missed),
        remaining=remaining,
        penalty_notice_sessions=0,
        bands=Bands(),
        recent_missed=recent[0],
        recent_possible=recent[1],
    )


@st.composite
def students(draw):
    possible = draw(st.integers(0, 380))
    recent = draw(st.integers(0, 30))
    return student(
        draw(st.integers(0, possible)),
        possible,
        recent=(draw(st.integers(0, recent)), recent),
        remaining=2 * draw(st.integers(0, 190)),
    )


@given(students())
def test_the_crossing_is_the_first_session_that_makes_the_year_to_date_pa(figures):
    rate = Fraction(figures.recent_missed, figures.recent_possible) if figures.recent_possible else Fraction(0)
    first = next(
        (
            n
            for n in range(1, figures.remaining + 1)
            if 10 * (figures.ytd.missed + n * rate) >= figures.ytd.possible + n
        ),
        None,
    )
    wanted = first if figures.ytd.possible and not figures.ytd.is_persistently_absent else None
    assert sessions_to_crossing(figures) == wanted


@given(students())
def test_just_those_on_track_have_a_crossing_while_sessions_are_left(figures):
    assert (sessions_to_crossing(figures) is not None) == (figures.is_on_track_to_be_pa and figures.remaining > 0)


@given(students())
def test_recovery_lies_inside_the_year_just_when_it_is_recoverable(figures):
    assert figures.is_recoverable == (figures.sessions_to_recover <= figures.remaining) or not (
        figures.ytd.is_persistently_absent
    )


@given(st.lists(students(), max_size=8))
def test_a_year_end_is_the_sum_of_its_students(members):
    end = projection_of("School", members)
    held = [one for one in members if one.ytd.possible]
    assert end.students == len(held)
    assert end.persistently_absent == sum(map(ends_persistently_absent, held))
    possible = sum(one.ytd.possible + one.remaining for one in held)
    rates = {id(one): Fraction(one.recent_missed, one.recent_possible or 1) for one in held}
    coming = sum(one.remaining * (1 - rates[id(one)]) for one in held if one.recent_possible)
    attended = sum(one.ytd.attended for one in held) + coming
    if held:
        assert end.attendance is not None
        assert abs(Fraction(end.attendance) - 100 * attended / possible) <= Fraction(1, 20)
    else:
        assert end.attendance is None


def test_no_recent_absence_no_forecast():
    assert sessions_to_crossing(student(9, 100, recent=(0, 30))) is None
    assert sessions_to_crossing(student(9, 100, recent=(0, 0))) is None
    assert sessions_to_crossing(student(9, 100, recent=(3, 30))) is None  # 10 % and no more never gets there from 9 %


def test_who_leaves_first_does_not_cross():
    assert sessions_to_crossing(student(4, 106, recent=(9, 30))) == 33
    assert sessions_to_crossing(student(4, 106, recent=(9, 30), remaining=32)) is None


def test_dates_run_over_school_days_alone(seeded):
    ahead = Ahead(SchoolCalendar.load(), FRIDAY)
    assert ahead.horizon == date(2026, 12, 18)
    # 33 sessions: 17 school days after Friday 20 November, the INSET day of 27 November left out.
    crossing = crossing_of(student(4, 106, recent=(9, 30)), ahead)
    assert crossing is not None
    assert (crossing.on, crossing.sessions, crossing.days) == (date(2026, 12, 16), 33, 17)
    assert crossing.left_then == student(4, 106).sessions_left_to_miss - 9
    calendar = SchoolCalendar.load()
    for n in (1, 2, 3, 276, 278, 999):
        assert ahead.day(n) == calendar.day_reached(FRIDAY, n)


def test_the_finish_line_of_40_possible_and_16_missed_is_121_sessions(seeded):
    """product.md E2, figures.md: the worked example."""
    ahead = Ahead(SchoolCalendar.load(), date(2026, 9, 29))
    figures = student(16, 40, remaining=340)
    assert figures.sessions_to_recover == 121
    assert recovers_on(figures, ahead) == ahead.days[60]
    assert recovers_on(student(16, 40, remaining=120), ahead) is None
    assert best_possible(student(60, 106, remaining=100)) == Decimal("70.9")


@pytest.mark.parametrize(
    ("measure", "value", "verdict"),
    [
        ("attendance", "95.0", Verdict.ON),
        ("attendance", "94.0", Verdict.NEAR),
        ("attendance", "93.9", Verdict.OFF),
        ("pa_rate", "95.0", Verdict.ON),
        ("pa_rate", "96.0", Verdict.NEAR),
        ("pa_rate", "96.1", Verdict.OFF),
        ("pa_rate", None, Verdict.NONE),
    ],
)
def test_targets_are_reached_from_their_own_side(measure, value, verdict):
    found = verdict_of(measure, Decimal(value) if value else None, Decimal("95.0"), Decimal("1.0"))
    assert found == verdict


@pytest.fixture
def school(seeded, friday):
    """Two of Year 9 on the way, one there, one of Year 10 on the way."""
    soon, later, there = enrol("9B", count=3)
    (other,) = enrol("10A")
    lay(soon, FIRST, history(0, 9))
    lay(later, FIRST, history(0, 4))
    lay(there, FIRST, history(20))
    lay(other, FIRST, history(0, 9))
    return soon, later, there, other


def test_the_page_lists_who_crosses_soonest_first(school, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE)
    assert [one.person.student_id for one in page.context["coming"]] == [school[0].pk]
    assert page.context["on_track"] == 2
    assert [end.name for end in page.context["projections"]] == ["Year 9"]
    assert [end.name for end in as_role(Role.SLT).get(PAGE).context["projections"]] == ["Year 9", "Year 10", "School"]


def test_the_school_says_which_years_it_covers_and_is_the_trackers(school, as_role):
    client = as_role(Role.SLT)
    (sixth,) = enrol("12A")
    lay(sixth, FIRST, history(20))
    page = client.get(PAGE)
    whole, counted = page.context["projections"][-2:]
    assert (whole.name, whole.covers, whole.students) == ("School", "Years 9 to 12", 5)
    assert (counted.name, counted.covers, counted.students) == ("Years 7 to 11", "as in the official statistics", 4)
    rows = client.get(reverse("reports:pa_tracker"), {"state": "pa"}).context["rows"]
    assert len(rows) == whole.persistently_absent_now == counted.persistently_absent_now + 1
    dashboard = client.get(reverse("reports:school_dashboard")).context["page"]
    assert dashboard.figures.persistently_absent == whole.persistently_absent_now


def test_the_forecast_is_told_from_the_year_to_date(school, as_role):
    text = " ".join(strip_tags(as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).content.decode()).split())
    assert "Forecast, at each student’s recent rate: 1 student more by Fri 18 Dec, 2 by the year’s end in July" in text
    assert "PA now, year to date: 1." in text
    assert "Year to dateYear end, forecast" in text


def test_a_number_of_the_forecast_is_its_list(school, as_role):
    client = as_role(Role.SLT)
    page = client.get(PAGE)
    tracker = reverse("reports:pa_tracker")
    assert len(client.get(tracker, {"state": "crossing"}).context["rows"]) == len(page.context["coming"]) == 2
    for end in page.context["projections"]:
        assert end.is_listed
        for state, number in (("ends-pa", end.persistently_absent), ("pa", end.persistently_absent_now)):
            rows = client.get(tracker, {"state": state, "year": end.year}).context["rows"]
            assert len(rows) == number, (end.name, state)


def test_a_tutor_has_the_list_and_no_year_ends(school, as_role):
    page = as_role(Role.FORM_TUTOR, "9B").get(PAGE)
    assert len(page.context["coming"]) == 1
    assert page.context["projections"] == ()
    assert "End of the year" not in page.content.decode()


def test_targets_stand_beside_the_forecast(school, as_role):
    AttendanceTargetFactory(target="30.0")
    AttendanceTargetFactory(year_group=YearGroupFactory(number=9), measure="attendance", target="99.0")
    rows = as_role(Role.SLT).get(PAGE).context["targets"]
    assert {(row.target.name, row.target.measure): row.verdict for row in rows} == {
        ("School", "pa_rate"): Verdict.OFF,
        ("Year 9", "attendance"): Verdict.OFF,
    }
    own = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE)
    assert [row.target.name for row in own.context["targets"]] == ["Year 9"]
    assert "Off target" in own.content.decode()


def test_the_page_costs_the_same_with_ten_times_the_students(school, as_role):
    client = as_role(Role.SLT)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    few = queries()
    for one in enrol("9B", count=30):
        lay(one, FIRST, history(0, 9))
    assert queries() == few
    assert few <= 12
