"""Where somebody lands after signing in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pastoral.core.navigation import home_of
from pastoral.core.requests import StaffRequest


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Send the person to the page where their day begins, or say what to do when no page is theirs."""
    url = home_of(request.user)
    return redirect(url) if url else render(request, "core/home.html")
