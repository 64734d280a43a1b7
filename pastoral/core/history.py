"""Who is behind a change: the context that the history triggers read.

pghistory's own context prepends a statement to each statement, which server-side prepared statements do not allow;
this sets the same two session variables once, around a whole piece of work.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

from pastoral.core.models import User


def _set(context_id: str, metadata: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, false), set_config('pghistory.context_metadata', %s, false)",
            [context_id, metadata],
        )


@contextmanager
def acting(user: User | None, **metadata: str) -> Iterator[None]:
    """Name the person (by key) and the circumstances behind every change made inside.

    metadata: JSON-able facts such as path="/register/", reason="parent phoned"; never a student's name.
    """
    _set(str(uuid.uuid4()), json.dumps({"user": user.pk if user else None, **metadata}))
    try:
        yield
    finally:
        try:
            _set("", "")
        except Error:
            connection.close()  # a broken connection or transaction must not carry one person's name to the next
