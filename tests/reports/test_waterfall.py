"""The PA waterfall: its sum closes whatever happens, its numbers are lists, and the way to the national figure."""

from datetime import date
from decimal import Decimal
from math import floor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from attendance.models import Benchmark
from attendance.waterfall import Turn, turns
from pastoral.core.rights import Role
from reports.charts import waterfall_svg
from reports.summaries.waterfall import Dates, DatesRefused, Waterfall, students_to_move
from reports.summaries.week import Moment
from students.models import Enrolment
from tests.factories import BenchmarkFactory, EnrolmentFactory, StudentFactory, enrol
from tests.marks import lay
from tests.reports.test_tracker import FIRST, LAST_YEAR, history

PAGE = reverse("reports:pa_waterfall")
HALF_TERM, NOW = date(2026, 10, 23), date(2026, 11, 20)
MEMBERS = st.dictionaries(st.integers(1, 30), st.booleans())


@given(MEMBERS, MEMBERS)
def test_the_waterfall_closes(before, after):
    found = turns(before, after)
    number = {turn: len(students) for turn, students in found.items()}
    grown = number[Turn.BECAME] + number[Turn.ARRIVED] - number[Turn.RECOVERED] - number[Turn.LEFT]
    assert grown == sum(after.values()) - sum(before.values())
    every = [student for students in found.values() for student in students]
    assert len(every) == len(set(every))
    assert set(every) == {one for held in (before, after) for one, is_pa in held.items() if is_pa}


@given(MEMBERS, MEMBERS)
def test_turned_round_it_is_its_own_mirror(before, after):
    there, back = turns(before, after), turns(after, before)
    for turn, mirror in ((Turn.BECAME, Turn.RECOVERED), (Turn.ARRIVED, Turn.LEFT), (Turn.STAYED, Turn.STAYED)):
        assert sorted(there[turn]) == sorted(back[mirror])


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 10_000))
def test_students_to_move_brings_the_rate_to_the_figure_and_no_further(absent, others, hundredths):
    roll, rate = absent + others, Decimal(hundredths) / 100
    gap = students_to_move(absent, roll, rate)
    assert gap == max(0, absent - floor(Decimal(hundredths) * roll / 10_000))
    if gap:
        assert (absent - gap) * 10_000 <= hundredths * roll < (absent - gap + 1) * 10_000


@pytest.fixture
def school(seeded, friday):
    """A student of each turn in Year 9, one who never was, and one of Year 10."""
    stayed, became, recovered, fine = enrol("9B", count=4)
    (arrived,) = enrol("9B", admitted_on=date(2026, 11, 2))
    (left,) = enrol("9B", left_on=date(2026, 10, 30))
    (other,) = enrol("10A")
    lay(stayed, FIRST, history(30))
    lay(became, FIRST, history(0, 12))
    lay(recovered, FIRST, history(8))
    lay(fine, FIRST, history())
    lay(arrived, date(2026, 11, 2), "I I I I " + "/" * 26)
    lay(left, FIRST, " I" * 20 + " " + "/" * 50)
    lay(other, FIRST, history(30))
    return {
        Turn.STAYED: stayed,
        Turn.BECAME: became,
        Turn.RECOVERED: recovered,
        Turn.ARRIVED: arrived,
        Turn.LEFT: left,
    }


def test_each_student_takes_the_own_turn(school, as_role):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE)
    waterfall = page.context["waterfall"]
    assert waterfall.dates == Dates(HALF_TERM, NOW)
    assert {line.turn: line.person.student_id for line in waterfall.lines} == {
        turn: student.pk for turn, student in school.items()
    }
    assert (waterfall.pa_before, waterfall.pa_after, waterfall.change) == (3, 3, 0)
    assert (waterfall.members_before, waterfall.members_after) == (5, 5)
    text = page.content.decode()
    assert "Tue 1 Sep – Fri 23 Oct against Tue 1 Sep – Fri 20 Nov" in text


def test_every_number_opens_its_list(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    for turn, student in school.items():
        page = client.get(PAGE, {"list": str(turn)})
        assert [line.person.student_id for line in page.context["lines"]] == [student.pk]
        assert f"list={turn}" in page.content.decode()


def test_the_school_is_the_sum_of_its_years(school, as_role):
    client = as_role(Role.SLT)
    whole = client.get(PAGE).context["waterfall"].numbers
    years = [client.get(PAGE, {"year": year}).context["waterfall"].numbers for year in (9, 10)]
    assert whole == {turn: sum(numbers[turn] for numbers in years) for turn in Turn}
    assert client.get(PAGE, {"year": "x"}).status_code == 404


def test_a_year_is_followed_over_the_summer(seeded, friday):
    """Today's Year 9 was Year 8 in July: the same students are compared, not last year's Year 9."""
    (mover,) = StudentFactory.create_batch(1)
    for year, starts, ends in ((8, date(2025, 9, 1), date(2026, 8, 31)), (9, date(2026, 9, 1), None)):
        EnrolmentFactory(
            student=mover, year_group__number=year, tutor_group__name=f"{year}B", starts_on=starts, ends_on=ends
        )
    lay(mover, LAST_YEAR, "I I I I ////////")
    lay(mover, FIRST, history())
    dates = Dates.of("2026-07-20", "", Moment.of("", NOW))
    found = Waterfall.load(Enrolment.objects.all(), dates, year=9, today=NOW)
    assert {line.turn for line in found.lines} == {Turn.RECOVERED}


def test_who_may_ask_for_a_year_reads_the_same_numbers_over_a_year_end(seeded, friday, as_role):
    """Who left in July is counted for everybody, and named for those alone who may still see the student."""
    for left_on in (None, date(2026, 7, 31)):
        student, ends = StudentFactory(left_on=left_on), date(2026, 8, 31)
        EnrolmentFactory(
            student=student, year_group__number=8, tutor_group__name="8B", starts_on=date(2025, 9, 1), ends_on=ends
        )
        lay(student, LAST_YEAR, "I I I I ////////")
        if left_on is None:
            EnrolmentFactory(student=student, year_group__number=9, tutor_group__name="9B", starts_on=date(2026, 9, 1))
            lay(student, FIRST, history())
    asked = {"from": "2026-07-20", "year": "9", "list": "left"}
    head, whole = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, asked), as_role(Role.SLT).get(PAGE, asked)
    assert head.context["waterfall"].numbers == whole.context["waterfall"].numbers
    assert (head.context["waterfall"].numbers[Turn.LEFT], head.context["waterfall"].members_before) == (1, 2)
    assert (len(head.context["lines"]), head.context["unnamed"]) == (0, 1)
    assert "1 student, counted here and not named" in head.content.decode()
    assert student.legal_surname not in head.content.decode()


