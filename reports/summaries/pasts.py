"""What lies behind students' year to date: their weeks, last year whole, and what was missed by code."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from attendance.codes import CODES_BY_KEY
from attendance.figures import NOTHING, Counts
from reports.summaries.shown import is_missed
from reports.summaries.week import Moment
from students.calendar import academic_year_of, academic_year_start, friday_of, monday_of


class WeekPart(NamedTuple):
    """One week's sessions of one student."""

    monday: date
    missed: int
    possible: int


@dataclass(frozen=True, slots=True)
class Past:
    """What lies behind a student's year to date: its weeks, the last week at whose end it was PA, last year whole.

    missed: sessions missed since 1 September by the key of their code.
    """

    weeks: tuple[WeekPart, ...] = ()
    last_pa_week: date | None = None
    last_year: Counts = NOTHING
    missed: tuple[tuple[int, int], ...] = ()

    def counts_to(self, monday: date) -> Counts:
        """Return the missed and attended sessions up to the end of a week, classes apart forgotten."""
        held = [week for week in self.weeks if week.monday <= monday]
        missed = sum(week.missed for week in held)
        return Counts(present=sum(week.possible for week in held) - missed, authorised=missed)


NO_PAST = Past()


def weeks_of_year(moment: Moment) -> tuple[date, ...]:
    """Return the Mondays of the school weeks of the academic year up to the as-at date, in order."""
    year = academic_year_of(moment.as_at)
    return tuple(
        monday
        for monday in moment.calendar.mondays
        if monday <= moment.as_at and academic_year_of(friday_of(monday)) == year
    )


_MISSED_KEYS = [key for key in CODES_BY_KEY if is_missed(key)]

# A week that ends before `early` possible sessions are reached makes nobody "was PA": one absence would (trap T6).
_PAST = """
    WITH weeks AS (
        SELECT student_id, monday, authorised + unauthorised AS missed,
               present + approved_activity + authorised + unauthorised AS possible,
               sum(authorised + unauthorised) OVER own AS missed_so_far,
               sum(present + approved_activity + authorised + unauthorised) OVER own AS possible_so_far
          FROM attendance_attendanceweek
         WHERE student_id = ANY(%(students)s) AND academic_year = %(year)s AND monday <= %(monday)s
        WINDOW own AS (PARTITION BY student_id ORDER BY monday)
    ), years AS (
        SELECT student_id, array_agg((monday - %(base)s::date) / 7 ORDER BY monday) AS weeks,
               array_agg(missed ORDER BY monday) AS missed, array_agg(possible ORDER BY monday) AS possible,
               max(monday) FILTER (WHERE monday < %(monday)s AND possible_so_far >= greatest(%(early)s, 1)
                                     AND 10 * missed_so_far >= possible_so_far) AS last_pa
          FROM weeks GROUP BY student_id
    ), last AS (
        SELECT student_id, sum(present) AS present, sum(approved_activity) AS approved_activity,
               sum(authorised) AS authorised, sum(unauthorised) AS unauthorised
          FROM attendance_attendanceweek
         WHERE student_id = ANY(%(students)s) AND academic_year = %(year)s - 1
         GROUP BY student_id
    )
    SELECT student_id, years.weeks, years.missed, years.possible, years.last_pa, reasons.keys, reasons.sessions,
           last.present, last.approved_activity, last.authorised, last.unauthorised
      FROM years FULL JOIN last USING (student_id)
     CROSS JOIN LATERAL (
           SELECT array_agg(code_id) AS keys, array_agg(sessions) AS sessions
             FROM (SELECT code_id, count(*) AS sessions FROM attendance_sessionmark m
                    WHERE m.student_id = coalesce(years.student_id, last.student_id)
                      AND m.date BETWEEN %(first)s AND %(last)s AND m.code_id = ANY(%(keys)s)
                    GROUP BY code_id) counted
           ) reasons
     WHERE student_id = ANY(%(among)s) OR last_pa IS NOT NULL
        OR 10 * (last.authorised + last.unauthorised)
           >= nullif(last.present + last.approved_activity + last.authorised + last.unauthorised, 0)
"""


def past_of(
    students: Sequence[int], moment: Moment, *, among: Collection[int], early_under: int = 0
) -> dict[int, Past]:
    """Return what lies behind the students of `among`, and behind all others that were PA once, in one query.

    Once: at the end of an earlier week of this year with at least `early_under` possible sessions, or over last year.
    """
    base = monday_of(academic_year_start(academic_year_of(moment.as_at)))
    known: dict[str, Any] = {
        "students": list(students),
        "among": list(among),
        "year": academic_year_of(moment.as_at),
        "monday": moment.monday,
        "base": base,
        "early": early_under,
        "first": moment.first,
        "last": moment.as_at,
        "keys": _MISSED_KEYS,
    }
    mondays: dict[int, date] = {(monday - base).days // 7: monday for monday in moment.calendar.mondays}
    with connection.cursor() as cursor:
        cursor.execute(_PAST, known)
        return {row[0]: _past(row, mondays) for row in cursor.fetchall()}


def _past(row: tuple[Any, ...], mondays: Mapping[int, date]) -> Past:
    _, weeks, missed, possible, last_pa, keys, sessions, present, *others = row
    held = zip(weeks, missed, possible, strict=True) if weeks else ()
    return Past(
        weeks=tuple(WeekPart(mondays[week], gone, due) for week, gone, due in held if week in mondays),
        last_pa_week=last_pa,
        last_year=NOTHING if present is None else Counts(present, *others),
        missed=tuple(zip(keys, sessions, strict=True)) if keys else (),
    )
