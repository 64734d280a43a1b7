"""The access log on the screen."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.models import AccessRecord
from pastoral.core.paging import keyset_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for


@never_cache
@require_safe
@right_required(Right.SEE_ACCESS_LOG)
def access_log(request: StaffRequest) -> HttpResponse:
    """List who read what and why they may, newest first; by member of staff or by subject when asked."""
    records = AccessRecord.objects.visible_to(request.user).select_related("user")
    staff, subject = asked_for(request, "staff"), asked_for(request, "subject")
    if staff:
        records = records.filter(user__staff_code__iexact=staff)
    if subject:
        records = records.filter(subject=subject)
    page = keyset_page(records, field="at", cursor=asked_for(request, "before"))
    return render(request, "core/access_log.html", {"page": page, "staff": staff, "subject": subject})
