"""A day of first-day calls in numbers, on the screen, on paper and as CSV."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contacts.summaries.calling_day import KIND_WORDS, CallDay, Kind, YearRow, call_day, day_table
from pastoral.core.exports import handed_out
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.words import asked_for, day_read, key_asked
from students.calendar import academic_year_of
from students.scopes import scope_of

SHOWN = {"": "Absent", **{str(kind): words for kind, words in KIND_WORDS.items()}, "escalated": "Escalated"}


@never_cache
@require_safe
@right_required(Right.MAKE_FIRST_CALLS)
def call_day_page(request: StaffRequest) -> HttpResponse:
    """Show how a day's absences stand now, by year, each number with its list; or hand the list out as a file."""
    now = timezone.now()
    day, note = _day(request, timezone.localdate(now))
    held = call_day(request.user, day=day, now=now)
    show = _shown(asked_for(request, "show"), held)
    year = key_asked(request, "year")
    rows = held.chosen(show, year)
    if asked_for(request, "format") in FORMATS:
        return handed_out(
            request,
            day_table(held, rows),
            asked_for(request, "format"),
            subject=f"first-day-calls:{day}",
            reason=", ".join(map(str, scope_of(request.user).assignments)),
            name=f"First-day calls {day}",
        )
    context = {
        "held": held,
        "note": note,
        "is_today": day == timezone.localdate(now),
        "rows": rows,
        "show_words": SHOWN[show],
        "year": year if rows or year in range(7, 14) else 0,
        "years": [_year_row(held, row) for row in (*held.by_year, held.total)],
        "tiles": _tiles(held),
        "csv_url": _address(held.day, show or "all", year, format="csv"),
        "corrects": request.user.may(Right.CORRECT_MARKS),
    }
    return render(request, "contacts/call_day.html", context)


def _day(request: StaffRequest, today: date) -> tuple[date, str]:
    """Return the day asked for, of this school year up to today, and what to say where that cannot be shown."""
    wanted = asked_for(request, "day")
    day = day_read(wanted) or today
    if (wanted and day_read(wanted) is None) or day > today or academic_year_of(day) != academic_year_of(today):
        return today, "Days of this school year up to today are shown. This is today."
    return day, ""


def _shown(asked: str, held: CallDay) -> str:
    """Return which list is asked for; unasked those whom nobody reached, and everybody where there are none."""
    if asked in SHOWN and asked:
        return asked
    return Kind.UNREACHED if asked != "all" and held.total.counts[Kind.UNREACHED] else ""


def _address(day: date, show: str, year: int, **more: str) -> str:
    query = {"day": day.isoformat(), "show": show, **({"year": str(year)} if year else {}), **more}
    return f"{reverse('contacts:call_day')}?{urlencode(query)}"


def _tiles(held: CallDay) -> list[dict[str, Any]]:
    total, counts = held.total, held.total.counts
    numbers = {"all": total.absent, **{kind.value: counts[kind] for kind in Kind}, "escalated": total.escalated}
    before = sum(row.is_known_before for row in held.rows if row.kind is Kind.EXPLAINED)
    notes = {"explained": f"{before} known beforehand"}
    return [
        {
            "label": SHOWN["" if show == "all" else show],
            "value": number,
            "url": _address(held.day, show, 0),
            "note": notes.get(show, ""),
        }
        for show, number in numbers.items()
    ]


def _year_row(held: CallDay, row: YearRow) -> dict[str, Any]:
    numbers = {"all": row.absent, **{kind.value: row.counts[kind] for kind in Kind}, "escalated": row.escalated}
    return {
        "name": f"Year {row.year}" if row.year else "All",
        "cells": [
            (SHOWN["" if show == "all" else show], number, _address(held.day, show, row.year))
            for show, number in numbers.items()
        ],
    }
