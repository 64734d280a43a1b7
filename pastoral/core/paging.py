"""Walking a list by its key, newest first, or soonest first what is to come; and one that is held already.

No page is counted, none is cut off, and depth costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
R = TypeVar("R")
LONGEST_KEY = 18
EVERYTHING = "all"
MOST = 1_000_000
_is_whole: ContextVar[bool] = ContextVar("is_whole", default=False)


@contextmanager
def everything_shown() -> Iterator[None]:
    """Let the lists drawn inside stand on one page each, from their top: for a file, which has no pages."""
    token = _is_whole.set(True)
    try:
        yield
    finally:
        _is_whole.reset(token)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """One page of rows. next_cursor: where the next one begins, "" at the end; is_later: not the first page.

    is_ahead: it goes forward in time, and not back.
    """

    rows: list[M]
    next_cursor: str
    is_later: bool
    is_ahead: bool = False

    @property
    def back_words(self) -> str:
        """What the way back to the first page is called."""
        return "Soonest" if self.is_ahead else "Newest"

    @property
    def next_words(self) -> str:
        """What the way on is called."""
        return "Later" if self.is_ahead else "Older"


def keyset_page(queryset: QuerySet[M], *, field: str, cursor: str, size: int = 50) -> KeysetPage[M]:
    """Return the rows after the cursor, newest first by a datetime field and the key; a bad one is the top."""
    if _is_whole.get():
        cursor, size = "", MOST
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
    if _is_whole.get():
        cursor, size = "", MOST
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


@dataclass(frozen=True)
class ListPage(Generic[R]):
    """One page of rows that are all held, since they were sorted together. first: the place of its first row, from 0.

    size: how many rows a page has.
    """

    rows: Sequence[R]
    first: int
    total: int
    size: int

    @property
    def is_part(self) -> bool:
        """Test for rows that are on other pages."""
        return len(self.rows) < self.total

    @property
    def is_later(self) -> bool:
        """Test for a page that is not the first."""
        return self.first > 0

    @property
    def next_cursor(self) -> str:
        """Where the next page begins, "" at the end."""
        after = self.first + len(self.rows)
        return str(after) if after < self.total else ""

    @property
    def back_words(self) -> str:
        """What the way back to the first page is called."""
        return f"First {self.size}"

    @property
    def next_words(self) -> str:
        """What the way on is called."""
        return f"Next {min(self.size, self.total - self.first - len(self.rows))}"

    @property
    def span_words(self) -> str:
        """Which rows these are, of how many."""
        return f"{self.first + 1}\N{EN DASH}{self.first + len(self.rows)} of {self.total}"


def list_page(rows: Sequence[R], *, cursor: str, size: int = 100) -> ListPage[R]:
    """Return the page that begins at the cursor, or everything for "all"; a bad cursor is the top."""
    if cursor == EVERYTHING or _is_whole.get():
        return ListPage(rows, 0, len(rows), size)
    first = _place(cursor, len(rows))
    return ListPage(rows[first : first + size], first, len(rows), size)


def counted_page(
    queryset: QuerySet[M], rows_of: Callable[[Iterable[M]], Sequence[R]], *, cursor: str, size: int = 50
) -> ListPage[R]:
    """Return the page that begins at the cursor, as `list_page` does, of rows that the database sorts, counts and cuts.

    rows_of: makes rows of the page's records, one of each.
    """
    total = queryset.count()
    if cursor == EVERYTHING or _is_whole.get():
        return ListPage(rows_of(queryset), 0, total, size)
    first = _place(cursor, total)
    return ListPage(rows_of(queryset[first : first + size]), first, total, size)


def _place(cursor: str, total: int) -> int:
    is_place = cursor.isascii() and cursor.isdigit() and len(cursor) <= LONGEST_KEY and int(cursor) < total
    return int(cursor) if is_place else 0
