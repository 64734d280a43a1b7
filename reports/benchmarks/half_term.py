"""The half-termly report from asking to paper: counted and drawn, for a year and for the school."""

from collections.abc import Iterator
from time import perf_counter, process_time

from django.db import transaction
from django.utils import timezone

from attendance.models import AttendanceWeek
from reports.benchmarks.measure import Measure
from reports.halfterm import keeping
from reports.halfterm.drawing import report_draw
from reports.halfterm.spans import half_terms
from reports.models import HalfTermReport
from students.models import YearGroup

BUDGET = 10  # seconds, for 300 students


def half_term_measures() -> Iterator[Measure]:
    """Make the report of the last half term with marks, of one year and of the school, and leave no trace of it.

    Seconds are the processor's own, as for the weekly RAG: a machine with other work to do takes longer by the clock.
    """
    latest = AttendanceWeek.objects.order_by("-monday").values_list("monday", flat=True).first()
    held = [each for each in half_terms() if latest and each.first <= latest]
    year = YearGroup.objects.order_by("number").values_list("number", flat=True).first()
    if not held or year is None:
        return
    for of in (year, None):
        with transaction.atomic():
            yield _measure(of, held[-1].academic_year, held[-1].number)
            transaction.set_rollback(True)


def _measure(year: int | None, academic_year: int, number: int) -> Measure:
    same = HalfTermReport.objects.filter(year_group=year, academic_year=academic_year, half_term=number)
    version = 1 + same.count()
    half_term = next(each for each in half_terms() if (each.academic_year, each.number) == (academic_year, number))
    made = HalfTermReport(
        token=keeping.token_of(half_term, year, version),
        year_group_id=year,
        academic_year=academic_year,
        half_term=number,
        first=half_term.first,
        last=half_term.last,
        as_at=keeping.last_day(half_term, timezone.localdate()),
        version=version,
        corrects=same.order_by("-version").first(),
        what_changed="measured" if version > 1 else "",
    )
    made.save()
    began, clock = process_time(), perf_counter()
    report = keeping.report_freeze(report_id=made.pk, now=timezone.now())
    pages = report_draw(report).pages if report else 0
    taken, waited = process_time() - began, perf_counter() - clock
    students = report.figures["members"] if report else 0
    return Measure(
        f"half-termly report, {made.scope_name}",
        taken,
        BUDGET,
        "s",
        f"{students} students, {pages} pages, paper and all; {waited:.1f} s by the clock",
    )
