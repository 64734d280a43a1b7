"""What needs somebody now, as a strip of the pages on which a day begins and as a page of its own."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.needs import Look, lines_for
from pastoral.core.requests import StaffRequest


@never_cache
@require_safe
def needs_now(request: StaffRequest) -> HttpResponse:
    """Show what needs the person now; to htmx the strip alone."""
    look = Look(request.user, timezone.now())
    context = {"lines": lines_for(look), "now": look.now}
    return render(request, "core/_needs.html" if request.htmx else "core/needs.html", context)
