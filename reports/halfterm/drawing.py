"""A half-termly report on paper: what was frozen and what its author says, and nothing that was read since."""

from django.template.loader import render_to_string

from reports.halfterm.reading import Reading
from reports.models import HalfTermReport
from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-robin.css", "css/pdf-half-term.css")


def report_html(report: HalfTermReport) -> str:
    """Return the report as HTML for paper; the same report gives the same words."""
    reading = Reading.of(report, reads_dsl=False, is_paper=True)
    return render_to_string(
        "reports/pdf/half_term.html", {"reading": reading, "report": report, "figures": reading.figures}
    )


def report_draw(report: HalfTermReport) -> Pdf:
    """Draw the report."""
    return pdf_draw(report_html(report), *STYLESHEETS)
