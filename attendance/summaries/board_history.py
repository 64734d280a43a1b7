"""How often registers were taken on time, by tutor group and by tutor, over a span of days."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from attendance.summaries.board_rolls import HELD_PERCENT
from attendance.summaries.times import SESSIONS
from attendance.summaries.times_kept import TimesKept

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
    by_others: int


@dataclass
class Punctual:
    """How often somebody's, or some group's, registers were taken on time.

    minutes: from the session's start to the taking, summed over the `timed` registers taken on their own day.
    by_others: taken by somebody who was not the group's tutor that day. key: the person's or the group's; 0 for nobody.
    """

    name: str
    key: int = 0
    due: int = 0
    on_time: int = 0
    not_taken: int = 0
    minutes: int = 0
    timed: int = 0
    by_others: int = 0
    weeks: dict[date, tuple[int, int]] = field(default_factory=dict)

    def add(self, row: _Row) -> None:
        """Count the week's registers in."""
        self.due += row.due
        self.on_time += row.on_time
        self.not_taken += row.not_taken
        self.minutes += row.minutes
        self.timed += row.timed
        self.by_others += row.by_others
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


# A register is due when registers were taken here then, its group has somebody on roll that day, and its time has come;
# marks of the MIS for nearly everybody without a register of ours mean that it was taken elsewhere: it is nobody's
# here. Where a group has two tutors and one of them took it, it is that one's.
DUE_REGISTERS = """
    WITH slots AS (
        SELECT d.day, d.monday, s.session,
               t.begins, t.begins + make_interval(mins => t.overdue) AS due_at
          FROM students_schoolday d
         CROSS JOIN (VALUES ('AM'), ('PM')) s (session)
         CROSS JOIN LATERAL (
               SELECT (d.day + k.starts) AT TIME ZONE %(zone)s AS begins, k.overdue, k.is_here
                 FROM unnest(
                      %(until)s::timestamptz[], %(halves)s::text[], %(starts)s::time[], %(overdue)s::int[],
                      %(is_here)s::bool[]
                      ) k (until, half, starts, overdue, is_here)
                WHERE k.half = s.session
                  AND (k.until IS NULL OR (d.day + k.starts) AT TIME ZONE %(zone)s <= k.until)
                ORDER BY k.until NULLS LAST
                LIMIT 1
               ) t
         WHERE d.day BETWEEN %(first)s AND %(last)s AND t.is_here
    ), rolls AS (
        SELECT e.tutor_group_id, d.day, count(*) AS expected
          FROM students_schoolday d
          JOIN students_enrolment e ON e.starts_on <= d.day AND (e.ends_on IS NULL OR e.ends_on >= d.day)
          JOIN students_student s
            ON s.id = e.student_id AND s.admitted_on <= d.day AND (s.left_on IS NULL OR s.left_on >= d.day)
         WHERE d.day BETWEEN %(first)s AND %(last)s
           AND (%(years)s::int[] IS NULL OR e.year_group_id = ANY(%(years)s::int[]))
         GROUP BY e.tutor_group_id, d.day
    ), marks AS (
        SELECT e.tutor_group_id, m.date, m.session,
               count(*) AS held, count(*) FILTER (WHERE m.recorded_by_id IS NULL) AS imported
          FROM attendance_sessionmark m
          JOIN students_enrolment e
            ON e.student_id = m.student_id AND e.starts_on <= m.date AND (e.ends_on IS NULL OR e.ends_on >= m.date)
         WHERE m.date BETWEEN %(first)s AND %(last)s
           AND (%(years)s::int[] IS NULL OR e.year_group_id = ANY(%(years)s::int[]))
         GROUP BY e.tutor_group_id, m.date, m.session
    ), due AS (
        SELECT slots.*, g.id AS group_id, g.name AS group_name, r.taken_at, r.taken_by_id
          FROM slots
          JOIN rolls USING (day)
          JOIN students_tutorgroup g ON g.id = rolls.tutor_group_id
          LEFT JOIN attendance_register r
            ON r.tutor_group_id = g.id AND r.date = slots.day AND r.session = slots.session
          LEFT JOIN marks m ON m.tutor_group_id = g.id AND m.date = slots.day AND m.session = slots.session
         WHERE due_at < %(now)s
           AND (r.id IS NOT NULL OR m.imported IS NULL OR m.imported = 0 OR 100 * m.held < %(held)s * rolls.expected)
    ), registers AS (
        SELECT due.*, tutor.user_id AS who_id
          FROM due
          LEFT JOIN LATERAL (
               SELECT a.user_id FROM students_staffassignment a
                WHERE a.role = 'form_tutor' AND a.tutor_group_id = due.group_id
                  AND a.starts_on <= due.day AND (a.ends_on IS NULL OR a.ends_on >= due.day)
                ORDER BY a.user_id = due.taken_by_id DESC, a.starts_on DESC, a.id LIMIT 1
               ) tutor ON true
    )
"""
_WEEKS = f"""{DUE_REGISTERS}
    SELECT group_id, group_name, who_id, coalesce(trim(u.title || ' ' || u.surname), 'No tutor'), monday,
           count(*), count(*) FILTER (WHERE taken_at <= due_at), count(*) FILTER (WHERE taken_at IS NULL),
           coalesce(sum(extract(epoch FROM taken_at - begins) / 60) FILTER (
               WHERE (taken_at AT TIME ZONE %(zone)s)::date = day
           ), 0)::int,
           count(*) FILTER (WHERE (taken_at AT TIME ZONE %(zone)s)::date = day),
           count(*) FILTER (WHERE taken_at IS NOT NULL AND taken_by_id IS DISTINCT FROM who_id)
      FROM registers LEFT JOIN core_user u ON u.id = who_id
     GROUP BY group_id, group_name, who_id, u.title, u.surname, monday
"""  # noqa: S608 - put together from constants


