"""Writes of benchmarks and targets; what they were stays in history."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.forms.models import model_to_dict

from attendance.models import AttendanceTarget, Benchmark
from pastoral.core.models import User
from students.models import YearGroup


class BenchmarkHeld(Exception):
    """The same figure is held already; the message is fit for the form."""


class FigureChanged(Exception):
    """Somebody changed the figure while the form was open; the message is fit for the form."""


class TargetHeld(Exception):
    """The group has a target in the measure for the year; the message is fit for the form."""


@transaction.atomic
def benchmark_set(
    *,
    benchmark: Benchmark | None,
    measure: str,
    value: Decimal,
    window: str,
    phase: str,
    source: str,
    published_on: date,
    seen: str = "",
) -> Benchmark:
    """Add a published figure, or correct one.

    value: per cent. window: what it covers, in words. seen: `stamp` of the row as the person saw it. Raises
    BenchmarkHeld when another row has the same measure, phase, window and date, FigureChanged for a row that is no
    longer as it was seen.
    """
    _check_seen(benchmark, seen)
    same = Benchmark.objects.filter(measure=measure, phase=phase, window=window, published_on=published_on)
    if any(row != benchmark for row in same):
        raise BenchmarkHeld("This figure is held already for that window and date. Correct that one instead.")
    row = benchmark or Benchmark()
    row.measure, row.value, row.window, row.phase = measure, value, window, phase
    row.source, row.published_on = source, published_on
    row.save()
    return row


@transaction.atomic
def target_set(
    *,
    held: AttendanceTarget | None,
    academic_year: int,
    year_group: YearGroup | None,
    measure: str,
    target: Decimal,
    tolerance: Decimal,
    owner: User | None,
    seen: str = "",
) -> AttendanceTarget:
    """Set what a year group, or the school when None, is to reach by the end of an academic year.

    target, tolerance: per cent and points. seen: `stamp` of the row as the person saw it. Raises TargetHeld when the
    group has another target in the measure, FigureChanged for a row that is no longer as it was seen.
    """
    _check_seen(held, seen)
    same = AttendanceTarget.objects.filter(academic_year=academic_year, year_group=year_group, measure=measure)
    if any(row != held for row in same):
        raise TargetHeld("That group has a target in this measure for the year. Correct that one instead.")
    row = held or AttendanceTarget()
    row.academic_year, row.year_group, row.measure = academic_year, year_group, measure
    row.target, row.tolerance, row.owner = target, tolerance, owner
    row.save()
    return row


def stamp(row: Benchmark | AttendanceTarget | None) -> str:
    """Return what a row says, for a form to state what its person saw; "" for one that is still to be."""
    return "" if row is None else " · ".join(str(value) for value in model_to_dict(row).values())


def _check_seen(row: Benchmark | AttendanceTarget | None, seen: str) -> None:
    """Lock the row and refuse when it is not what was seen."""
    if row is None:
        return
    row = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if stamp(row) != seen:
        tolerance = f", tolerance {row.tolerance}" if isinstance(row, AttendanceTarget) else f", {row.source}"
        raise FigureChanged(
            f"Somebody changed this while the form was open. It now says {row}{tolerance}. "
            "Save again to put yours in its place."
        )
