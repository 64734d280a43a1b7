"""What a person sees when a request fails."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = "10"


def closed(request: HttpRequest) -> HttpResponse:
    """Answer as if nothing were there: a page of the sign-in library that this application has no use for."""
    raise Http404("not offered")


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the database is away (503, try again) or that something went wrong (500); needs neither to say it.

    Django calls this while the exception is being handled, wherever in the chain of middleware it was raised.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        response = HttpResponse(render_to_string("503.html"), status=503)
        response["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    return HttpResponse(render_to_string("500.html"), status=500)
