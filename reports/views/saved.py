"""Lists that a person keeps under a name, with filters and order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, plain
from reports import services
from reports.models import SavedView
from reports.saved import LISTS, TRACKER, query_kept


@never_cache
@require_safe
@right_required(Right.SEE_STUDENT)
def saved_views(request: StaffRequest) -> HttpResponse:
    """Show the person's views of every list, and let what they were looking at be kept under a name."""
    page = asked_for(request, "page")
    views = SavedView.objects.visible_to(request.user).filter(page__in=list(LISTS))
    context = {
        "page": page if page in LISTS else "",
        "name": LISTS[page][0] if page in LISTS else "",
        "query": query_kept(page, asked_for(request, "query")) if page in LISTS else "",
        "views": [(view, LISTS[view.page][0], _address(view.page, view.query)) for view in views],
        "back": reverse(page) if page in LISTS else "",
    }
    return render(request, "reports/saved_views.html", context)


@require_POST
@right_required(Right.SEE_STUDENT)
def saved_view_save(request: StaffRequest) -> HttpResponse:
    """Keep the filters and the order under a name; the same name again is the same view, changed."""
    page = request.POST.get("page", "")
    page = page if page in LISTS else TRACKER
    query, name = query_kept(page, request.POST.get("query", "")), _name(request)
    if not name:
        messages.error(request, "Give the view a name of up to 60 letters.")
    else:
        services.saved_view_save(owner=request.user, page=page, name=name, query=query)
        messages.success(request, f"The view “{name}” is saved, for you alone.")
    return redirect(_address(page, query))


@require_POST
@right_required(Right.SEE_STUDENT)
def saved_view_change(request: StaffRequest, pk: int) -> HttpResponse:
    """Rename or delete a view: 404 when it is somebody else's."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    if request.POST.get("do") == "delete":
        services.saved_view_delete(view=view)
        messages.success(request, f"The view “{view.name}” is deleted.")
        return redirect(_back(request, view, ""))
    name = _name(request)
    try:
        if not name:
            raise services.ViewNameTaken("Give the view a name of up to 60 letters.")
        services.saved_view_rename(view=view, name=name)
        messages.success(request, f"The view is now called “{name}”.")
    except services.ViewNameTaken as fault:
        messages.error(request, str(fault))
    return redirect(_back(request, view, view.query))


def _name(request: HttpRequest) -> str:
    return plain(request.POST.get("name", ""))[:60]


def _back(request: HttpRequest, view: SavedView, query: str) -> str:
    """Return to the list, or to the page of all views where that was changed from there."""
    return reverse("reports:saved_views") if request.POST.get("from") == "all" else _address(view.page, query)


def _address(page: str, query: str) -> str:
    return f"{reverse(page)}?{query}" if query else reverse(page)
