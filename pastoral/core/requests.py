"""A request as views see it: somebody is signed in, because a middleware saw to that."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from pastoral.core.models import User


class StaffRequest(HttpRequest):
    """A request with a member of staff behind it, and what htmx says of it; a type only, never made."""

    user: User
    htmx: HtmxDetails