def test_the_sixth_form_is_in_no_figure_beside_the_national_one(school, as_role):
    (older,) = enrol("12A")
    lay(older, FIRST, history(30))
    BenchmarkFactory()
    client = as_role(Role.SLT)
    page = client.get(PAGE)
    assert older.pk not in {line.person.student_id for line in page.context["waterfall"].lines}
    assert "The school, Years 7 to 11" in page.content.decode()
    assert "Years 7 to 11 as in the official statistics" in page.content.decode()
    of_older = client.get(PAGE, {"year": "12"})
    assert of_older.context["waterfall"].pa_after == 1
    assert of_older.context["bridge"] is None
    assert "no bridge for Year 12" in of_older.content.decode()


@pytest.mark.parametrize("page", ["reports:pa_waterfall", "reports:cohort_attendance"])
def test_years_without_students_are_not_offered(school, as_role, page):
    names = [choice.name for choice in as_role(Role.SLT).get(reverse(page)).context["years"]]
    assert names == ["The school", "Year 9", "Year 10"]


@pytest.mark.parametrize(
    "asked", [("2026-13-01", ""), ("x", ""), ("2026-11-18", "2026-11-17"), ("1999-01-01", ""), ("", "2030-01-01")]
)
def test_dates_that_cannot_be_compared_are_refused_in_words(school, as_role, asked):
    page = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE, {"from": asked[0], "to": asked[1]})
    text = page.content.decode()
    assert "Those dates cannot be compared" in text
    assert page.context["dates"] == Dates(HALF_TERM, NOW)
    assert all(not typed or typed in text for typed in asked)


def test_a_day_stands_for_the_end_of_its_week(seeded, friday):
    lay(enrol("9B")[0], FIRST, history())
    moment = Moment.of("", NOW)
    assert Dates.of("2026-10-06", "2026-11-11", moment) == Dates(date(2026, 10, 9), date(2026, 11, 13))
    assert Dates.of("", "2026-10-09", moment) == Dates(date(2026, 7, 24), date(2026, 10, 9))
    with pytest.raises(DatesRefused):
        Dates.of("2026-10-05", "2026-10-09", moment)


def test_the_bridge_says_where_its_figure_comes_from(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)
    assert "A member of SLT or the Data Manager sets it" in client.get(PAGE).content.decode()
    assert "Set the figure" in as_role(Role.SLT).get(PAGE).content.decode()
    BenchmarkFactory()
    BenchmarkFactory(published_on=date(2025, 7, 24), value="99.00", window="2024/25")
    BenchmarkFactory(measure=Benchmark.Measure.ATTENDANCE, value="91.50")
    page = client.get(PAGE)
    # 3 of 5 are PA; 23.8 % of 5 is 1.19: one may be.
    assert page.context["bridge"].students == 2
    text = page.content.decode()
    for words in (
        "2 students fewer",
        "23.80 %",
        "secondary",
        "2025/26 to July",
        "DfE, pupil attendance",
        "23 Jul 2026",
        "Not like for like",
    ):
        assert words in text, words
    BenchmarkFactory(published_on=date(2025, 2, 6), value="22.50", window="autumn term 2024/25")
    BenchmarkFactory(published_on=date(2026, 10, 1), value="18.80", window="autumn term 2025/26", phase="all phases")
    page = client.get(PAGE)
    assert str(page.context["bridge"].benchmark.value) == "22.50"
    assert "Not like for like" not in page.content.decode()


def test_the_chart_has_its_numbers_as_text_beside_it(school, as_role):
    text = as_role(Role.HEAD_OF_YEAR, 9).get(PAGE).content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="chart" aria-hidden="true"' in text
    assert waterfall_svg(0, dict.fromkeys(Turn, 0), 0) == ""


def test_the_page_costs_the_same_with_ten_times_the_students(school, as_role):
    client = as_role(Role.HEAD_OF_YEAR, 9)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(PAGE).status_code == 200
        return len(seen)

    few = queries()
    for one in enrol("9B", count=30):
        lay(one, FIRST, history(0, 12))
    assert queries() == few
    assert few <= 12
