"""Figures the demo school has set: national values to compare with, and targets for the year."""

from datetime import date
from decimal import Decimal

from attendance.models import AttendanceTarget, Benchmark
from pastoral.core.rights import Role
from reports.demo.cast import Cast
from students.calendar import academic_year_of

Measure = Benchmark.Measure
_SERIES = "Pupil attendance in schools, Department for Education"
# Source: domain.md 2.2, computed there from the published files of each date.
BENCHMARKS = (
    (Measure.PA_RATE, "23.8", "2025/26 to July", "secondary", date(2026, 7, 23)),
    (Measure.ATTENDANCE, "91.51", "2025/26 to July", "secondary", date(2026, 7, 23)),
    (Measure.PA_RATE, "22.5", "autumn term 2024/25", "secondary", date(2025, 1, 23)),
    (Measure.SEVERE_RATE, "2.3", "2023/24 and 2024/25", "all phases", date(2025, 8, 7)),
)
TARGETS = ((Measure.PA_RATE, "22.0", "1.0"), (Measure.ATTENDANCE, "93.0", "0.5"))


def benchmarks_set(cast: Cast) -> int:
    """Put in the national values, each with its window, source and date."""
    if Benchmark.objects.exists():
        return 0
    made = [
        Benchmark(measure=measure, value=Decimal(value), window=window, phase=phase, source=_SERIES, published_on=on)
        for measure, value, window, phase, on in BENCHMARKS
    ]
    return len(Benchmark.objects.bulk_create(made))


def targets_set(cast: Cast) -> int:
    """Set the school's targets and each year's, which its Head of Year answers for."""
    if AttendanceTarget.objects.exists():
        return 0
    years: list[int | None] = [None, *sorted({member.year for member in cast.roll})]
    made = [
        AttendanceTarget(
            academic_year=academic_year_of(cast.day),
            year_group_id=year,
            measure=measure,
            target=Decimal(target) + (Decimal(year - 9) if year and measure == Measure.PA_RATE else 0),
            tolerance=Decimal(tolerance),
            owner=cast.holder(Role.HEAD_OF_YEAR, year) if year else cast.holder(Role.SLT),
        )
        for year in years
        for measure, target, tolerance in TARGETS
    ]
    return len(AttendanceTarget.objects.bulk_create(made))
