"""What the cells of both files have in common."""

from collections.abc import Callable
from datetime import date, time

from django.utils import timezone

from pastoral.core.imports.cells import day_name, required_day, whole_number
from pastoral.core.imports.refusal import Refusal

OLDEST = date(2000, 9, 1)
MOST_POINTS = 999


def past_day(raw: str) -> date:
    """Return a day that a school's records may hold: not in the future, not before the century."""
    day = required_day(raw)
    if day > timezone.localdate():
        raise Refusal(f"{day_name(day)} is in the future")
    if day < OLDEST:
        raise Refusal(f"{raw.strip()} is before anything that is kept: correct the year")
    return day


def time_of_day(raw: str) -> time | None:
    """Return the time written as 15:48, None when it is blank."""
    words = raw.strip()
    if not words:
        return None
    try:
        return time.fromisoformat(words.zfill(5)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Refusal(f'"{words}" is no time of day: write it as 15:48') from None


def points(raw: str) -> int:
    """Return the points, 0 when the cell is blank."""
    number = whole_number(raw) or 0
    if not 0 <= number <= MOST_POINTS:
        raise Refusal(f"Points are 0 to {MOST_POINTS}")
    return number


def external_id(name: str) -> Callable[[str], str]:
    """Return the parser of the number under which the MIS knows the record."""

    def parse(raw: str) -> str:
        words = raw.strip()
        if not words:
            raise Refusal(f"The {name} is missing: without it the line would come in again every night")
        if len(words) > 40:
            raise Refusal(f"The {name} is longer than 40 characters")
        return words

    return parse
