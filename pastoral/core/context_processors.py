"""What every page knows."""

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from pastoral.core.models import User
from pastoral.core.navigation import Link, Section, quick_for, sections_for
from pastoral.core.rights import Right


class Frame:
    """The rail and the top bar for one person on one page; worked out when a template asks."""

    def __init__(self, user: User, path: str, opened: Collection[str] | None) -> None:
        self._user = user
        self._path = path
        self._opened = opened

    @property
    def sections(self) -> list[Section]:
        """The rail."""
        return sections_for(self._user, self._path, self._opened)

    @property
    def quick(self) -> list[Link]:
        """What can be logged from any page."""
        return quick_for(self._user)

    @property
    def job(self) -> str:
        """The person's job in the school's words: "Head of Year 9"."""
        source: Callable[[User], str] = import_string(settings.PASTORAL_JOB_SOURCE)
        return source(self._user)

    @property
    def may_find(self) -> bool:
        """Test for the find box."""
        return self._user.may(Right.FIND_STUDENT)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of the page: the school's name, and for somebody signed in the rail and the top bar."""
    words: dict[str, Any] = {"school_name": settings.SCHOOL_NAME, "frame": None}
    user = getattr(request, "user", None)
    if user is not None:
        opened = _unfolded(request.COOKIES.get("rail"))
        words["frame"] = SimpleLazyObject(lambda: Frame(user, request.path, opened) if user.is_authenticated else None)
    return words


def _unfolded(cookie: str | None) -> frozenset[str] | None:
    """Return the titles of the rail's sections that the browser says are unfolded; None when it says nothing."""
    return None if cookie is None else frozenset(unquote(title) for title in cookie[:500].split(","))
