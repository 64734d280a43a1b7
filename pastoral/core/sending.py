"""A form that could not be taken in, kept so that its sender can send it again: nothing typed is lost.

Three things keep a form from arriving: the sign-in ran out, its token is of an earlier sign-in, or the server could not
answer. The page that says so holds the same fields again, hidden, behind a button. Where a sign-in lies between, they
wait in the session, for the person who sent them and for nobody else.
"""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest, HttpResponse, UnreadablePostError

from pastoral.core.models import User

KEPT = "kept_sending"
LATELY = "lately"  # the cookie that says who was signed in here, signed; it opens nothing
LATELY_SECONDS = 60 * 60 * 24
MOST_CHARACTERS = 200_000
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


@dataclass(frozen=True)
class Sending:
    """What a person sent: the address with its question, and the fields in their order, values of one name repeated."""

    path: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool = False  # files are not kept: they are chosen anew

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what was written in sentences, to be recognised by whoever wrote it."""
        return tuple(value for _name, value in self.fields if " " in value.strip())

    @classmethod
    def of(cls, request: HttpRequest) -> Self | None:
        """Return what the request sends; None for no form, or one whose script has a place of its own to keep it."""
        is_form = request.accepts("text/html") and request.content_type in FORM_TYPES
        if request.method != "POST" or not is_form:
            return None
        try:
            posted, files = request.POST, request.FILES
        except UnreadablePostError:
            return None
        fields = tuple((name, value) for name, values in posted.lists() if name != TOKEN for value in values)
        too_long = sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS
        if too_long or any("password" in name for name, _value in fields):
            return None
        return cls(request.get_full_path(), fields, has_files=bool(files))


def keep(request: HttpRequest) -> bool:
    """Keep what the request sends until its sender has signed in again, and say so; a later sending replaces it."""
    sending, sender = Sending.of(request), request.get_signed_cookie(LATELY, default=None, max_age=LATELY_SECONDS)
    if sending and sender:
        request.session[KEPT] = {
            "by": sender,
            "path": sending.path,
            "fields": sending.fields,
            "has_files": sending.has_files,
        }
    return bool(sending and sender)


def kept_for(request: HttpRequest, user: User) -> Sending | None:
    """Return what this person sent to this address before signing in again; somebody else's is thrown away."""
    kept = request.session.get(KEPT)
    if not kept:
        return None
    if kept["by"] != str(user.pk):
        drop(request)
        return None
    if kept["path"] != request.get_full_path():
        return None
    return Sending(kept["path"], tuple((name, value) for name, value in kept["fields"]), has_files=kept["has_files"])


def drop(request: HttpRequest) -> None:
    """Forget what was kept."""
    request.session.pop(KEPT, None)


def remember_who(response: HttpResponse, user: User, *, is_secure: bool) -> None:
    """Note in a signed cookie who signed in, so that a form sent too late finds its sender again."""
    response.set_signed_cookie(
        LATELY, str(user.pk), max_age=LATELY_SECONDS, secure=is_secure, httponly=True, samesite="Lax"
    )
