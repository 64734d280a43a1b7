"""A version of a plan as a PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interventions.summaries.plan_reading import plan_seen
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from reports.plans import plan_draw


@never_cache
@require_safe
@right_required(Right.SEE_PLANS)
def plan_pdf(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """Hand out one version on paper, to those who read the plan whole; that it was taken is logged."""
    seen = plan_seen(request.user, pk)
    if seen is None or not seen.reads:
        raise Http404("not a plan that this person reads")
    version = get_object_or_404(seen.plan.versions.select_related("by"), number=number)
    if version.content["timetable"] and not seen.sees_timetable:
        raise Http404("it tells of sessions that this person is not told of")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.DOCUMENT,
        subject=f"student:{seen.plan.student_id}",
        reason=seen.reason,
        path=request.path,
    )
    name = f"Plan {pk} version {number}.pdf"
    return HttpResponse(
        plan_draw(version).data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
