"""A reference on paper, as a letter of the school: the words that were signed off, or a draft that says so."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from contacts.models import ReferenceRequest
from reports.letters import STYLESHEET, Sheet, paragraphs_of
from reports.pdf import Pdf, pdf_draw

UNSIGNED = "Draft: nobody has signed it off yet."


def reference_draw(row: ReferenceRequest, *, now: datetime) -> Pdf:
    """Draw the reference; dated and signed with its signature, once it has one."""
    signed_at, signed_by = row.signed_off_at, row.signed_off_by
    ends = (f"Yours sincerely,\n\n{signed_by.formal_name}",) if signed_by else ()
    name = f"Reference for {row.student.full_name}"
    sheet = Sheet(
        reference=f"R{row.pk}",
        day=timezone.localdate(signed_at or now),
        addressee=row.sent_to or row.requester,
        address=(),
        subject=name,
        paragraphs=(*(() if signed_by else (UNSIGNED,)), *paragraphs_of(row.draft), *ends),
    )
    context = {
        "sheet": sheet,
        "school_name": settings.SCHOOL_NAME,
        "title": name,
        "description": "What the school says of one student to whoever asked for it",
    }
    return pdf_draw(render_to_string("reports/pdf/letter.html", context), STYLESHEET)
