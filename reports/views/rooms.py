"""The pages about persistent absence beside one another, and which of them a person may open."""

from dataclasses import dataclass

from django.urls import reverse

from pastoral.core.models import User
from pastoral.core.rights import Right


@dataclass(frozen=True)
class Room:
    """One of the pages: its address, its name, and whether it is where one is."""

    url: str
    name: str
    is_current: bool


_ROOMS = (("tracker", "Tracker", "reports:pa_tracker", Right.SEE_PA_TRACKER),)


def rooms_of(user: User, current: str) -> list[Room]:
    """Return the pages that the person may open; nothing when this is the only one."""
    open_to = [(slug, name, url) for slug, name, url, right in _ROOMS if user.may(right)]
    rooms = [Room(reverse(url), name, slug == current) for slug, name, url in open_to]
    return rooms if len(rooms) > 1 else []
