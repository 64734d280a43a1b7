"""Filters and parts: numbers as the school reads them, drawings without an inline style."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from pastoral.core.icons import ICONS
from pastoral.core.templatetags.pastoral import day, daytime, percent, percent_number, query_with, signed


def drawn(source: str, **context: object) -> str:
    return Template("{% load pastoral %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (342, 380, "90.0\xa0%"),
        (0, 0, "–"),
        (None, None, "–"),
        (0, 10, "0.0\xa0%"),
        (1, 1, "100.0\xa0%"),
        (1999, 2000, "100.0\xa0%"),  # 99.95 is rounded half up
        (1, 800, "0.1\xa0%"),  # 0.125
        (129, 800, "16.1\xa0%"),  # 16.125
        (Decimal("92.25"), None, "92.3\xa0%"),
    ],
)
def test_percent_is_half_up_and_never_a_number_for_nothing(part, whole, words):
    assert percent(part, whole) == words


@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_percent_is_the_nearest_tenth(pair):
    part, whole = pair
    shown = Decimal(percent_number(part, whole))
    exact = Decimal(100) * part / whole
    assert shown.as_tuple().exponent == -1
    assert -Decimal("0.05") < shown - exact <= Decimal("0.05") + Decimal("1e-20")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Decimal("0.4"), "+0.4"),
        (Decimal("-3"), "−3.0"),
        (3, "+3"),
        (-2, "−2"),
        (0, "0"),
        (Decimal("-0.04"), "0.0"),
        (None, "–"),
    ],
)
def test_signed(value, words):
    assert signed(value) == words


def test_days_and_times_are_the_schools(friday):
    assert day(date(2026, 11, 20)) == "Fri 20 Nov"
    assert day(date(2025, 6, 5)) == "Thu 5 Jun 2025"
    assert day(None) == "–"
    assert daytime(datetime(2026, 7, 1, 14, 5, tzinfo=UTC)) == "Wed 1 Jul 15:05"
    assert day(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thu 2 Jul"


@pytest.mark.parametrize(
    ("band", "letter", "label"), [("red", "R", "Red"), ("amber", "A", "Amber"), ("green", "G", "Green")]
)
def test_a_band_has_a_letter_a_shape_and_words(band, letter, label):
    badge = drawn("{% rag band %}", band=band)
    assert f">{letter}</text>" in badge
    assert f'aria-label="{label}"' in badge
    assert f"rag-{band}" in badge


def test_bands_differ_in_shape():
    shapes = {
        drawn("{% rag band %}", band=band).split("rag-shape")[1].split("/>")[0] for band in ["red", "amber", "green"]
    }
    assert len(shapes) == 3


def test_no_band_and_an_early_one():
    assert 'aria-label="No band"' in drawn("{% rag band %}", band=None)
    assert "under 20 possible sessions" in drawn("{% rag band is_early=True %}", band="red")


def test_a_bar_says_its_numbers_and_fills_its_width():
    bar = drawn("{% rag_bar 14 7 8 %}")
    assert 'aria-label="14 green, 7 amber, 8 red"' in bar
    widths = [float(piece.split('"')[0]) for piece in bar.split(' width="')[1:]]
    assert sum(widths) == pytest.approx(100, abs=0.01)
    assert "<rect" not in drawn("{% rag_bar 0 0 0 %}")


def test_a_spark_line_leaves_a_gap_for_a_week_without_marks():
    line = drawn("{% spark values %}", values=[90, None, 80, 85])
    assert line.count("M") == 2
    assert "–" in drawn("{% spark values %}", values=[None])
    below = drawn("{% spark values low=60 high=100 %}", values=[90, 0])
    assert 'cy="21.0"' in below  # a week below the scale stays in the box
    assert "nan" not in drawn("{% spark values %}", values=[90, 90]).lower()


def test_a_change_for_the_worse_is_marked_and_worded():
    assert "delta-down" in drawn("{% delta value %}", value=-1)
    worse = drawn("{% delta value is_more_better=False %}", value=3)
    assert "delta-down" in worse
    assert ">up<" in worse


def test_a_gap_stays_on_its_scale():
    assert 'cx="2.0"' in drawn("{% gap value %}", value=-40)
    assert "is-wide" in drawn("{% gap value %}", value=-5)
    assert "is-wide" not in drawn("{% gap value %}", value=5)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_silent_and_carry_no_style(name):
    icon = drawn("{% icon name %}", name=name)
    assert 'aria-hidden="true"' in icon
    assert "style" not in icon


def test_query_with_changes_and_removes(rf):
    context = {"request": rf.get("/?band=red&before=x")}
    assert query_with(context, before=None) == "?band=red"
    assert query_with(context, before=None, band="green") == "?band=green"
    assert query_with({"request": rf.get("/")}) == "?"
