"""The one way in which people's marks are written: registers, corrections, bulk changes and decided proposals."""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from pastoral.core.history import acting
from pastoral.core.models import User
from students.scopes import job_of


class ReasonMissing(Exception):
    """A mark would be replaced and nobody said why; the message is fit for the form."""


class MarkRow(NamedTuple):
    """One mark to stand: the key of its code, minutes late with L and U alone, a comment or ""."""

    student_id: int
    date: date
    session: str
    code: int
    minutes: int | None = None
    comment: str = ""


class Written(NamedTuple):
    """One mark that was written. is_new: there was none before; otherwise what stood went into its history."""

    student_id: int
    date: date
    session: str
    is_new: bool


_COLUMNS = ("student_id", "date", "session", "code_id", "minutes_late", "comment")
# As JSON: the driver takes longer over six arrays of 9,000 values than the database over writing them.
# Only what differs is written: the same mark again leaves no trace. In order, so that two writers never lock crosswise.
_WRITE = """
    INSERT INTO attendance_sessionmark AS m
           (student_id, date, session, code_id, minutes_late, comment, recorded_by_id)
    SELECT * FROM (
        SELECT student_id, date, session, code_id, minutes_late, comment, %s::bigint
          FROM json_to_recordset(%s) AS said (student_id bigint, date date, session text, code_id bigint,
                                              minutes_late smallint, comment text)
    ) marks ORDER BY student_id, date, session
    ON CONFLICT (student_id, date, session) DO UPDATE
       SET code_id = excluded.code_id, minutes_late = excluded.minutes_late, comment = excluded.comment,
           recorded_by_id = excluded.recorded_by_id, recorded_at = now()
     WHERE (m.code_id, m.minutes_late, m.comment)
           IS DISTINCT FROM (excluded.code_id, excluded.minutes_late, excluded.comment)
    RETURNING m.student_id, m.date, m.session, xmax = 0
"""


def because(*, by: User, reason: str) -> AbstractContextManager[None]:
    """Name who amends, in what position and why, behind every mark replaced inside.

    Source: domain.md 1.5: the name and title of the person, the reason and the date stay with each amendment.
    """
    return acting(by, reason=reason, position=job_of(by))


@transaction.atomic
def marks_write(*, rows: Iterable[MarkRow], by: User, reason: str = "") -> tuple[Written, ...]:
    """Write the marks and return those that are new or differ from what stood; the same again changes nothing.

    reason: why marks are replaced. Raises ReasonMissing when one is and none is given; then nothing is written.
    The database refuses a code that is not valid on its date.
    """
    said = [dict(zip(_COLUMNS, (*row[:1], row.date.isoformat(), *row[2:]), strict=True)) for row in rows]
    if not said:
        return ()
    # Without a reason nothing is replaced, and there is nothing to put a name behind.
    named = because(by=by, reason=reason) if reason.strip() else nullcontext()
    with named, connection.cursor() as cursor:
        cursor.execute(_WRITE, [by.pk, json.dumps(said)])
        written = tuple(Written(*row) for row in cursor.fetchall())
    if not reason.strip() and any(not mark.is_new for mark in written):
        raise ReasonMissing("Say why the mark is changed: the reason stays with it.")
    return written
