"""A register sent in: taken once however often it arrives, and nothing of anybody else's overwritten unseen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import connection, transaction

from attendance.models import SessionMark
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.services.register_desk import Choice, Desk, Entry
from attendance.summaries.register import (
    Sitting,
    Standing,
    expected_on,
    not_open_because,
    standing_of,
)
from attendance.summaries.register_roll import GroupRoll
from attendance.summaries.times import TAKEN_IN_MIS, TIMES_SET, SchoolTimes
from pastoral.core.history import NAMED_LOCALLY, Context, acting_in_transaction
from pastoral.core.models import User
from students.scopes import job_of
from students.summaries import RollEntry

MOST_NAMED = 3


class RegisterNotOpen(Exception):
    """The register cannot be taken now; the message is fit for the page."""


class RowsRefused(Exception):
    """Rows cannot stand as they were sent; nothing was written.

    faults: by student and fit for the page; changed: students whose marks somebody changed meanwhile.
    """

    def __init__(self, faults: Mapping[int, str], changed: Iterable[int]) -> None:
        self.faults, self.changed = dict(faults), frozenset(changed)
        super().__init__(f"{len(self.faults)} at fault, {len(self.changed)} changed meanwhile")


class Outcome(NamedTuple):
    """What became of a sending. is_new: not the same page sent again; choices: what stands now of those marked."""

    is_new: bool
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Sent:
    """A register page as it was sent in."""

    token: UUID
    entries: tuple[Entry, ...]
    reason: str = ""

    def key(self, sitting: Sitting, by: User) -> UUID:
        """Return what the sending is known by: the same page with the same content, by the same person."""
        said = sorted((entry.student_id, *entry.said) for entry in self.entries)
        return uuid5(self.token, f"{by.pk} {sitting} {said} {self.reason}")


# Whoever sends the group's next page waits here for the one before. The register is made once and keeps who took it
# first; it is taken only when nobody of the group is left without a mark by somebody who has a part of the group.
_OPEN = f"""
    WITH held AS (
        SELECT id FROM students_tutorgroup WHERE id = %s FOR NO KEY UPDATE
    ), register AS (
        INSERT INTO attendance_register AS r (tutor_group_id, date, session, taken_by_id, taken_at)
        SELECT id, %s::date, %s, %s::bigint, %s::timestamptz FROM held
         WHERE NOT EXISTS (
               SELECT FROM unnest(%s::bigint[]) AS other (student_id)
                WHERE NOT EXISTS (SELECT FROM attendance_sessionmark m
                                   WHERE (m.student_id, m.date, m.session) = (other.student_id, %s::date, %s)))
        ON CONFLICT (tutor_group_id, date, session) DO UPDATE SET taken_at = r.taken_at
        RETURNING id
    ), sent AS (
        INSERT INTO attendance_registersubmission (token, register_id, sent_by_id, sent_at)
        SELECT %s::uuid, id, %s::bigint, %s::timestamptz FROM register
        ON CONFLICT (token) DO NOTHING
        RETURNING token
    )
    SELECT {", ".join(f"t.{name}" for name in TIMES_SET)},
           EXISTS (SELECT FROM students_schoolday WHERE day = %s),
           (SELECT count(*) FROM sent) = (SELECT count(*) FROM register), {NAMED_LOCALLY}
      FROM attendance_registertimes t, held
"""  # noqa: S608 - put together from constants


def register_take(*, sitting: Sitting, roll: GroupRoll, sent: Sent, by: User, now: datetime) -> Outcome:
    """Take the register as it was sent in; the very same sending once more changes nothing.

    Marks nobody touched since the page was opened are written. Raises RegisterNotOpen, RowsRefused or ReasonMissing,
    and then nothing at all is written.
    """
    reason = sent.reason or _own_reason(sent.entries)
    named = {"position": job_of(by), "reason": reason} if reason else {"position": job_of(by)}
    with acting_in_transaction(by, **named) as context, transaction.atomic():
        times, is_new = _open(sitting, roll.others, sent.key(sitting, by), by, now, context)
        desk = _desk(sitting, roll, times)
        rows = _rows(desk, sent, reason) if is_new else []
        marks_write(rows=rows, by=by, reason=reason)
    after = {row.student_id: Standing(row.code, row.minutes, now, "") for row in rows}
    desk = replace(desk, standing={**desk.standing, **after})
    return Outcome(is_new, tuple(desk.began(student).choice for student in desk.standing))


def _open(
    sitting: Sitting, others: Iterable[int], key: UUID, by: User, now: datetime, context: Context
) -> tuple[SchoolTimes, bool]:
    group, day, session = sitting
    values: list[Any] = [group, day, session, by.pk, now, list(others), day, session, key, by.pk, now, day, *context]
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        row = cursor.fetchone()
    times, (is_school_day, is_new, *_) = SchoolTimes(*row[: len(TIMES_SET)]), row[len(TIMES_SET) :]
    if not times.is_taken_here:
        raise RegisterNotOpen(f"Nothing was saved. {TAKEN_IN_MIS}")
    if fault := not_open_because(sitting, times, now, is_school_day=is_school_day):
        raise RegisterNotOpen(fault)
    return times, is_new


def _desk(sitting: Sitting, roll: GroupRoll, times: SchoolTimes) -> Desk:
    students = {entry.student_id: entry for entry in roll.entries}
    return Desk(sitting, students, roll.rights, times, expected_on(students, sitting), _standing(students, sitting))


def _rows(desk: Desk, sent: Sent, reason: str) -> list[MarkRow]:
    """Return the marks to write: all that was sent, or none of it."""
    faults: dict[int, str] = {}
    entries = [entry for entry in sent.entries if entry.student_id in desk.students]
    rows = [row for entry in entries if (row := desk.row(entry, faults))]
    changed = [entry.student_id for entry in entries if desk.is_overtaken(entry)]
    if faults or changed:
        raise RowsRefused(faults, changed)
    replaced = [row.student_id for row in rows if row.student_id in desk.standing]
    was_known = any(desk.standing[student].letters != "N" for student in replaced)
    if replaced and not sent.reason and (was_known or not reason):
        raise ReasonMissing(_reason_wanted([desk.students[student] for student in replaced]))
    return rows


def _reason_wanted(students: Sequence[RollEntry]) -> str:
    names = [student.sort_name for student in students[:MOST_NAMED]]
    more = [f"{len(students) - MOST_NAMED} more"] if len(students) > MOST_NAMED else []
    return f"Say why the marks are changed: the reason stays with them. Changed: {'; '.join(names + more)}."


def _standing(students: Iterable[int], sitting: Sitting) -> dict[int, Standing]:
    """Return the marks as they stand, held still until the transaction ends."""
    _group, day, session = sitting
    rows = (
        SessionMark.objects.filter(student__in=list(students), date=day, session=session)
        .select_related("recorded_by")
        .select_for_update(of=("self",))
        .order_by("student")
    )
    return {mark.student_id: standing_of(mark) for mark in rows}


def _own_reason(entries: Iterable[Entry]) -> str:
    """Return the reason that speaks for itself: who was marked absent has arrived late; "" for any other change."""
    changed = [entry for entry in entries if entry.version and entry.was and entry.said != entry.was]
    if not changed or any((e.was.choice, e.said.choice) != (Choice.ABSENT, Choice.LATE) for e in changed if e.was):
        return ""
    minutes = {entry.said.minutes for entry in changed}
    return f"Arrived late, {minutes.pop()} minutes" if len(minutes) == 1 else "Arrived late"
