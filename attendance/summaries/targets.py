"""Published figures to compare with, the school's own targets, and how the year stands against them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet

from attendance.models import AttendanceTarget, Benchmark


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One published figure with what it covers and where it comes from."""

    measure: str
    words: str
    value: Decimal
    window: str
    phase: str
    source: str
    published_on: date


def benchmark_on(measure: str, on: date) -> BenchmarkRow | None:
    """Return the figure for the measure that was published last by the date; None while none is set."""
    held = Benchmark.objects.current(on).filter(measure=measure).first()
    if held is None:
        return None
    words = held.get_measure_display()
    return BenchmarkRow(measure, words, held.value, held.window, held.phase, held.source, held.published_on)


def benchmarks_held() -> QuerySet[Benchmark]:
    """Return every figure that is set, by measure, the latest first."""
    return Benchmark.objects.order_by("measure", "-published_on", "-pk")


def targets_held() -> QuerySet[AttendanceTarget]:
    """Return every target with its owner, the latest academic year first."""
    return AttendanceTarget.objects.select_related("owner", "year_group").order_by(
        "-academic_year", "year_group", "measure"
    )


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target: of which group, in which measure, with how much tolerance, and who answers for it."""

    name: str
    measure: str
    words: str
    target: Decimal
    tolerance: Decimal
    owner: str


def targets_of(academic_year: int) -> tuple[TargetRow, ...]:
    """Return the academic year's targets, in one query."""
    return tuple(
        TargetRow(
            f"Year {held.year_group_id}" if held.year_group_id else "School",
            held.measure,
            held.get_measure_display(),
            held.target,
            held.tolerance,
            str(held.owner) if held.owner else "",
        )
        for held in targets_held().filter(academic_year=academic_year)
    )


class Verdict(StrEnum):
    """How a figure stands against its target."""

    ON = "on"
    NEAR = "near"
    OFF = "off"
    NONE = "none"

    @property
    def words(self) -> str:
        """The verdict in words."""
        return {
            Verdict.ON: "On target",
            Verdict.NEAR: "Near target",
            Verdict.OFF: "Off target",
            Verdict.NONE: "Nothing to compare yet",
        }[self]


def verdict_of(measure: str, value: Decimal | None, target: Decimal, tolerance: Decimal) -> Verdict:
    """Return how the value stands: attendance has to reach its target, absence rates must not exceed theirs."""
    if value is None:
        return Verdict.NONE
    short = target - value if measure == Benchmark.Measure.ATTENDANCE else value - target
    if short <= 0:
        return Verdict.ON
    return Verdict.NEAR if short <= tolerance else Verdict.OFF


@dataclass(frozen=True, slots=True)
class Progress:
    """A target, the figure now, the figure forecast for the end of the year, and the forecast's verdict."""

    target: TargetRow
    now: Decimal | None
    forecast: Decimal | None
    verdict: Verdict


def progress_of(target: TargetRow, now: Decimal | None, forecast: Decimal | None) -> Progress:
    """Return how the target stands by the forecast."""
    return Progress(target, now, forecast, verdict_of(target.measure, forecast, target.target, target.tolerance))


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A benchmark or target as it was until somebody changed it."""

    at: datetime
    by: str
    words: str


_CHANGES = """
    SELECT e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')),
           e.measure, e.words
      FROM (SELECT pgh_created_at, pgh_context_id, pgh_id, measure,
                   value || ' % (' || phase || ', ' || "window" || ', ' || source || ', ' || published_on || ')'
                   AS words
              FROM attendance_benchmarkevent
            UNION ALL
            SELECT pgh_created_at, pgh_context_id, pgh_id, measure,
                   CASE WHEN year_group_id IS NULL THEN 'School' ELSE 'Year ' || year_group_id END || ' '
                   || academic_year || '/' || right((academic_year + 1)::text, 2)
                   || ': ' || target || ' %, tolerance ' || tolerance
              FROM attendance_attendancetargetevent) e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     ORDER BY e.pgh_created_at DESC, e.pgh_id DESC
     LIMIT 40
"""


def target_changes() -> tuple[TargetChange, ...]:
    """Return the last 40 changes of benchmarks and targets, latest first, each as it stood before, with who made it."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return tuple(
            TargetChange(at, by, f"{Benchmark.Measure(measure).label}: {words}")
            for at, by, measure, words in cursor.fetchall()
        )
