"""What a cell says: text, dates, numbers and yes or no, as schools' exports write them."""

import calendar
import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.utils import timezone

from pastoral.core.imports.refusal import Refusal

T = TypeVar("T")

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?: 00:00(?::00)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,9}(?:\.0+)?", re.ASCII)
_YES = frozenset({"yes", "y", "true", "t", "1"})
_NO = frozenset({"", "no", "n", "false", "f", "0"})
# Two-digit years up to this many years ahead are of this century: dates of birth lie behind, plans ahead.
_YEARS_AHEAD = 20


def in_column(column: str, parse: Callable[[str], T], raw: str) -> T:
    """Return what the parser makes of the cell; a refusal names the column."""
    try:
        return parse(raw)
    except Refusal as refusal:
        raise Refusal(refusal.reason, column) from refusal


def text(longest: int, *, is_required: bool = False, name: str = "The cell") -> Callable[[str], str]:
    """Return a parser of text up to `longest` characters, without the spaces around it."""

    def parse(raw: str) -> str:
        words = raw.strip()
        if is_required and not words:
            raise Refusal(f"{name} is missing")
        if len(words) > longest:
            raise Refusal(f"{name} is longer than {longest} characters")
        return words

    return parse


def yes_no(raw: str) -> bool:
    """Return whether the cell says yes; blank says no."""
    word = raw.strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Refusal(f'"{raw.strip()}" is neither Yes nor No')


def whole_number(raw: str) -> int | None:
    """Return the whole number in the cell, None when it is blank."""
    words = raw.strip()
    if not words:
        return None
    if not _WHOLE.fullmatch(words):
        raise Refusal(f'Write a whole number, not "{words}"')
    return int(words.partition(".")[0])


def required_day(raw: str) -> date:
    """Return the date in the cell: day first (dd/mm/yyyy, dd/mm/yy) or ISO (yyyy-mm-dd)."""
    day = optional_day(raw)
    if day is None:
        raise Refusal("The date is missing")
    return day


def optional_day(raw: str) -> date | None:
    """Return the date in the cell, None when it is blank."""
    words = raw.strip()
    if not words:
        return None
    if found := _DAY_FIRST.fullmatch(words):
        return _date(words, _full_year(found[3]), int(found[2]), int(found[1]), is_day_first=True)
    if found := _ISO.fullmatch(words):
        return _date(words, int(found[1]), int(found[2]), int(found[3]), is_day_first=False)
    raise Refusal(f'"{words}" is no date: write it as dd/mm/yyyy')


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    this_year = timezone.localdate().year
    return 2000 + year if 2000 + year <= this_year + _YEARS_AHEAD else 1900 + year


def _date(words: str, year: int, month: int, day: int, *, is_day_first: bool) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refusal(_why_no_date(words, year, month, day, is_day_first=is_day_first)) from None


def _why_no_date(words: str, year: int, month: int, day: int, *, is_day_first: bool) -> str:
    if not 1 <= year <= 9999:
        return f"{words} is no date: there is no year {year}"
    if is_day_first and month > 12 and 1 <= day <= 12 and month <= calendar.monthrange(year, day)[1]:
        return f"{words} is no date: is the month first? Write the day first, {month:02}/{day:02}/{year:04}"
    if not 1 <= month <= 12:
        return f"{words} is no date: there is no month {month}"
    return f"{words} is no date: {calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days"


def day_name(day: date) -> str:
    """Return the date as reasons print it: "16 November 2026"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year:04}"
