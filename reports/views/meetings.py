"""The minutes of a meeting as a PDF."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.models import Meeting
from interventions.summaries.meetings import meeting_record, with_parts
from pastoral.core.access import access_notes
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_asked
from reports.meetings import minutes_draw


@never_cache
@require_safe
@right_required(*Right)
def meeting_minutes(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the minutes out on paper, as much of them as the person may read; `student`: that one's part alone."""
    meeting = with_parts(Meeting.objects.visible_to(request.user).standing()).filter(pk=pk).first()
    record = meeting_record(request.user, meeting, timezone.localdate()) if meeting else None
    if record is None or not record.sight.reads:
        raise Http404("no such meeting among those this person may read")
    if asked_for(request, "student"):
        student = key_asked(request, "student")
        if student not in record.sight.parts:
            raise Http404("no part of the meeting that this person may read")
        record = record.for_family(student)
    reasons = {f"student:{part.row.student_id}": part.who.reason for part in record.parts}
    path = request.get_full_path()
    access_notes(user=request.user, kind=AccessRecord.Kind.DOCUMENT, reasons=reasons, path=path)
    paper = minutes_draw(record, by=request.user, now=timezone.localtime())
    return HttpResponse(
        paper.data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="Minutes {pk}.pdf"'},
    )
