"""Who is behind a change: the context that the history triggers read.

pghistory's own context prepends a statement to each statement, which server-side prepared statements do not allow;
this sets the same two session variables once, around a whole piece of work.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import Error, connection

from pastoral.core.models import User

_NOBODY = ("", "")
_current: ContextVar[tuple[str, str]] = ContextVar("history_context", default=_NOBODY)


def _set(context_id: str, metadata: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, false), set_config('pghistory.context_metadata', %s, false)",
            [context_id, metadata],
        )


@contextmanager
def acting(user: User | None, **metadata: str) -> Iterator[None]:
    """Name the person (by key) and the circumstances behind every change made inside; the innermost one counts.

    metadata: JSON-able facts such as path="/register/", reason="parent phoned"; never a student's name.
    """
    outer = _current.get()
    context = (str(uuid.uuid4()), json.dumps({"user": user.pk if user else None, **metadata}))
    _set(*context)
    held = _current.set(context)
    try:
        yield
    finally:
        _current.reset(held)
        _restore(outer)


def _restore(context: tuple[str, str]) -> None:
    try:
        _set(*context)
    except Error:
        # A broken transaction takes no statement until it is rolled back, and that brings the outer context back by
        # itself; a broken connection must not carry one person's name to the next.
        if not connection.in_atomic_block:
            connection.close()
