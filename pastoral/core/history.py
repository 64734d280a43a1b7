"""Who is behind a change: the context that the history triggers read.

pghistory's own context prepends a statement to each statement, which server-side prepared statements do not allow;
this sets the same two session variables once, around a whole piece of work.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import Error, connection

from pastoral.core.models import User

Context = tuple[str, str]
V = TypeVar("V", bound=Callable[..., Any])

# For the select list of a transaction's first statement, with what `acting_in_transaction` yields as its parameters.
NAMED_LOCALLY = "set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"
_NOBODY: Context = ("", "")
_current: ContextVar[Context] = ContextVar("history_context", default=_NOBODY)


def _set(context_id: str, metadata: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, false), set_config('pghistory.context_metadata', %s, false)",
            [context_id, metadata],
        )


@contextmanager
def acting(user: User | None, **metadata: str) -> Iterator[None]:
    """Name the person (by key) and the circumstances behind every change made inside; the innermost one counts.

    metadata: JSON-able facts such as path="/register/", reason="parent phoned"; never a student's name. What is said
    already around it is not said again.
    """
    outer = _current.get()
    if _says(outer, user, metadata):
        yield
        return
    context = _context(user, metadata)
    _set(*context)
    held = _current.set(context)
    try:
        yield
    finally:
        _current.reset(held)
        _restore(outer)


@contextmanager
def acting_in_transaction(user: User, **metadata: str) -> Iterator[Context]:
    """Name the person and the circumstances behind one transaction begun inside, for no statement of its own.

    The transaction's first statement selects NAMED_LOCALLY with the two values given here; its end takes them back.
    """
    outer = _current.get()
    context = _context(user, metadata)
    held = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(held)
        if connection.in_atomic_block:  # a transaction around this one goes on
            _restore(outer)


def _context(user: User | None, metadata: dict[str, str]) -> Context:
    return str(uuid.uuid4()), json.dumps({"user": user.pk if user else None, **metadata})


def _says(context: Context, user: User | None, metadata: dict[str, str]) -> bool:
    """Test whether the context names that person with those circumstances, and perhaps more."""
    if context == _NOBODY:
        return False
    said = json.loads(context[1])
    return all(said.get(name, "") == words for name, words in {"user": user.pk if user else None, **metadata}.items())


def names_who(view: V) -> V:
    """Mark a view that names the person behind its own writes, so that nothing does it around the request."""
    setattr(view, "names_who", True)  # noqa: B010 - no attribute of a function's
    return view


def _restore(context: Context) -> None:
    try:
        _set(*context)
    except Error:
        # A broken transaction takes no statement until it is rolled back, and that brings the outer context back by
        # itself; a broken connection must not carry one person's name to the next.
        if not connection.in_atomic_block:
            connection.close()
