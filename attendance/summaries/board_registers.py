"""The registers behind a number of the page on registers on time, latest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from attendance.summaries.board import minutes_between
from attendance.summaries.board_history import DUE_REGISTERS, asked_of
from attendance.summaries.times_kept import TimesKept

KINDS = {
    "": "All due",
    "on-time": "On time",
    "late": "Late",
    "not-taken": "Not taken",
    "others": "By others",
}


@dataclass(frozen=True)
class RegistersAsked:
    """Which registers are asked for. kind: of KINDS; group, tutor: a key, 0 for nobody's; None for all."""

    kind: str = ""
    group: int | None = None
    tutor: int | None = None


@dataclass(frozen=True, slots=True)
class DueRegister:
    """One register that was due. taken_at, taken_by: None and "" when nobody took it; tutor: whose it was to take."""

    group_id: int
    group: str
    day: date
    session: str
    due_at: datetime
    taken_at: datetime | None
    taken_by: str
    tutor: str

    @property
    def minutes(self) -> int:
        """Minutes between the moment it was due and its taking; 0 when on time, or not taken."""
        return minutes_between(self.due_at, self.taken_at) if self.taken_at else 0

    @property
    def is_other_day(self) -> bool:
        """Test for a register that was taken on a later day than its own."""
        return self.taken_at is not None and timezone.localtime(self.taken_at).date() != self.day


_LIST = f"""{DUE_REGISTERS}
    SELECT group_id, group_name, day, session, due_at, taken_at,
           coalesce(trim(t.title || ' ' || t.surname), ''), coalesce(trim(u.title || ' ' || u.surname), 'No tutor')
      FROM registers
      LEFT JOIN core_user u ON u.id = who_id
      LEFT JOIN core_user t ON t.id = taken_by_id
     WHERE (%(group)s::bigint IS NULL OR group_id = %(group)s::bigint)
       AND (%(tutor)s::bigint IS NULL OR coalesce(who_id, 0) = %(tutor)s::bigint)
       AND CASE %(kind)s
           WHEN 'on-time' THEN taken_at <= due_at
           WHEN 'late' THEN taken_at > due_at
           WHEN 'not-taken' THEN taken_at IS NULL
           WHEN 'others' THEN taken_at IS NOT NULL AND taken_by_id IS DISTINCT FROM who_id
           ELSE true END
     ORDER BY day DESC, session DESC, group_name, group_id
"""  # noqa: S608 - put together from constants


def registers_behind(
    asked: RegistersAsked,
    first: date,
    last: date,
    *,
    now: datetime,
    years: Collection[int] | None,
    times: TimesKept,
) -> list[DueRegister]:
    """Return the registers of the days that are asked for, in one query: as many as the number counts."""
    narrowed = {"kind": asked.kind, "group": asked.group, "tutor": asked.tutor}
    with connection.cursor() as cursor:
        cursor.execute(_LIST, {**asked_of(first, last, now=now, years=years, times=times), **narrowed})
        return [DueRegister(*row) for row in cursor.fetchall()]
