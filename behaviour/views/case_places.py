"""The incidents behind the register's table of places and times."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from behaviour.summaries.case_places import Spot, incident_rows, incidents_at
from behaviour.views.cases import case_tabs, register_asked
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file


@never_cache
@require_safe
@right_required(Right.KEEP_CASES)
@offered_as_file("Incidents of cases")
def case_incidents(request: StaffRequest) -> HttpResponse:
    """List the incidents of the cases asked for that happened at a place and a time, the latest first."""
    today = timezone.localdate()
    asked = register_asked(request)
    spot = Spot(*(asked_for(request, name) for name in ("place", "weekday", "slot")))
    cases = asked.cases(request.user, today)
    page = list_page(incidents_at(request.user, cases, spot), cursor=asked_for(request, "before"), size=50)
    context = {
        "tabs": case_tabs(request),
        "asked": asked,
        "spot": spot,
        "page": page,
        "rows": incident_rows(request.user, cases, page.rows, today),
    }
    return render(request, "behaviour/case_incidents.html", context)
