"""Papers about a year on paper: drawn from the value that the page shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from pastoral.core.models import User
from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-robin.css", "css/pdf-year.css")


def paper_draw(template: str, context: Mapping[str, Any], *, by: User, now: datetime) -> Pdf:
    """Draw one paper: the school's name, who had it made and when stand on every page."""
    held = {**context, "reader": by.formal_name, "now": now, "school_name": settings.SCHOOL_NAME}
    return pdf_draw(render_to_string(template, held), *STYLESHEETS)
