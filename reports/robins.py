"""A round robin on paper: every answer under its question, for those who sit in the meeting."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string

from behaviour.models import RoundRobin
from behaviour.summaries.robins import collated
from pastoral.core.models import User
from reports.pdf import SHEET, Pdf, pdf_draw
from students.models import Student

STYLESHEETS = (SHEET, "css/pdf-robin.css")


def robin_draw(robin: RoundRobin, *, by: User, now: datetime) -> Pdf:
    """Draw the round robin as it stands at the moment, with who had it made; two queries."""
    student = Student.objects.with_tutor_group(now.date()).get(pk=robin.student_id)
    context = {
        "robin": robin,
        "student": student,
        "page": collated(robin),
        "reader": by.formal_name,
        "now": now,
        "school_name": settings.SCHOOL_NAME,
    }
    return pdf_draw(render_to_string("reports/pdf/robin.html", context), *STYLESHEETS)
