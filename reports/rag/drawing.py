"""A sheet of the weekly RAG on paper."""

from datetime import UTC

from django.template.loader import render_to_string

from reports.models import RagDocument
from reports.pdf import SHEET, Pdf, pdf_draw
from reports.rag.sheet import Sheet

STYLESHEETS = (SHEET, "css/pdf-rag.css")


def sheet_pdf(document: RagDocument) -> Pdf:
    """Draw a document from its frozen rows; the same rows give the same bytes."""
    return pdf_draw(sheet_html(Sheet.load(document)), *STYLESHEETS)


def sheet_html(sheet: Sheet) -> str:
    """Return the HTML that is drawn."""
    name = "year" if sheet.is_for_year else "tutor_group"
    context = {"sheet": sheet, "frozen_at": sheet.frozen_at.astimezone(UTC).isoformat(timespec="seconds")}
    return render_to_string(f"reports/pdf/rag_{name}.html", context)
