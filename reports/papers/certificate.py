"""The attendance certificate: an extract of the register with its totals, for the head to certify."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string

from reports.papers.grid import Grid, grid_of
from reports.pdf import SHEET, Pdf, pdf_draw
from reports.summaries.record import StudentRecord
from reports.summaries.yearcalendar import SchoolDates

STYLESHEETS = (SHEET, "css/pdf-certificate-register.css")


@dataclass(frozen=True)
class Certificate:
    """One student's register over a span, as one person may have it drawn. sees_sensitive: with all codes whole."""

    record: StudentRecord
    grid: Grid
    sees_sensitive: bool


def certificate_of(record: StudentRecord, first: date, last: date, *, sees_sensitive: bool) -> Certificate:
    """Return the certificate of a span, which ends with the last day that has marks; two queries."""
    ends = min(day for day in (last, record.marks_to or last, record.student.left_on or last))
    grid = grid_of(record.student, first, max(first, ends), sees_sensitive=sees_sensitive, dates=SchoolDates.load())
    return Certificate(record, grid, sees_sensitive)


def certificate_draw(certificate: Certificate, *, by: str, at: datetime) -> Pdf:
    """Draw it; by, at: who had it made and when, in the foot. No queries."""
    context = {
        "certificate": certificate,
        "student": certificate.record.student,
        "spell": certificate.record.spell,
        "grid": certificate.grid,
        "school_name": settings.SCHOOL_NAME,
        "by": by,
        "at": at,
    }
    return pdf_draw(render_to_string("reports/pdf/certificate_register.html", context), *STYLESHEETS)
