"""When each student was last seen, home last spoken to and told of each strand, and the student last recognised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from behaviour.summaries.recognised import RECOGNISED
from contacts.models import ContactRules, Purpose
from contacts.summaries.good_news import HEARD

# Which purposes of a contact tell home of which strand. Good news is told by behaviour's own list of it as well.
STRANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "attendance": ("Attendance", (Purpose.ABSENCE, Purpose.LATENESS)),
    "behaviour": ("Behaviour", (Purpose.BEHAVIOUR, Purpose.UNIFORM)),
    "learning": ("Learning", (Purpose.PROGRESS, Purpose.HOMEWORK)),
    "news": ("Good news", (Purpose.GOOD_NEWS,)),
}


@dataclass(frozen=True, slots=True)
class Lately:
    """The last day of each; None where none is logged. home: a parent or carer was reached, whoever rang.

    tried: an attempt later than that. attendance, behaviour, learning, news: home was reached or written to about it.
    """

    seen: date | None = None
    home: date | None = None
    tried: date | None = None
    attendance: date | None = None
    behaviour: date | None = None
    learning: date | None = None
    news: date | None = None
    recognised: date | None = None


NOTHING = Lately()


@dataclass(frozen=True, slots=True)
class QuietRules:
    """From when on somebody counts as not seen or not spoken to: school weeks, and weeks."""

    seen_weeks: int
    silent_weeks: int


_LATELY = f"""
    WITH seen AS (
        SELECT student_id, max((seen_at AT TIME ZONE %(zone)s)::date) AS seen
          FROM contacts_seen WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL AND seen_at < %(until)s
         GROUP BY student_id
    ), home AS (
        SELECT student_id,
               max(day) FILTER (WHERE result = 'reached') AS home,
               max(day) FILTER (WHERE result NOT IN ('reached', 'sent')) AS tried,
               max(day) FILTER (WHERE is_told AND purpose = ANY(%(attendance)s)) AS attendance,
               max(day) FILTER (WHERE is_told AND purpose = ANY(%(behaviour)s)) AS behaviour,
               max(day) FILTER (WHERE is_told AND purpose = ANY(%(learning)s)) AS learning
          FROM (SELECT student_id, result, purpose, (occurred_at AT TIME ZONE %(zone)s)::date AS day,
                       result IN ('reached', 'sent') AS is_told
                  FROM contacts_contact
                 WHERE student_id = ANY(%(students)s) AND is_with_carer AND withdrawn_at IS NULL
                   AND occurred_at < %(until)s) contact
         GROUP BY student_id
    ), told AS (
        SELECT student_id, max(day) AS news FROM ({HEARD}) heard WHERE day <= %(on)s GROUP BY student_id
    ), praised AS (
        SELECT student_id, max(day) AS recognised FROM ({RECOGNISED}) praise WHERE day <= %(on)s GROUP BY student_id
    )
    SELECT asked.student_id, seen, home, CASE WHEN tried > coalesce(home, '-infinity'::date) THEN tried END,
           attendance, behaviour, learning, news, recognised,
           (SELECT seen_weeks FROM contacts_contactrules), (SELECT silent_weeks FROM contacts_contactrules)
      FROM unnest(%(students)s) AS asked(student_id)
      LEFT JOIN seen USING (student_id) LEFT JOIN home USING (student_id)
      LEFT JOIN told USING (student_id) LEFT JOIN praised USING (student_id)
"""  # noqa: S608 - put together from constants


def lately_of(students: Sequence[int], on: date) -> tuple[dict[int, Lately], QuietRules]:
    """Return what was last when for each of the students to the end of the day, and the rules; one query."""
    rows = _read(students, on)
    rules = next((QuietRules(row[-2], row[-1]) for row in rows if row[-1]), usual_rules())
    return {row[0]: Lately(*row[1 : 1 + len(fields(Lately))]) for row in rows}, rules


def usual_rules() -> QuietRules:
    """Return the rules as a school begins, from the fields' own defaults."""
    rules = ContactRules()
    return QuietRules(rules.seen_weeks, rules.silent_weeks)


def _read(students: Sequence[int], on: date) -> list[tuple[Any, ...]]:
    known: Mapping[str, Any] = {
        "students": list(students),
        "on": on,
        "until": timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min)),
        "zone": settings.TIME_ZONE,
        **{strand: list(purposes) for strand, (_words, purposes) in STRANDS.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, known)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
