"""A reference as a PDF, to be sent to whoever asked for it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.models import ReferenceRequest
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.references import reference_draw
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def reference_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the reference out on paper, to those who read its page; that it was taken is logged."""
    visible = ReferenceRequest.objects.visible_to(request.user).standing().select_related("student", "signed_off_by")
    row = get_object_or_404(visible, pk=pk)
    if not row.draft:
        raise Http404("nothing is written yet")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"student:{row.student_id}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.path,
    )
    paper = reference_draw(row, now=timezone.localtime())
    headers = {"Content-Disposition": f'inline; filename="Reference {row.pk}.pdf"'}
    return HttpResponse(paper.data, content_type="application/pdf", headers=headers)
