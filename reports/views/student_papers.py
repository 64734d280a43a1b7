"""Papers about one student: the certificate of attendance, and where the others are made."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read
from reports.papers.certificate import certificate_draw, certificate_of
from reports.papers.drawing import paper_draw
from reports.papers.one_page import one_page_of
from reports.pdf import Pdf
from reports.summaries.behaviour import behaviour_of
from reports.summaries.student import StudentPage
from reports.views.one_student import reading_logged, record_for, rights_over
from students.calendar import academic_year_of, academic_year_start
from students.models import Student

EARLIEST = date(1990, 1, 1)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def student_papers(request: StaffRequest, pk: int) -> HttpResponse:
    """Show which papers about the student may be made: 404 outside the person's students."""
    record = record_for(request.user, pk)
    rights = rights_over(request.user, record)
    first, last = _span(request)
    context = {
        "record": record,
        "student": record.student,
        "first": first,
        "last": last,
        "sees_sensitive": Right.SEE_SENSITIVE_CODES in rights,
        "sees_punctuality": Right.SEE_PUNCTUALITY in rights,
    }
    return render(request, "reports/student_papers.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def certificate_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the attendance certificate of the days asked for, with the codes that the person may see."""
    record = record_for(request.user, pk)
    sees_sensitive = Right.SEE_SENSITIVE_CODES in rights_over(request.user, record)
    certificate = certificate_of(record, *_span(request), sees_sensitive=sees_sensitive)
    reading_logged(request, record, AccessRecord.Kind.DOCUMENT)
    drawn = certificate_draw(certificate, by=request.user.formal_name, at=timezone.localtime())
    return answered(drawn, f"Attendance certificate {record.student.admission_number}")


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def one_page_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out the student's own page for a mentoring chat."""
    record, today = record_for(request.user, pk), timezone.localdate()
    page = StudentPage.load(record, today, academic_year=None, behind="", sees_sensitive=False)
    reads = Right.SEE_BEHAVIOUR_NARRATIVE in rights_over(request.user, record)
    behaviour = behaviour_of(request.user, Student.objects.visible_to(request.user), pk, today) if reads else None
    reading_logged(request, record, AccessRecord.Kind.DOCUMENT)
    context = {
        "student": record.student,
        "spell": record.spell,
        "page": one_page_of(page, behaviour, request.user),
    }
    drawn = paper_draw("one_page", context, by=request.user.formal_name, at=timezone.localtime())
    return answered(drawn, f"My page {record.student.admission_number}")


def _span(request: StaffRequest) -> tuple[date, date]:
    """Return the days asked for: this school year up to today where the address names none."""
    today = timezone.localdate()
    first = day_read(asked_for(request, "first")) or academic_year_start(academic_year_of(today))
    last = day_read(asked_for(request, "last")) or today
    first, last = sorted((min(max(first, EARLIEST), today), min(max(last, EARLIEST), today)))
    return first, last


def answered(drawn: Pdf, name: str) -> HttpResponse:
    """Answer with a paper, to be looked at in the browser."""
    return HttpResponse(
        drawn.data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )
