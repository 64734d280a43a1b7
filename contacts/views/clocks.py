"""How the clocks are kept: in all, by year, by person, the worst; and the list behind every number."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from behaviour.summaries.keeping import Kept, keeping_of
from contacts.summaries.clocked import ONLY, Part
from contacts.summaries.clocks import Clock, clocks_for
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, key_read
from students.files import offered_as_file
from students.summaries import Window, window_chosen, windows_on

SIZE = 50


@dataclass(frozen=True)
class Asked:
    """What the address asks for: which clock, over which window, and of its rows which."""

    clock: Clock
    window: Window
    only: str = ""
    year: int = 0
    owner: int | None = None

    def address(self, name: str = "contacts:clock_list") -> str:
        """Return the address that asks so."""
        asked = {"clock": self.clock.slug, "window": self.window.slug, "only": self.only, "year": self.year or ""}
        asked["owner"] = "" if self.owner is None else self.owner
        return f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value != ''})}"

    @property
    def part(self) -> Part:
        """Which part of the clock's rows."""
        return Part(self.only, self.year, self.owner)


@dataclass(frozen=True)
class Line:
    """One line of a table of how the time was kept, each number with the list behind it."""

    kept: Kept
    in_time: str
    late: str
    settled: str
    open: str


@never_cache
@require_safe
@right_required(Right.KEEP_ENQUIRIES)
@offered_as_file("Clocks")
def clocks(request: StaffRequest) -> HttpResponse:
    """Show how one kind of clock was kept over a window."""
    offered, windows = clocks_for(request.user), windows_on(timezone.localdate())
    asked = _asked(request, offered, windows)
    keeping = keeping_of(asked.clock.rows(request.user, asked.window, timezone.now()))
    context = {
        "asked": asked,
        "rule": asked.clock.rule(),
        "keeping": keeping,
        "whole": _line(asked, keeping.whole),
        "waived_url": replace(asked, only="waived").address(),
        "years": [_line(replace(asked, year=kept.key or 0), kept) for kept in keeping.by_year],
        "owners": [_line(replace(asked, owner=kept.key), kept) for kept in keeping.by_owner],
        "clocks": [
            (replace(asked, clock=each).address("contacts:clocks"), each.name, each == asked.clock) for each in offered
        ],
        "windows": [
            (replace(asked, window=each).address("contacts:clocks"), each.name, each == asked.window)
            for each in windows
        ],
    }
    return render(request, "contacts/clocks.html", context)


@never_cache
@require_safe
@right_required(Right.KEEP_ENQUIRIES)
@offered_as_file("Clocks, one by one")
def clock_list(request: StaffRequest) -> HttpResponse:
    """List what a number of the clocks counts, what is due first on top."""
    windows = windows_on(timezone.localdate())
    asked = _asked(request, clocks_for(request.user), windows)
    page = asked.clock.page(
        request.user, asked.window, asked.part, timezone.now(), cursor=asked_for(request, "before"), size=SIZE
    )
    context = {
        "asked": asked,
        "rule": asked.clock.rule(),
        "back": replace(asked, only="", year=0, owner=None).address("contacts:clocks"),
        "page": page,
        "choices": [(replace(asked, only=only).address(), words, only == asked.only) for only, words in ONLY.items()],
        "owner": page.rows[0].owner if page.rows and asked.owner is not None else "",
    }
    return render(request, "contacts/clock_list.html", context)


def _asked(request: StaffRequest, offered: list[Clock], windows: tuple[Window, ...]) -> Asked:
    slug, only = asked_for(request, "clock"), asked_for(request, "only")
    owner = asked_for(request, "owner")
    return Asked(
        clock=next((clock for clock in offered if clock.slug == slug), offered[0]),
        window=window_chosen(windows, asked_for(request, "window")),
        only=only if only in ONLY else "",
        year=key_read(asked_for(request, "year")[:2]),
        owner=key_read(owner) if owner else None,
    )


def _line(asked: Asked, kept: Kept) -> Line:
    urls = [replace(asked, only=only).address() for only in ("kept", "late", "settled", "open")]
    return Line(kept, *urls)
