"""Walking a list by its key, newest first, or soonest first what is to come.

No page is counted, none is cut off, and depth costs nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
LONGEST_KEY = 18


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page of rows. next_cursor: where the next one begins, "" at the end; is_later: not the first page.

    is_ahead: it goes forward in time, and not back.
    """

    rows: list[M]
    next_cursor: str
    is_later: bool
    is_ahead: bool = False


def keyset_page(queryset: QuerySet[M], *, field: str, cursor: str, size: int = 50) -> KeysetPage[M]:
    """Return the rows after the cursor, newest first by a datetime field and the key; a bad one is the top."""
    at = _read(cursor)
    rows = queryset.order_by(f"-{field}", "-pk")
    if at:
        moment, key = at
        rows = rows.filter(Q(**{f"{field}__lt": moment}) | Q(**{field: moment, "pk__lt": key}))
    held = list(rows[: size + 1])
    last = held[size - 1] if len(held) > size else None
    following = f"{getattr(last, field).isoformat()}_{last.pk}" if last else ""
    return KeysetPage(held[:size], following, at is not None)


def _read(cursor: str) -> tuple[datetime, int] | None:
    moment, _, key = cursor.rpartition("_")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        return (at, int(key)) if at.tzinfo else None
    except ValueError:
        return None


def ahead_page(queryset: QuerySet[M], *, field: str, cursor: str, size: int = 50) -> KeysetPage[M]:
    """Return the rows after the cursor, soonest first by a date field and the key; a bad one is the top."""
    at = _read_day(cursor)
    rows = queryset.order_by(field, "pk")
    if at:
        day, key = at
        rows = rows.filter(Q(**{f"{field}__gt": day}) | Q(**{field: day, "pk__gt": key}))
    held = list(rows[: size + 1])
    last = held[size - 1] if len(held) > size else None
    following = f"{getattr(last, field).isoformat()}_{last.pk}" if last else ""
    return KeysetPage(held[:size], following, at is not None, is_ahead=True)


def _read_day(cursor: str) -> tuple[date, int] | None:
    words, _, key = cursor.rpartition("_")
    try:
        return (date.fromisoformat(words), int(key)) if len(key) <= LONGEST_KEY else None
    except ValueError:
        return None
