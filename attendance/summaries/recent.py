"""Each student's last 30 possible sessions: what the projection to persistent absence rests on (figures.md)."""

from datetime import date
from typing import Any

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import RECENT_SESSIONS
from attendance.summaries.shown import is_missed

# A code's key tells what a mark counts as, so that the index of the marks alone answers, backwards from the date.
_RECENT = """
    SELECT s.id, count(*) FILTER (WHERE m.code_id = ANY(%(missed)s)), count(*)
      FROM unnest(%(students)s::bigint[]) AS s(id)
     CROSS JOIN LATERAL (
           SELECT k.code_id
             FROM attendance_sessionmark k
            WHERE k.student_id = s.id AND k.date <= %(as_at)s AND k.code_id = ANY(%(possible)s)
            ORDER BY k.date DESC, k.session DESC
            LIMIT %(sessions)s
           ) m
     GROUP BY s.id
"""
MISSED_KEYS = [key for key in CODES_BY_KEY if is_missed(key)]
_ATTENDED_CLASSES = (CodeClass.PRESENT, CodeClass.APPROVED_ACTIVITY)
POSSIBLE_KEYS = [*MISSED_KEYS, *(key for key, code in CODES_BY_KEY.items() if code.code_class in _ATTENDED_CLASSES)]


def recent_sessions(as_at: date, students: list[int]) -> dict[int, tuple[int, int]]:
    """Return each student's missed and possible among the last 30 possible sessions up to the date, in one query."""
    asked: dict[str, Any] = {"students": students, "as_at": as_at, "sessions": RECENT_SESSIONS}
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, {**asked, "missed": MISSED_KEYS, "possible": POSSIBLE_KEYS})
        return {student: (missed, possible) for student, missed, possible in cursor.fetchall()}
