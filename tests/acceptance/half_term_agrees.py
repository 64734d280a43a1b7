"""Half-termly reports of an imported school, held against plain loops over its files."""

from collections import Counter
from datetime import datetime, time
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from reports.halfterm.freezing import figures_of
from reports.halfterm.shape import Figures
from reports.halfterm.spans import half_term_at, half_terms
from tests.acceptance.half_term import BEFORE, COHORTS, NOW, TODAY, WINDOWS, YEAR_AGO, SlowReport
from tests.acceptance.records import Counts, Fact, logged
from tests.acceptance.records_laid import lay

# No mark, a closure, and X of a student of compulsory age, which the import refuses.
UNTOLD = ("-", "#", "X")
YEARS = (7, 8, 9, 10, 11, None)


def agree_on_half_terms(folder: Path) -> None:
    """Hold every figure of every year and of the school against the loops', with what the files do not hold laid too.

    What is laid is taken back at the end.
    """
    with transaction.atomic():
        slow = SlowReport(folder)
        facts = logged(slow)
        lay(facts)
        _agree(slow, facts)
        transaction.set_rollback(True)


def _agree(slow: SlowReport, facts: list[Fact]) -> None:
    held = half_terms()
    assert all(Counts(slow, facts, None, NOW).figures().values())  # no number agrees for want of records
    now = timezone.make_aware(datetime.combine(TODAY, time(9)))
    half_term = half_term_at(held, 2026, 1)
    assert half_term
    for year in YEARS:
        figures, _runs = figures_of(half_term, year, WINDOWS[NOW][1], now, held)
        assert Figures.of(figures.as_json()) == figures
        attendance_agrees(slow, figures, year)
        conduct_agrees(slow, figures, year)
        for slug in (NOW, BEFORE, YEAR_AGO):
            records_agree(Counts(slow, facts, year, slug).figures(), figures, year, slug)


def attendance_agrees(slow: SlowReport, figures: Figures, year: int | None) -> None:
    """Hold section 1 against the loops', each window, group, cohort, code and turn."""
    section = figures.section("attendance")
    assert section
    for slug in (NOW, BEFORE, YEAR_AGO):
        members = list(slow.members(year, slug))
        expected = slow.attendance(members, slug)
        found = {each.key: each.values[slug] for each in section.figures}
        if not members:
            assert {value.words for value in found.values()} == {"no data"}, (year, slug)
            continue
        assert {key: found[key].number for key in expected} == expected, (year, slug)
        assert found["lates"].n == len(members)
        others = found.keys() - expected.keys() - {"contracts", "legal"}
        assert {found[key].number for key in others} == {0}, (year, slug)
    grids = {grid.key: grid for grid in section.grids}
    members_now = slow.members(year, NOW)
    if year is not None:
        for line in grids["attendance-place"].lines:
            group = [adno for adno, reg in members_now.items() if reg == line.name]
            mine = slow.attendance(group, NOW)
            told = (len(group), mine["attendance"], mine["unauthorised"], mine["pa_year_students"], mine["pa_year"])
            assert (line.cells[0], line.cells[1], *line.cells[4:]) == told, (year, line.name)
        cohorts_agree(slow, grids["attendance-cohort"], members_now)
        codes = slow.codes(list(members_now), NOW)
        told_of = {line.asks["code"]: line.cells[0] for line in grids["codes"].lines if line.cells[0]}
        expected = {code: n for code, n in codes.items() if code not in UNTOLD}
        assert told_of == expected, (year, sorted(set(told_of.items()) ^ set(expected.items())))
    if "movement" in grids:
        assert {line.asks["turn"]: line.cells[0] for line in grids["movement"].lines if line.asks} == slow.turns(year)


def cohorts_agree(slow: SlowReport, grid: Any, members: dict[str, str]) -> None:
    """Hold the cohorts that the files name against the loops'."""
    lines = {line.name: line for line in grid.lines}
    for name, (column, word) in COHORTS.items():
        mine = [adno for adno in members if slow.school.students[adno][column] == word]
        if mine:
            expected = slow.attendance(mine, NOW)
            assert lines[name].cells[:2] == (len(mine), expected["attendance"]), name


def conduct_agrees(slow: SlowReport, figures: Figures, year: int | None) -> None:
    """Hold behaviour and rewards against the loops'; the files begin with this year."""
    expected = slow.conduct(year)
    for key, number in expected.items():
        figure = figures.figure(key)
        assert figure
        assert figure.now.number == number, (year, key)
        assert {figure.values[slug].words for slug in (BEFORE, YEAR_AGO)} == {"no data"}, (year, key)
    behaviour = figures.section("behaviour")
    assert behaviour
    if year is not None:
        types = Counter(row["Type"] for row in slow.parts(year))
        grid = next(grid for grid in behaviour.grids if grid.key == "incidents-what")
        assert {line.name: line.cells[0] for line in grid.lines} == {line.name: types[line.name] for line in grid.lines}
        assert grid.lines[0].cells[0] == max(types.values())
        groups = next(grid for grid in behaviour.grids if grid.key == "incidents-place")
        assert sum(line.cells[1] for line in groups.lines) == expected["incidents"], year  # leavers where they were


def records_agree(expected: dict[str, Any], figures: Figures, year: int | None, slug: str) -> None:
    """Hold what was laid against the loops' numbers, wherever the school has records of the window."""
    for section in figures.sections:
        for figure in section.figures:
            value = figure.values[slug]
            if figure.key in expected and value.is_held:
                assert value.number == expected.pop(figure.key), (year, slug, figure.key)
    if slug == NOW:
        assert not expected, (year, sorted(expected))
