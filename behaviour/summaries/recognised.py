"""When students were recognised, by an achievement, praise in form time or a campaign: every page asks here."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

# A row for each time: the student's key and the day; taken back or withdrawn, also with its campaign, none counts.
# students: the keys; zone: the school's.
RECOGNISED = """
    SELECT student_id, awarded_on AS day FROM behaviour_achievement
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL
     UNION ALL
    SELECT student_id, day FROM behaviour_tutormark
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL AND kind = 'praise'
     UNION ALL
    SELECT award.student_id, (award.awarded_at AT TIME ZONE %(zone)s)::date FROM behaviour_campaignaward award
      JOIN behaviour_campaign campaign ON campaign.id = award.campaign_id AND campaign.withdrawn_at IS NULL
     WHERE award.student_id = ANY(%(students)s) AND award.withdrawn_at IS NULL
"""
_LAST = f"""
    SELECT student_id, max(day) FROM ({RECOGNISED}) recognised
     WHERE day BETWEEN %(first)s AND %(last)s GROUP BY student_id
"""  # noqa: S608 - put together from constants


def last_recognised(students: Collection[int], first: date, last: date) -> dict[int, date]:
    """Return the last day from first to last, both in, on which each was recognised; who never was is not in it."""
    asked: dict[str, Any] = {"students": list(students), "first": first, "last": last, "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(_LAST, asked)
        return dict(cursor.fetchall())
