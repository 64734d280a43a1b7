"""Published figures to compare with, the school's own targets, and how the year stands against them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet

from attendance.models import AttendanceTarget, Benchmark


@dataclass(frozen=True, slots=True)
class BenchmarkRow:
    """One published figure with what it covers and where it comes from.

    is_like: it covers the academic year to about the same month as the figure it is compared with.
    """

    measure: str
    words: str
    value: Decimal
    window: str
    phase: str
    source: str
    published_on: date
    is_like: bool


def benchmark_on(measure: str, on: date, as_at: date) -> BenchmarkRow | None:
    """Return the secondary figure to compare a year to date with; None while none was published by the date.

    as_at: the last day of what is compared. The figure whose window ends nearest to it is the one most like it, and
    among several the one published last.
    """
    held = list(Benchmark.objects.of_secondary(on).filter(measure=measure))
    if not held:
        return None
    best = min(held, key=lambda one: _months_apart(one.window, as_at))
    return BenchmarkRow(
        measure=measure,
        words=best.get_measure_display(),
        value=best.value,
        window=best.window,
        phase=best.phase,
        source=best.source,
        published_on=best.published_on,
        is_like=_months_apart(best.window, as_at) <= 1,
    )


_MONTHS = ("sep", "oct", "nov", "dec", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug")
_DECEMBER, _EASTER, _JULY = 3, 7, 10
_NO_WINDOW = 99  # more months than any two windows are apart


def _months_apart(window: str, as_at: date) -> int:
    """Return how many months lie between the ends of a window, in words, and of a year to date."""
    end = window_end(window)
    return _NO_WINDOW if end is None else abs(end - (as_at.month - 9) % 12)


def window_end(window: str) -> int | None:
    """Return in which month of the academic year (0 for September) a window that begins with it ends.

    None for a term that stands for itself, and for words that say nothing of it.
    """
    words = window.lower()
    months = [_MONTHS.index(name) for name in re.findall(rf"\b({'|'.join(_MONTHS)})", words)]
    if months:
        return months[-1]
    if "autumn" in words:
        return _JULY if "summer" in words else _EASTER if "spring" in words else _DECEMBER
    if "spring" in words or "summer" in words:
        return None
    return _JULY if re.search(r"\d{4}", words) else None


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


_BENCHMARK = """concat_ws(' ', measure, phase, "window", published_on) AS what, measure,
    value || ' % (' || phase || ', ' || "window" || ', ' || source || ', ' || published_on || ')' AS words"""
_TARGET = """concat_ws(' ', measure, year_group_id, academic_year) AS what, measure,
    CASE WHEN year_group_id IS NULL THEN 'School' ELSE 'Year ' || year_group_id END
    || ' ' || academic_year || '/' || right((academic_year + 1)::text, 2) || ': ' || target || ' %, tolerance '
    || tolerance || coalesce((SELECT ', owner ' || trim(title || ' ' || surname) FROM core_user WHERE id = owner_id),
    ', no owner') AS words"""
_WAS, _IS = "pgh_id, pgh_created_at, pgh_context_id", "NULL, NULL, NULL"
# Each saying beside the one that came after it: what was saved anew, or laid down anew, without a change is none.
_CHANGES = f"""
    WITH said AS (
        SELECT {_WAS}, {_BENCHMARK} FROM attendance_benchmarkevent
         UNION ALL SELECT {_IS}, {_BENCHMARK} FROM attendance_benchmark
         UNION ALL SELECT {_WAS}, {_TARGET} FROM attendance_attendancetargetevent
         UNION ALL SELECT {_IS}, {_TARGET} FROM attendance_attendancetarget
    ), followed AS (
        SELECT *, lead(words) OVER (PARTITION BY what ORDER BY pgh_id NULLS LAST) AS became FROM said
    )
    SELECT e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')), e.measure, e.words
      FROM followed e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     WHERE e.pgh_id IS NOT NULL AND e.became IS DISTINCT FROM e.words
     ORDER BY e.pgh_created_at DESC, e.pgh_id DESC
     LIMIT 40
"""  # noqa: S608 every name in it is its own


def target_changes() -> tuple[TargetChange, ...]:
    """Return the last 40 changes of benchmarks and targets, latest first, each as it stood before, with who made it."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return tuple(
            TargetChange(at, by, f"{Benchmark.Measure(measure).label}: {words}")
            for at, by, measure, words in cursor.fetchall()
        )
