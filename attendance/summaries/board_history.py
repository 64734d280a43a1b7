"""How often registers were taken on time, by tutor group and by whoever takes them, over a span of days."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from attendance.summaries.times import SchoolTimes

FEWEST_REGISTERS = 10  # fewer say nothing of anybody's habit


class _Row(NamedTuple):
    """Registers of one group that were one person's to take, in one school week."""

    group_id: int
    group: str
    who_id: int | None
    who: str
    monday: date
    due: int
    on_time: int
    not_taken: int
    minutes: int
    timed: int


@dataclass
class Punctual:
    """How often somebody's, or some group's, registers were taken on time.

    minutes: from the session's start to the taking, summed over the `timed` registers taken on their own day.
    """

    name: str
    due: int = 0
    on_time: int = 0
    not_taken: int = 0
    minutes: int = 0
    timed: int = 0
    weeks: dict[date, tuple[int, int]] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        """Count the week's registers in."""
        self.due += row.due
        self.on_time += row.on_time
        self.not_taken += row.not_taken
        self.minutes += row.minutes
        self.timed += row.timed
        due, on_time = self.weeks.get(row.monday, (0, 0))
        self.weeks[row.monday] = (due + row.due, on_time + row.on_time)

    @property
    def late(self) -> int:
        """Registers taken after they were due."""
        return self.due - self.on_time - self.not_taken

    @property
    def is_small(self) -> bool:
        """Test for too few registers to judge by."""
        return self.due < FEWEST_REGISTERS

    @property
    def percent(self) -> float:
        """On time in a hundred of those due."""
        return 100 * self.on_time / self.due

    @property
    def average_minutes(self) -> float | None:
        """Minutes after the session's start, on average; None when none was taken on its own day."""
        return self.minutes / self.timed if self.timed else None

    @property
    def trend(self) -> list[float]:
        """On time in a hundred, week by week, oldest first."""
        return [100 * on_time / due for _monday, (due, on_time) in sorted(self.weeks.items())]


@dataclass(frozen=True)
class History:
    """Registers on time over a span of days, by group and by person; least on time first, few registers last."""

    groups: tuple[Punctual, ...]
    people: tuple[Punctual, ...]
    total: Punctual


# A register is due when its group has somebody on roll that day, and its time has come; marks of the MIS without a
# register of ours mean that it was taken elsewhere: it is nobody's here.
_REGISTERS = """
    WITH slots AS (
        SELECT d.day, d.monday, s.session,
               (d.day + s.starts) AT TIME ZONE %(zone)s AS begins,
               (d.day + s.starts) AT TIME ZONE %(zone)s + make_interval(mins => %(overdue)s) AS due_at
          FROM students_schoolday d
         CROSS JOIN (VALUES ('AM', %(am)s::time), ('PM', %(pm)s::time)) s (session, starts)
         WHERE d.day BETWEEN %(first)s AND %(last)s
    ), due AS (
        SELECT slots.*, g.id AS group_id, g.name AS group_name
          FROM slots CROSS JOIN students_tutorgroup g
         WHERE due_at < %(now)s AND EXISTS (
               SELECT FROM students_enrolment e JOIN students_student s ON s.id = e.student_id
                WHERE e.tutor_group_id = g.id AND e.starts_on <= slots.day
                  AND (e.ends_on IS NULL OR e.ends_on >= slots.day)
                  AND s.admitted_on <= slots.day AND (s.left_on IS NULL OR s.left_on >= slots.day)
                  AND (%(years)s::int[] IS NULL OR e.year_group_id = ANY(%(years)s::int[]))
               )
    ), registers AS (
        SELECT due.*, r.taken_at, coalesce(r.taken_by_id, tutor.user_id) AS who_id
          FROM due
          LEFT JOIN attendance_register r
            ON r.tutor_group_id = due.group_id AND r.date = due.day AND r.session = due.session
          LEFT JOIN LATERAL (
               SELECT a.user_id FROM students_staffassignment a
                WHERE r.id IS NULL AND a.role = 'form_tutor' AND a.tutor_group_id = due.group_id
                  AND a.starts_on <= due.day AND (a.ends_on IS NULL OR a.ends_on >= due.day)
                ORDER BY a.starts_on DESC, a.id LIMIT 1
               ) tutor ON true
         WHERE r.id IS NOT NULL OR NOT EXISTS (
               SELECT FROM students_enrolment e
                 JOIN attendance_sessionmark m ON m.student_id = e.student_id
                WHERE e.tutor_group_id = due.group_id AND e.starts_on <= due.day
                  AND (e.ends_on IS NULL OR e.ends_on >= due.day)
                  AND m.date = due.day AND m.session = due.session AND m.recorded_by_id IS NULL
               )
    )
    SELECT group_id, group_name, who_id, coalesce(trim(u.title || ' ' || u.surname), 'No tutor'), monday,
           count(*), count(*) FILTER (WHERE taken_at <= due_at), count(*) FILTER (WHERE taken_at IS NULL),
           coalesce(sum(extract(epoch FROM taken_at - begins) / 60) FILTER (
               WHERE (taken_at AT TIME ZONE %(zone)s)::date = day
           ), 0)::int,
           count(*) FILTER (WHERE (taken_at AT TIME ZONE %(zone)s)::date = day)
      FROM registers LEFT JOIN core_user u ON u.id = who_id
     GROUP BY group_id, group_name, who_id, u.title, u.surname, monday
"""


def history_of(first: date, last: date, *, now: datetime, years: Collection[int] | None, times: SchoolTimes) -> History:
    """Return how the registers of the days were taken, in one query. years: the year groups; None for all.

    One that was not taken counts for the group's tutor of that day; one that was taken, for who took it.
    """
    asked: dict[str, Any] = {
        "first": first,
        "last": last,
        "now": now,
        "years": None if years is None else sorted(years),
        "am": times.am_starts,
        "pm": times.pm_starts,
        "overdue": times.overdue_minutes,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERS, asked)
        rows = [_Row(*row) for row in cursor.fetchall()]
    total = Punctual("All")
    for row in rows:
        total.add(row)
    return History(
        _summed(rows, lambda row: (row.group_id, row.group)), _summed(rows, lambda row: (row.who_id, row.who)), total
    )


def _summed(rows: Iterable[_Row], key: Callable[[_Row], tuple[int | None, str]]) -> tuple[Punctual, ...]:
    found: dict[tuple[int | None, str], Punctual] = defaultdict(lambda: Punctual(""))
    for row in rows:
        held = found[key(row)]
        held.name = key(row)[1]
        held.add(row)
    return tuple(sorted(found.values(), key=lambda held: (held.is_small, held.percent, held.name)))
