"""Views of the tracker that a person keeps under a name."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import plain
from reports import services
from reports.models import SavedView

PAGE = "reports:pa_tracker"
_FILTERS = ("state", "year", "group", "cohort", "also", "reason", "recovery", "notice", "support", "sort")


@require_POST
@right_required(Right.SEE_PA_TRACKER)
def saved_view_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters and the order under a name; the same name again is the same view, changed."""
    query = _query(request)
    name = _name(request)
    if not name:
        messages.error(request, "Give the view a name of up to 60 letters.")
    else:
        services.saved_view_save(owner=request.user, page=PAGE, name=name, query=query)
        messages.success(request, f"The view “{name}” is saved. It stands above the tracker for you alone.")
    return _back(query)


@require_POST
@right_required(Right.SEE_PA_TRACKER)
def saved_view_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename or delete a view: 404 when it is somebody else's."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if request.POST.get("do") == "delete":
        services.saved_view_delete(view=view)
        messages.success(request, f"The view “{view.name}” is deleted.")
        return _back("")
    name = _name(request)
    try:
        if not name:
            raise services.ViewNameTaken("Give the view a name of up to 60 letters.")
        services.saved_view_rename(view=view, name=name)
        messages.success(request, f"The view is now called “{name}”.")
    except services.ViewNameTaken as fault:
        messages.error(request, str(fault))
    return _back(view.query)


def _name(request: HttpRequest) -> str:
    return plain(request.POST.get("name", ""))[:60]


def _query(request: HttpRequest) -> str:
    """Return the query with the tracker's own words alone: what it does not know is not kept."""
    asked = QueryDict(plain(request.POST.get("query", ""))[:500])
    kept = QueryDict(mutable=True)
    for name in _FILTERS:
        if words := asked.get(name):
            kept[name] = words[:30]
    return kept.urlencode()[:500]


def _back(query: str) -> HttpResponse:
    return redirect(f"{reverse(PAGE)}?{query}" if query else reverse(PAGE))
