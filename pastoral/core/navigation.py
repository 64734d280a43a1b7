"""What the rail offers to whom. Each app registers its own entries in `AppConfig.ready()`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from pastoral.core.models import User
from pastoral.core.rights import Right


@dataclass(frozen=True)
class Entry:
    """One page of the rail.

    right: who is offered it; None for everybody. section: its heading in the rail; "" stands on top without one.
    order: place among all entries. home: place among the pages somebody may land on after signing in; None for never.
    covers: beginnings of the addresses of other pages that belong to it, so that it stays lit on them.
    label_for: the label as one person reads it; "" for somebody to whom the page is not offered.
    key: the key that opens it from any page; such an entry stands in the top bar's menu and not in the rail.
    """

    label: str
    url_name: str
    right: Right | None = None
    icon: str = "list"
    section: str = ""
    order: int = 100
    home: int | None = None
    covers: tuple[str, ...] = ()
    label_for: Callable[[User], str] | None = None
    key: str = ""

    def is_for(self, user: User) -> bool:
        """Test whether the person may open the page and is offered it."""
        return (self.right is None or user.may(self.right)) and bool(self.words(user))

    def words(self, user: User) -> str:
        """Return the label as the person reads it."""
        return self.label_for(user) if self.label_for else self.label

    def url(self) -> str:
        """Return the page's address; "" while its app offers no such page."""
        return _address(self.url_name)


@cache
def _address(url_name: str) -> str:
    """Return the page's address, looked up once: every page asks for all of them."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Link:
    """An entry as one person sees it on one page."""

    label: str
    url: str
    icon: str
    is_current: bool
    key: str = ""


@dataclass(frozen=True)
class Section:
    """Links under one heading. folds: it can be folded away, and is unless is_open."""

    title: str
    links: tuple[Link, ...]
    folds: bool = False
    is_open: bool = True


# A rail of more links than this is longer than a screen is high: its sections fold.
LINKS_AT_ONCE = 18


_entries: dict[str, Entry] = {}


def register(*entries: Entry) -> None:
    """Offer pages in the rail; the last registration for a URL name stands."""
    _entries.update((entry.url_name, entry) for entry in entries)


def entries_for(user: User) -> list[tuple[Entry, str]]:
    """Return the entries that the person may open, in order, each with its address."""
    offered = sorted((entry for entry in _entries.values() if entry.is_for(user)), key=lambda entry: entry.order)
    return [(entry, url) for entry in offered if (url := entry.url())]


def sections_for(user: User, path: str, opened: Collection[str] | None = None) -> list[Section]:
    """Return the rail for the person; the link whose address begins the path most fully is the current one.

    opened: titles of the sections that the person left unfolded; None for somebody who never folded any.
    """
    offered = [(entry, url) for entry, url in entries_for(user) if not entry.key]
    reaches = ((begins, url) for entry, url in offered for begins in (url, *entry.covers) if path.startswith(begins))
    current = max(reaches, key=lambda reach: len(reach[0]), default=("", ""))[1]
    by_section: dict[str, list[Link]] = {}
    for entry, url in offered:
        by_section.setdefault(entry.section, []).append(Link(entry.words(user), url, entry.icon, url == current))
    here = [title for title, links in by_section.items() if title and any(link.is_current for link in links)]
    first = [title for title in by_section if title][:1]
    unfolded = {*here, *opened} if opened is not None else {*(here or first)}
    is_long = sum(map(len, by_section.values())) > LINKS_AT_ONCE
    return [
        Section(
            title,
            tuple(links),
            folds=is_long and bool(title),
            is_open=title in unfolded,
        )
        for title, links in by_section.items()
    ]


def quick_for(user: User) -> list[Link]:
    """Return what the person can log from any page, each with its key."""
    quick = ((entry, url) for entry, url in entries_for(user) if entry.key)
    return [Link(entry.words(user), url, entry.icon, is_current=False, key=entry.key) for entry, url in quick]


def home_of(user: User) -> str:
    """Return the address where the person's day begins; "" when no page is theirs."""
    homes = [(entry.home, url) for entry, url in entries_for(user) if entry.home is not None]
    return min(homes, default=(0, ""))[1]