def history_of(first: date, last: date, *, now: datetime, years: Collection[int] | None, times: TimesKept) -> History:
    """Return how the registers of the days were taken, in one query. years: the year groups; None for all.

    Each counts for the group's tutor of that day, whoever took it; `by_others` says how many somebody else took.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, asked_of(first, last, now=now, years=years, times=times))
        rows = [_Row(*row) for row in cursor.fetchall()]
    total = Punctual("All")
    for row in rows:
        total.add(row)
    return History(
        _summed(rows, lambda row: (row.group_id, row.group)), _summed(rows, lambda row: (row.who_id, row.who)), total
    )


def asked_of(
    first: date, last: date, *, now: datetime, years: Collection[int] | None, times: TimesKept
) -> dict[str, Any]:
    """Return what `DUE_REGISTERS` is asked with."""
    set_then = [(until, half, then) for until, then in (*times.before, (None, times.now)) for half in SESSIONS]
    return {
        "first": first,
        "last": last,
        "now": now,
        "years": None if years is None else sorted(years),
        "until": [until for until, _half, _then in set_then],
        "halves": [half for _until, half, _then in set_then],
        "starts": [then.am_starts if half == "AM" else then.pm_starts for _until, half, then in set_then],
        "overdue": [then.overdue_minutes for _until, _half, then in set_then],
        "is_here": [then.is_taken_here for _until, _half, then in set_then],
        "held": HELD_PERCENT,
        "zone": settings.TIME_ZONE,
    }


def _summed(rows: Iterable[_Row], key: Callable[[_Row], tuple[int | None, str]]) -> tuple[Punctual, ...]:
    found: dict[tuple[int | None, str], Punctual] = defaultdict(lambda: Punctual(""))
    for row in rows:
        held = found[key(row)]
        held.key, held.name = key(row)[0] or 0, key(row)[1]
        held.add(row)
    return tuple(sorted(found.values(), key=lambda held: (held.is_small, held.percent, held.name)))
