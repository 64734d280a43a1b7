"""What is in place for students, and when home was last spoken to: places that later parts of the house fill.

A source is a SELECT over the tables of one app that yields (student_id, kind, words, day) for the students in
%(students)s: kind "live" for a step that is in place, with the day it began (%(since)s to %(on)s when it has no end of
its own), kind "contact" for a contact with home that is logged, with the day it happened. All sources are read as one
query, because the pages that ask have few. What no source answers is "none logged yet": never that nothing was done.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from attendance.models import NoticeDecision

NONE_LOGGED = "none logged yet"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in place for a student: what it is, in the school's words, and the day it began."""

    words: str
    since: date


@dataclass(frozen=True, slots=True)
class LastContact:
    """The last contact with home that is logged: the day it happened and how, in a few words."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class Support:
    """What is known to be done for one student."""

    last_contact: LastContact | None = None
    live: tuple[Step, ...] = ()


NO_SUPPORT = Support()

_PROPOSALS = """
    SELECT student_id, 'live' AS kind, proposes AS words, decided_at::date AS day FROM attendance_proposal
     WHERE student_id = ANY(%(students)s) AND status = 'accepted' AND decided_at::date BETWEEN %(since)s AND %(on)s
"""
_NOTICE_DECISIONS = """
    SELECT student_id, 'live', decision, decided_at::date FROM attendance_noticedecision
     WHERE student_id = ANY(%(students)s) AND decision <> 'not_appropriate'
       AND decided_at::date BETWEEN %(since)s AND %(on)s
"""
_DECISIONS: dict[str, str] = {value: str(label) for value, label in NoticeDecision.Decision.choices}

# Later parts put theirs in here: contacts answers whom we spoke to, interventions what is live.
SOURCES: list[str] = [_PROPOSALS, _NOTICE_DECISIONS]


def support_of(students: Sequence[int], since: date, on: date) -> dict[int, Support]:
    """Return what is in place for those of the students of whom anything is logged, in one query.

    since: how far back a decision still counts as live: the first day of the last half term.
    """
    steps: dict[int, list[Step]] = defaultdict(list)
    contacts: dict[int, LastContact] = {}
    with connection.cursor() as cursor:
        known: dict[str, Any] = {"students": list(students), "since": since, "on": on}
        cursor.execute(" UNION ALL ".join(SOURCES) + " ORDER BY day", known)
        for student, kind, words, day in cursor.fetchall():
            if kind == "contact":
                contacts[student] = LastContact(day, words)
            else:
                steps[student].append(Step(_DECISIONS.get(words, words), day))
    return {student: Support(contacts.get(student), tuple(steps.get(student, ()))) for student in {*steps, *contacts}}
