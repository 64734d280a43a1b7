"""The registers behind a number of the page on registers on time."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.board_registers import KINDS, RegistersAsked, registers_behind
from attendance.summaries.times_kept import TimesKept
from pastoral.core.paging import list_page
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for
from students.files import offered_as_file
from students.scopes import scope_of
from students.summaries import window_chosen, windows_on

MOST_DIGITS = 18


@never_cache
@require_safe
@right_required(Right.CHASE_REGISTERS)
@offered_as_file("Registers that were due")
def board_registers(request: StaffRequest) -> HttpResponse:
    """List the registers that were due in the person's years: of a group or a tutor, late or not taken, when asked."""
    windows = windows_on(timezone.localdate())
    window = window_chosen(windows, asked_for(request, "window"))
    asked = _asked(request)
    narrowed = {"group": asked.group, "tutor": asked.tutor}
    rows = registers_behind(
        asked,
        window.first,
        window.last,
        now=timezone.now(),
        years=scope_of(request.user).years_with(Right.CHASE_REGISTERS),
        times=TimesKept.load(),
    )
    context = {
        "window": window,
        "windows": [
            (registers_url(**narrowed, window=each.slug, kind=asked.kind), each.name, each == window)
            for each in windows
        ],
        "kinds": [
            (registers_url(**narrowed, window=window.slug, kind=kind), words, kind == asked.kind)
            for kind, words in KINDS.items()
        ],
        "kind_words": KINDS[asked.kind],
        "whose": _whose(asked, rows[0].group, rows[0].tutor) if rows else "",
        "is_narrowed": asked.group is not None or asked.tutor is not None,
        "page": list_page(rows, cursor=asked_for(request, "before")),
        "back_url": f"{reverse('attendance:board_history')}?window={window.slug}",
    }
    return render(request, "attendance/board_registers.html", context)


def registers_url(**asked: object) -> str:
    """Return the address of the list, narrowed to what is asked for; "" and None ask for nothing."""
    kept = {name: value for name, value in asked.items() if value not in ("", None)}
    return f"{reverse('attendance:board_registers')}?{urlencode(kept)}"


def _asked(request: StaffRequest) -> RegistersAsked:
    """Return what the address asks for; what is not known asks for nothing."""
    kind = asked_for(request, "kind")
    group, tutor = _key(asked_for(request, "group")), _key(asked_for(request, "tutor"))
    return RegistersAsked(kind if kind in KINDS else "", group, tutor)


def _key(words: str) -> int | None:
    is_key = words.isascii() and words.isdigit() and len(words) <= MOST_DIGITS
    return int(words) if is_key else None


def _whose(asked: RegistersAsked, group: str, tutor: str) -> str:
    """Return whose registers they are, in words; "" for everybody's."""
    return ", ".join(([group] if asked.group is not None else []) + ([tutor] if asked.tutor is not None else []))
