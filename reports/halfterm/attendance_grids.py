"""What stands in section 1 beside its figures: groups, targets, who moved in and out of PA, codes, and charts."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from attendance.codes import CODES, CodeClass
from attendance.figures import Counts, percentage, total
from attendance.models import Benchmark
from attendance.summaries.targets import benchmark_on, targets_of, verdict_of
from attendance.waterfall import Turn
from reports.halfterm.attendance import ATTENDANCE
from reports.halfterm.grids import WINDOWS, Counted, by_cohort, by_place, hidden_rows, note_of, told_or_held
from reports.halfterm.shape import Chart, Grid, Line
from reports.halfterm.sides import Side
from reports.halfterm.spans import BEFORE, NOW, SLUGS
from reports.summaries.trend import Trend, WeekPoint
from reports.summaries.waterfall import WORDS, Dates, Waterfall
from students.calendar import academic_year_of
from students.models import Enrolment, Student

LEAST_OF_ETHNICITY = 10
_ETHNICITIES = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Chinese", "O": "Any other"}
_SPECS = {spec.key: spec for spec in ATTENDANCE.specs}
_COLUMNS = (_SPECS["attendance"], _SPECS["unauthorised"], _SPECS["pa_year_students"], _SPECS["pa_year"])


def attendance_grids(counted: Counted) -> tuple[Grid, ...]:
    """Return the tables of the section."""
    name = "By year" if counted.is_school else "By tutor group"
    grids = [
        by_place(counted, _COLUMNS, name),
        by_cohort(counted, _COLUMNS, "By cohort"),
        _by_ethnicity(counted),
        _movement(counted),
        _targets(counted.now),
        _codes(counted),
    ]
    return tuple(grid for grid in grids if grid and grid.lines)


def _by_ethnicity(counted: Counted) -> Grid | None:
    """Return attendance by broad ethnic group, of groups with ten members or more only."""
    students = Student.objects.filter(pk__in=counted.now.students).exclude(ethnicity="")
    broad = {key: _ETHNICITIES.get(code[0]) for key, code in students.values_list("pk", "ethnicity")}
    sizes = Counter(name for name in broad.values() if name)
    items = counted.of(NOW, "attendance") or ()
    lines = []
    for name, size in sizes.most_common():
        if size >= LEAST_OF_ETHNICITY:
            mine = [item for item in items if item.student_id is not None and broad.get(item.student_id) == name]
            rate = percentage(sum(item.weight for item in mine), sum(item.of for item in mine))
            lines.append(Line(name, (size, None if rate is None else str(rate))))
    return Grid("ethnicity", "By ethnicity", ("", "n", "Attendance, %"), tuple(lines), "Groups of ten members or more.")


def movement(side: Side, before: Side) -> Waterfall:
    """Return who came to be persistently absent between the ends of the two windows, as its own page counts it."""
    dates = Dates(before.window.last, side.window.last)
    return Waterfall.load(Enrolment.objects.none(), dates, year=side.year, today=side.window.last)


def _movement(counted: Counted) -> Grid | None:
    before = counted.sides.get(BEFORE)
    if before is None or counted.of(BEFORE, "pa_year") is None:
        return None
    found = movement(counted.now, before)
    rows = [
        (f"PA on {_day(before.window.last)}", found.pa_before, found.members_before, ""),
        *((WORDS[turn][0], found.numbers[turn], None, str(turn)) for turn in Turn),
        (f"PA on {_day(counted.now.window.last)}", found.pa_after, found.members_after, ""),
    ]
    lines = tuple(Line(name, (number, n), {"turn": turn} if turn else {}) for name, number, n, turn in rows)
    notes = ["Year to date on each date. Became + arrived − recovered − left is the change."]
    if found.dates.is_over_a_year_end:
        notes.append("The year to date begins anew on 1 September: the first figure is of last year.")
    if counted.is_school:
        notes.append("Years 7 to 11, as in the official statistics.")
    return Grid("movement", "Who moved in and out of persistent absence", ("", "Students", "n"), lines, " ".join(notes))


def _targets(side: Side) -> Grid | None:
    """Return the year to date beside the targets set for it and the published figures most like it."""
    held = side.marks
    own = [held.year[key] for key in side.students if key in held.year]
    whole, counted = total(own) if own else Counts(), [each for each in own if each.possible]
    measures: dict[str, Decimal | None] = {
        Benchmark.Measure.ATTENDANCE: whole.percent,
        Benchmark.Measure.PA_RATE: percentage(sum(each.is_persistently_absent for each in counted), len(counted)),
        Benchmark.Measure.SEVERE_RATE: percentage(sum(each.is_severely_absent for each in counted), len(counted)),
    }
    name = "School" if side.year is None else f"Year {side.year}"
    targets = {each.measure: each for each in targets_of(academic_year_of(side.window.last)) if each.name == name}
    lines = []
    for measure, value in measures.items():
        target, published = targets.get(measure), benchmark_on(measure, side.now.date(), side.window.last)
        verdict = verdict_of(measure, value, target.target, target.tolerance).words if target else "no target set"
        told = (
            f"{published.value.normalize():f} ({published.window}, {published.source})" if published else "none entered"
        )
        shown = None if value is None else str(value)
        lines.append(
            Line(Benchmark.Measure(measure).label, (shown, str(target.target) if target else None, verdict, told))
        )
    headings = ("", "Year to date", "Target", "Against it", "National, secondary")
    return Grid("targets", "Against targets and the national figures", headings, tuple(lines))


def _codes(counted: Counted) -> Grid | None:
    """Return how many sessions each code has, in each window, and for how many students."""
    found: dict[str, Counter[str]] = {}
    students: dict[str, Counter[str]] = {}
    for slug in SLUGS:
        side = counted.sides.get(slug)
        if side is None or counted.of(slug, "attendance") is None:
            continue
        codes = side.marks.codes
        found[slug] = Counter()
        for own in codes.values():
            found[slug].update(own)
        students[slug] = Counter(letters for own in codes.values() for letters in own)
    hidden = {slug: _hidden_codes(held) if counted.is_school else set() for slug, held in students.items()}
    lines = []
    for letters, meaning in _meanings(counted.now.window.last):
        cells = [
            told_or_held(found[slug][letters], letters in hidden[slug]) if slug in found else None for slug in SLUGS
        ]
        if any(cells):
            of_whom = told_or_held(students[NOW][letters], letters in hidden[NOW]) if NOW in students else None
            lines.append(Line(f"{letters} {meaning}", (*cells, of_whom), {"code": letters}))
    note = f"Sessions, by the code of the mark. {note_of(lines)}".strip()
    return Grid("codes", "Codes", ("", *WINDOWS, "Students"), tuple(lines), note, "attendance")


def _hidden_codes(students: Counter[str]) -> set[str]:
    """Return the codes to hold back: those of a class add up to sessions that the figures of the section tell."""
    classes: dict[CodeClass, dict[str, int]] = {}
    for code in CODES:
        if students[code.letters]:
            classes.setdefault(code.code_class, {})[code.letters] = students[code.letters]
    return {letters for numbers in classes.values() for letters in hidden_rows(numbers)}


def _meanings(on: date) -> Iterator[tuple[str, str]]:
    for code in CODES:
        if code.is_valid_on(on) and code.code_class is not CodeClass.ADMINISTRATIVE:
            yield code.letters, code.meaning


def attendance_charts(counted: Counted, movement_grid: Grid | None) -> tuple[Chart, ...]:
    """Return the data of the charts: attendance by week beside last year, and how the number of PA came about."""
    side = counted.now
    points = Trend.load(side.students, side.window.last, side.calendar).points
    held = [point for point in points if point.monday <= side.window.last]
    found = []
    if any(point.counts.possible for point in held):
        days = f"{held[0].monday:%-d %b} to {held[-1].monday:%-d %b %Y}"
        words = f"Attendance of the same students by week, {days}, and 52 weeks before."
        found.append(Chart("trend", "Attendance by week", words, [_point(point) for point in held]))
    if movement_grid:
        numbers = [line.cells[0] for line in movement_grid.lines]
        words = "; ".join(f"{line.name}: {line.cells[0]}" for line in movement_grid.lines)
        found.append(Chart("movement", "Persistent absence, from one half term’s end to the next", words, numbers))
    return tuple(found)


def _point(point: WeekPoint) -> list[Any]:
    now, then = point.counts, point.last_year
    return [point.monday.isoformat(), now.attended, now.possible, then.attended, then.possible]


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"
