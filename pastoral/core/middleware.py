"""What stands around every request."""

from collections.abc import Callable
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from pastoral.core import sending
from pastoral.core.drafts import draft_drop
from pastoral.core.history import acting
from pastoral.core.models import User

View = Callable[[HttpRequest], HttpResponse]

# Names of URLs that somebody who is not signed in may open; everything else asks for a sign-in.
OPEN_URL_NAMES = frozenset(
    {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_reauthenticate",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "openid_connect_login",
        "openid_connect_callback",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
        "health",
    }
)


class SignInRequiredMiddleware:
    """Ask for a sign-in everywhere but on the sign-in pages; an htmx request is told to move the whole page."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Stop a request that has nobody behind it, and give back what one of these had sent."""
        if is_open(request):
            return None
        if isinstance(request.user, User):
            return sent_before(request, request.user)
        return sign_in_first(request)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send somebody to the sign-in, keeping a form until they are back; an htmx request has the whole page moved."""
    is_kept = sending.keep(request)
    if not request.headers.get("HX-Request"):
        return redirect_to_login(request.get_full_path())
    here = request.get_full_path() if is_kept else _path_of(request.headers.get("HX-Current-URL", "/"))
    response = HttpResponse(status=204)
    response["HX-Redirect"] = redirect_to_login(here).url
    return response


def is_open(request: HttpRequest) -> bool:
    """Test whether somebody who is not signed in may open the address."""
    return bool(request.resolver_match and request.resolver_match.url_name in OPEN_URL_NAMES)


def sent_before(request: HttpRequest, user: User) -> HttpResponse | None:
    """Return the page that asks whether to send a form that came in signed out; sending it forgets it."""
    kept = sending.kept_for(request, user)
    if kept and request.method == "GET" and request.headers.get("HX-Request"):
        return None  # a part of a page is no place for the question
    if kept and request.method == "GET":
        return render(request, "core/send_again.html", {"sending": kept})
    if kept:
        sending.drop(request)
    return None


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


class NoStoreMiddleware:
    """Keep what somebody saw out of the browser's cache, where the next person at the computer could go back to it.

    Static files are answered before this, and stay cacheable.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark every answer of the application's own."""
        response = self.get_response(request)
        add_never_cache_headers(response)
        return response


class FormsOnlyMiddleware:
    """Show a page, not the browser's own error, where only a form may be sent and somebody opened the address itself.

    That happens when a form came back with its faults and the address above it is opened again.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and put words to an empty 405."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET":
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


class HistoryMiddleware:
    """Name the person behind whatever a request changes; reading requests pay nothing for it."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Keep the name for as long as the request lasts."""
        with ExitStack() as stack:
            setattr(request, "history_stack", stack)  # noqa: B010 - no attribute of a request's
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Name the person before a view that may write, unless the view does it itself."""
        reads_only = request.method in {"GET", "HEAD", "OPTIONS"}
        if reads_only or getattr(view, "names_who", False) or not request.user.is_authenticated:
            return
        stack: ExitStack = getattr(request, "history_stack")  # noqa: B009
        stack.enter_context(acting(request.user, path=request.path))


class DraftMiddleware:
    """Forget what was kept of a form as soon as the form has arrived: its answer leads on to another page."""

    ARRIVED = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.NO_CONTENT})

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; a form's own field says which draft it was."""
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in self.ARRIVED and request.user.is_authenticated:
            key = request.POST.get("draft", "")
            if key:
                draft_drop(user=request.user, key=key)
        return response
