"""Whether the weekly totals that triggers keep are those of the marks."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from attendance.models import AttendanceWeek


@dataclass(frozen=True)
class TotalsFault:
    """A weekly total that differs from its marks."""

    student_id: int
    monday: date
    academic_year: int


_FAULTS = """
    WITH counted AS (
        SELECT m.student_id,
               date_trunc('week', m.date)::date AS monday,
               extract(year FROM m.date - interval '8 months')::smallint AS academic_year,
               count(*) FILTER (WHERE c.code_class = 'present') AS present,
               count(*) FILTER (WHERE c.code_class = 'approved_activity') AS approved_activity,
               count(*) FILTER (WHERE c.code_class = 'authorised') AS authorised,
               count(*) FILTER (WHERE c.code_class = 'unauthorised') AS unauthorised,
               count(*) FILTER (WHERE c.code_class IN ('not_possible', 'administrative')) AS not_counted,
               count(*) FILTER (WHERE c.letters = 'L') AS late_before_close,
               count(*) FILTER (WHERE c.letters = 'U') AS late_after_close,
               coalesce(sum(m.minutes_late), 0) AS minutes_late
          FROM attendance_sessionmark m JOIN attendance_attendancecode c ON c.id = m.code_id
         GROUP BY 1, 2, 3
    ), held AS (
        SELECT student_id, monday, academic_year, present, approved_activity, authorised, unauthorised, not_counted,
               late_before_close, late_after_close, minutes_late
          FROM attendance_attendanceweek
         WHERE present + approved_activity + authorised + unauthorised + not_counted > 0 OR minutes_late > 0
    )
    SELECT DISTINCT student_id, monday, academic_year
      FROM ((TABLE counted EXCEPT TABLE held) UNION ALL (TABLE held EXCEPT TABLE counted)) faults
     ORDER BY 1, 2, 3
"""


def totals_faults() -> tuple[TotalsFault, ...]:
    """Count every mark again and return the weeks whose kept totals differ; none when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(_FAULTS)
        return tuple(TotalsFault(*row) for row in cursor.fetchall())


def weeks_checked() -> int:
    """Return how many weekly totals are kept."""
    return AttendanceWeek.objects.count()
