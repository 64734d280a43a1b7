"""Patterns of behaviour, and whether the same behaviour meets the same sanction."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pastoral.core.exports import handed_out
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS, Table
from pastoral.core.words import asked_for
from reports.conduct.asked import Asked
from reports.conduct.consistency import BY, Consistency
from reports.conduct.intervals import RULE
from reports.conduct.lists import Choices
from reports.conduct.patterns import LIST, Patterns
from students.scopes import scope_of

PATTERNS, CONSISTENCY = "reports:behaviour_patterns", "reports:behaviour_consistency"
TWO_COLUMNS = ("type", "activity", "location", "slot", "weekday", "year", "group", "cohort")


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_PATTERNS)
def behaviour_patterns(request: StaffRequest) -> HttpResponse:
    """Show what happens, where, when and to whom, in the days asked for; or hand it out as a file."""
    asked = Asked.of(request, timezone.localdate())
    patterns = Patterns.load(request.user, asked)
    if asked_for(request, "format") in FORMATS:
        return _handed_out(request, asked, patterns, patterns.table(), "Patterns of behaviour")
    parts = {each.slug: each for each in patterns.breakdowns}
    context = _context(asked, patterns, PATTERNS) | {
        "patterns": patterns,
        "breakdowns": [parts[slug] for slug in TWO_COLUMNS if slug != "year" or len(parts[slug].lines) > 1],
        "days": ["Mon", "Tue", "Wed", "Thu", "Fri"],
    }
    return render(request, "reports/behaviour_patterns.html", context)


@never_cache
@require_safe
@right_required(Right.SEE_BEHAVIOUR_PATTERNS)
def behaviour_consistency(request: StaffRequest) -> HttpResponse:
    """Show which sanction the same behaviour met, by group, with what the rule flags; or hand it out as a file."""
    asked = Asked.of(request, timezone.localdate())
    by = asked_for(request, "by")
    by = by if by in BY else "cohort"
    wanted, whole = asked.type, asked.without("type")
    held = Consistency.load(request.user, whole, by)
    if asked_for(request, "format") in FORMATS:
        return _handed_out(request, whole, held.patterns, held.table(), "Consistency")
    table = held.table_of(wanted)
    context = _context(asked, held.patterns, CONSISTENCY) | {
        "held": held,
        "table": table,
        "by": by,
        "by_words": BY[by],
        "bys": [(asked.url(CONSISTENCY, by=key), words, key == by) for key, words in BY.items()],
        "types": [(each.type, each == table) for each in held.tables],
        "rule": RULE,
        "csv_url": whole.url(CONSISTENCY, by=by, format="csv"),
        "list_url": whole.url(LIST, reach="led"),
    }
    return render(request, "reports/behaviour_consistency.html", context)


def _context(asked: Asked, patterns: Patterns, page: str) -> dict[str, Any]:
    return {
        "asked": asked,
        "choices": Choices.of(patterns.everybody, patterns.unfiltered),
        "windows": asked.window_choices(page),
        "narrowed": asked.in_words,
        "all_url": Asked(asked.windows, asked.window).url(page),
        "csv_url": asked.url(page, format="csv"),
        "list_url": asked.url(LIST, reach="led"),
        "rooms": [
            (asked.url(PATTERNS), "Patterns", page == PATTERNS),
            (asked.url(CONSISTENCY), "Consistency", page == CONSISTENCY),
        ],
    }


def _handed_out(request: StaffRequest, asked: Asked, held: Patterns, table: Table, name: str) -> HttpResponse:
    return handed_out(
        request,
        table,
        asked_for(request, "format"),
        subject=asked.subject(name.lower(), held.everybody),
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"{name} {asked.window.last:%Y-%m-%d}",
    )
