"""How a paper of this package is drawn: its template, the school, who had it made and when."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-plan.css", "css/pdf-papers.css")


def paper_draw(
    name: str, context: dict[str, Any], *, by: str, at: datetime, styles: tuple[str, ...] = STYLESHEETS
) -> Pdf:
    """Draw the template reports/pdf/<name>.html with what it is about; by, at: in the foot. No queries."""
    known = {"school_name": settings.SCHOOL_NAME, "by": by, "at": at}
    return pdf_draw(render_to_string(f"reports/pdf/{name}.html", {**context, **known}), *styles)
