"""A round robin collated as a PDF for the meeting."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from behaviour.models import RoundRobin
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.robins import robin_draw
from students.scopes import scope_of


@never_cache
@require_safe
@right_required(Right.ASK_TEACHERS)
def robin_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand the round robin out on paper, to those who read its page; that it was taken is logged."""
    robins = RoundRobin.objects.visible_to(request.user).standing().select_related("student", "asked_by")
    robin = get_object_or_404(robins, pk=pk)
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"student:{robin.student_id}",
        reason=", ".join(map(str, scope_of(request.user).with_right(Right.ASK_TEACHERS).assignments)),
        path=request.path,
    )
    paper = robin_draw(robin, by=request.user, now=timezone.localtime())
    name = f"Round robin {robin.pk}.pdf"
    return HttpResponse(
        paper.data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
