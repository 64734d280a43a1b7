"""The minutes of a meeting on paper: whole for who may read it so, or one student's part for the family."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from interventions.summaries.meetings import MeetingRecord
from pastoral.core.models import User
from reports.pdf import SHEET, Pdf, pdf_draw

STYLESHEETS = (SHEET, "css/pdf-robin.css", "css/pdf-minutes.css")


def minutes_draw(record: MeetingRecord, *, by: User, now: datetime) -> Pdf:
    """Draw the minutes as the record has them: it holds nothing that its reader, or the family, may not read."""
    context = {
        "record": record,
        "meeting": record.meeting,
        "reader": by.formal_name,
        "now": now,
        "school_name": settings.SCHOOL_NAME,
    }
    return pdf_draw(render_to_string("reports/pdf/minutes.html", context), *STYLESHEETS)
