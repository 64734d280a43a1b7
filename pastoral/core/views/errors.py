"""What a person sees when a request fails."""

import sys

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from pastoral.core.middleware import is_open, sign_in_first
from pastoral.core.sending import Sending, drop

# The beginnings of Django's reasons where a form came from somewhere else.
OTHER_ORIGINS = ("Origin checking failed", "Referer checking failed")
RETRY_AFTER_SECONDS = "10"


def closed(request: HttpRequest) -> HttpResponse:
    """Answer as if nothing were there: a page of the sign-in library that this application has no use for."""
    raise Http404("not offered")


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the database is away (503, try again) or that something went wrong (500); needs neither to say it.

    Django calls this while the exception is being handled, wherever in the chain of middleware it was raised.
    """
    again = {"sending": Sending.of(request), "csrf_token": get_token(request)}
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        response = HttpResponse(render_to_string("503.html", again), status=503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return HttpResponse(render_to_string("500.html", again), status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is of an earlier sign-in: it can be sent again, unless it came from another site.

    A browser says where a form comes from, and Django has compared that before it looked at the token.
    """
    is_ours = "Origin" in request.headers and not reason.startswith(OTHER_ORIGINS)
    if not is_ours or is_open(request):
        return render(request, "403_csrf.html", status=403)
    if not request.user.is_authenticated:
        return sign_in_first(request)
    return render(request, "403_csrf.html", {"sending": Sending.of(request)}, status=403)


@require_POST
def sending_drop(request: HttpRequest) -> HttpResponse:
    """Forget a form that came in signed out."""
    drop(request)
    messages.info(request, "It was not sent, and is forgotten.")
    return redirect("core:home")
