"""The times of the school day as the settings page shows them, with what they were before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from attendance.models import LessonMark, Period, RegisterTimes

LOOK_BACK = timedelta(days=28)


def times_now() -> RegisterTimes:
    """Return the times as they stand."""
    return RegisterTimes.objects.get()


def periods_held() -> list[Period]:
    """Return the lessons of the day in order."""
    return list(Period.objects.order_by("starts"))


def period_names_in_use(today: date) -> list[str]:
    """Return the names of lessons in the marks of the last four weeks."""
    recent = LessonMark.objects.filter(date__range=(today - LOOK_BACK, today))
    return list(recent.order_by("period").values_list("period", flat=True).distinct())


@dataclass(frozen=True)
class TimesChange:
    """Times as they were until somebody changed them."""

    at: datetime
    by: str
    what: str


_CHANGES = """
    SELECT e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')), e.what
      FROM (
        SELECT pgh_created_at, pgh_context_id,
               'registers at ' || to_char(am_starts, 'HH24:MI') || ' and ' || to_char(pm_starts, 'HH24:MI')
               || ', open ' || open_minutes || ' minutes, overdue after ' || overdue_minutes
               || CASE WHEN is_taken_here THEN '' ELSE ', taken in the MIS' END AS what
          FROM attendance_registertimesevent
        UNION ALL
        SELECT pgh_created_at, pgh_context_id,
               name || ' ' || to_char(starts, 'HH24:MI') || '–' || to_char(ends, 'HH24:MI') || ' ' || session
          FROM attendance_periodevent
      ) e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     ORDER BY e.pgh_created_at DESC
     LIMIT 20
"""


def times_changes() -> tuple[TimesChange, ...]:
    """Return the last 20 changes of the school day, latest first, with who made them."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        return tuple(TimesChange(*row) for row in cursor.fetchall())
