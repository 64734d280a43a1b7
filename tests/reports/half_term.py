"""Half-termly reports for tests: drafts, and released ones, of the half term that began on 2 November 2026."""

from datetime import date
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from pastoral.core.rights import Role
from reports.halfterm.freezing import figures_of
from reports.halfterm.spans import HalfTerm, half_term_at, half_terms
from reports.models import HalfTermReport
from reports.pdf import pdf_draw
from tests.factories import YearGroupFactory, staff

_KEPT: dict[int | None, dict[str, Any]] = {}


def half_term(number: int = 2, year: int = 2026) -> HalfTerm:
    """Return a half term of the laid calendar."""
    found = half_term_at(half_terms(), year, number)
    assert found
    return found


def figures(year: int | None, as_at: date) -> dict[str, Any]:
    """Return figures to be printed, counted once for all tests that only need some."""
    if year not in _KEPT:
        _KEPT[year] = figures_of(half_term(), year, as_at, timezone.localtime(), half_terms())[0].as_json()
    return _KEPT[year]


def report(year: int | None, as_at: date, *, number: int = 2, **facts: Any) -> HalfTermReport:
    """Return a report that is counted."""
    span = half_term(number)
    if year:
        YearGroupFactory(number=year)
    return HalfTermReport.objects.create(
        token=uuid4(),
        year_group_id=year,
        academic_year=2026,
        half_term=number,
        first=span.first,
        last=span.last,
        as_at=min(as_at, span.last),
        frozen_at=timezone.now(),
        figures=figures(year, as_at),
        **facts,
    )


@lru_cache
def _paper() -> bytes:
    html = '<html lang="en-GB"><head><title>Report</title></head><body><h1>Report</h1></body></html>'
    return pdf_draw(html, "css/pdf-sheet.css").data


def released(year: int, as_at: date) -> HalfTermReport:
    """Return a released report of the half term before, with a paper of its own."""
    by, now = staff(Role.SLT), timezone.now()
    path = default_storage.save(f"half_term/{year}.pdf", ContentFile(_paper()))
    sent = {"status": "released", "signed_by": by, "signed_at": now, "released_by": by, "released_at": now}
    return report(year, as_at, number=1, file=path, pages=1, sha256="0" * 64, **sent)


def half_terms_of(on: date) -> dict[str, tuple[object, ...]]:
    """Return the reports of the access table's world."""
    nine, eight, school = report(9, on), report(8, on), report(None, on)
    old, older = released(9, on), released(8, on)
    return {
        "draft of Year 9": (nine.pk,),
        "draft of Year 8": (eight.pk,),
        "draft of the school": (school.pk,),
        "released for Year 9": (old.pk,),
        "released for Year 8": (older.pk,),
        "incidents of Year 9": (old.pk, "incidents", "now"),
        "incidents of Year 8": (older.pk, "incidents", "now"),
        "concerns of Year 9": (old.pk, "concerns", "now"),
    }
