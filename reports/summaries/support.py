"""What is in place for students, and when home was last spoken to: places that later parts of the house fill.

A source is a SELECT over the tables of one app that yields (student_id, kind, words, day) for the students in
%(students)s: kind "live" for a step that is in place, with the day it began (%(since)s to %(on)s when it has no end of
its own), "began" for an intervention that is drawn on the line of weeks, with the day it began, whether or not it has
ended, "over" for one that leaves nothing in place, "contact" for a contact with home, with the day it happened. A
source also names the rights of which one over the student is needed to read it. All sources are read as one query,
because the pages that ask have few. What no source answers is "none logged yet": never that nothing was done.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import TextChoices

from attendance.figures.notices import UNAUTHORISED_KEYS
from attendance.models import NoticeDecision
from attendance.summaries.notice_weeks import first_day_looked_at
from attendance.summaries.notices import SEEING
from contacts.models import Channel, Result
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start

NONE_LOGGED = "none logged yet"
NOT_SHOWN = "not shown to your role"


@dataclass(frozen=True, slots=True)
class Source:
    """One SELECT and the rights of which one over a student is needed to read what it says of them.

    says_none: who may read it is told "none logged" where nothing is; of what tells of one strand alone, that would
    say too much. is_step: it tells of what is in place.
    """

    sql: str
    needs: frozenset[Right]
    says_none: bool = True
    is_step: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing in place for a student: what it is, in the school's words, and the day it began."""

    words: str
    since: date
    needs: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class LastContact:
    """The last contact with home that is logged: the day it happened and how, in a few words."""

    on: date
    words: str
    needs: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True)
class Support:
    """What is known to be done for one student.

    is_shown: the viewer may read of what is in place. began: interventions of this year, ended ones too. decided: on
    which days the penalty-notice windows ended that somebody decided on, whenever that was; missed: the days of the
    unauthorised sessions of such a student, each once for a session, since 1 September of last year.
    """

    last_contact: LastContact | None = None
    live: tuple[Step, ...] = ()
    is_shown: bool = True
    decided: tuple[date, ...] = ()
    missed: tuple[date, ...] = ()
    began: tuple[Step, ...] = ()

    def seen_with(self, rights: frozenset[Right]) -> "Support":
        """Return what a person with these rights over the student may read."""
        contact = self.last_contact
        return replace(
            self,
            last_contact=contact if contact and _may(contact.needs, rights) else None,
            live=tuple(step for step in self.live if _may(step.needs, rights)),
            began=tuple(step for step in self.began if _may(step.needs, rights)),
            is_shown=any(source.says_none and _may(source.needs, rights) for source in SOURCES),
        )

    @property
    def none_words(self) -> str:
        """What stands where nothing in place can be read."""
        return NONE_LOGGED if self.is_shown else NOT_SHOWN


def _may(needs: frozenset[Right], rights: frozenset[Right]) -> bool:
    return not needs or bool(needs & rights)


NO_SUPPORT = Support()

# Days are the school's own: what is decided just after midnight in summer is of that day, not of the day before.
_PROPOSALS = """
    SELECT student_id, 'live' AS kind, proposes AS words, (decided_at AT TIME ZONE %(zone)s)::date AS day
      FROM attendance_proposal
     WHERE student_id = ANY(%(students)s) AND status = 'accepted' AND strand = 'attendance'
       AND (decided_at AT TIME ZONE %(zone)s)::date BETWEEN %(since)s AND %(on)s
"""
_LADDERS = _PROPOSALS.replace("strand = 'attendance'", "strand <> 'attendance'")
_CARDS = """
    SELECT student_id, 'live' AS kind, 'Report card' AS words, starts_on AS day
      FROM behaviour_reportcard
     WHERE student_id = ANY(%(students)s) AND outcome = '' AND withdrawn_at IS NULL AND starts_on <= %(on)s
"""
_NOTICE_DECISIONS = """
    SELECT student_id, 'live' AS kind, decision AS words, (decided_at AT TIME ZONE %(zone)s)::date AS day
      FROM attendance_noticedecision
     WHERE student_id = ANY(%(students)s) AND decision <> 'not_appropriate'
       AND (decided_at AT TIME ZONE %(zone)s)::date BETWEEN %(since)s AND %(on)s
"""
# What tells whether the threshold at which a student stands was decided on.
_WINDOWS = """
    SELECT student_id, 'decided' AS kind, '' AS words, window_last AS day
      FROM attendance_noticedecision WHERE student_id = ANY(%(students)s)
    UNION ALL
    SELECT mark.student_id, 'missed' AS kind, '' AS words, mark.date AS day
      FROM attendance_sessionmark mark
     WHERE mark.student_id IN (SELECT student_id FROM attendance_noticedecision WHERE student_id = ANY(%(students)s))
       AND mark.code_id = ANY(%(unauthorised)s) AND mark.date BETWEEN %(looked_at)s AND %(on)s
"""
_DECISIONS: dict[str, str] = {value: str(label) for value, label in NoticeDecision.Decision.choices}


def _labels(column: str, choices: type[TextChoices]) -> str:
    """Return the SQL that turns a column of choices into their words."""
    cases = " ".join(f"WHEN '{value}' THEN '{str(label).lower()}'" for value, label in choices.choices)
    return f"CASE {column} {cases} END"


# The last contact with a parent or carer, reached or attempted: that there was one, never what was said.
_CONTACTS = f"""
    SELECT DISTINCT ON (student_id) student_id, 'contact' AS kind,
           {_labels("channel", Channel)} || ', ' || {_labels("result", Result)} AS words,
           (occurred_at AT TIME ZONE %(zone)s)::date AS day
      FROM contacts_contact
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL AND is_with_carer
       AND (occurred_at AT TIME ZONE %(zone)s)::date <= %(on)s
     ORDER BY student_id, occurred_at DESC, id DESC
"""  # noqa: S608 - put together from constants
# Of a restricted case no more than that there is one.
_CASES = """
    SELECT held.student_id, 'live' AS kind,
            CASE WHEN held.is_restricted THEN 'Restricted case'
                 ELSE 'Attendance case, stage ' || stage.code END AS words,
           held.stage_since AS day
      FROM interventions_pacase held JOIN interventions_casestage stage ON stage.id = held.stage_id
     WHERE held.student_id = ANY(%(students)s) AND held.withdrawn_at IS NULL AND held.closed_on IS NULL
       AND held.opened_on <= %(on)s
"""
_AGENCIES = """
    SELECT student_id, 'live' AS kind, 'Early help' AS words, opened_on AS day
      FROM contacts_earlyhelp
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL AND declined_because = ''
       AND opened_on <= %(on)s AND (closed_on IS NULL OR closed_on > %(on)s)
    UNION ALL
    SELECT student_id, 'live', 'Referral', sent_on
      FROM contacts_referral
     WHERE student_id = ANY(%(students)s) AND withdrawn_at IS NULL AND state IN ('sent', 'accepted')
       AND sent_on <= %(on)s
"""

# That a plan runs: what a restricted one is stays with its own people.
_PLANS = """
    SELECT plan.student_id, 'live' AS kind,
           CASE WHEN plan.is_restricted THEN 'Restricted plan' ELSE kind.name END AS words, plan.begun_on AS day
      FROM interventions_plan plan JOIN interventions_plankind kind ON kind.id = plan.kind_id
     WHERE plan.student_id = ANY(%(students)s) AND plan.withdrawn_at IS NULL
       AND plan.begun_on <= %(on)s AND (plan.ended_on IS NULL OR plan.ended_on > %(on)s)
"""

# Interventions by aim: what is not about attendance is for who reads of behaviour. A restricted one says no more.
_INTERVENTIONS = """
    SELECT place.student_id, kind,
           CASE WHEN held.is_restricted THEN 'Restricted intervention' ELSE type.name END AS words,
           place.joined_on AS day
      FROM interventions_interventionstudent place
      JOIN interventions_intervention held ON held.id = place.intervention_id
      JOIN interventions_interventiontype type ON type.id = held.type_id
      CROSS JOIN (VALUES ('live'), ('began')) AS told (kind)
     WHERE place.student_id = ANY(%(students)s) AND held.withdrawn_at IS NULL AND place.joined_on <= %(on)s
       AND held.aim IN ('attendance', 'punctuality')
       AND (kind = 'began' AND place.joined_on >= %(year)s
            OR kind = 'live' AND (place.left_on IS NULL OR place.left_on > %(on)s)
                             AND (held.ended_on IS NULL OR held.ended_on > %(on)s))
"""
_OTHER_INTERVENTIONS = _INTERVENTIONS.replace("held.aim IN", "held.aim NOT IN")

SOURCES: list[Source] = [
    Source(_PROPOSALS, frozenset({Right.DECIDE_PROPOSALS})),
    Source(_LADDERS, frozenset({Right.SEE_BEHAVIOUR_NARRATIVE}), says_none=False),
    Source(_CARDS, frozenset({Right.SEE_BEHAVIOUR_NARRATIVE}), says_none=False),
    Source(_NOTICE_DECISIONS, SEEING),
    Source(_CASES, frozenset({Right.SEE_PA_CASES}), says_none=False),
    Source(_CONTACTS, frozenset({Right.SEE_CONTACTS}), says_none=False, is_step=False),
    Source(_AGENCIES, frozenset({Right.SEE_AGENCIES}), says_none=False),
    Source(_PLANS, frozenset({Right.SEE_PLANS}), says_none=False),
    Source(_INTERVENTIONS, frozenset({Right.SEE_INTERVENTIONS}), says_none=False),
    Source(_OTHER_INTERVENTIONS, frozenset({Right.SEE_BEHAVIOUR_NARRATIVE}), says_none=False),
]


def support_of(students: Sequence[int], since: date, on: date) -> dict[int, Support]:
    """Return what is in place for those of the students of whom anything is logged, in one query.

    since: how far back a decision still counts as live: the first day of the last half term. on: today, so that what
    was decided today counts. Who reads it sees what `seen_with` leaves.
    """
    steps: dict[int, list[Step]] = defaultdict(list)
    days: dict[str, dict[int, list[date]]] = {"decided": defaultdict(list), "missed": defaultdict(list)}
    began: dict[int, list[Step]] = defaultdict(list)
    contacts: dict[int, LastContact] = {}
    every = [(-1, _WINDOWS), *((place, source.sql) for place, source in enumerate(SOURCES))]
    for source, student, kind, words, day in _read(every, students, since, on):
        if kind in days:
            days[kind][student].append(day)
            continue
        needs = SOURCES[source].needs
        if kind == "contact":
            contacts[student] = LastContact(day, words, needs)
        elif kind == "began":
            began[student].append(Step(words, day, needs))
        else:
            steps[student].append(Step(_DECISIONS.get(words, words), day, needs))
    return {
        student: Support(
            contacts.get(student),
            tuple(steps.get(student, ())),
            decided=tuple(days["decided"].get(student, ())),
            missed=tuple(days["missed"].get(student, ())),
            began=tuple(began.get(student, ())),
        )
        for student in {*steps, *contacts, *began, *days["decided"]}
    }


def needs_of_steps(students: Sequence[int], since: date, on: date) -> dict[int, tuple[frozenset[Right], ...]]:
    """Return, for those who have something in place, what reading of each step takes; one query, as `support_of`."""
    found: dict[int, list[frozenset[Right]]] = defaultdict(list)
    steps = [(place, source.sql) for place, source in enumerate(SOURCES) if source.is_step]
    for place, student, kind, _words, _day in _read(steps, students, since, on):
        if kind == "live":
            found[student].append(SOURCES[place].needs)
    return {student: tuple(needs) for student, needs in found.items()}


def may_read_any(needs: Iterable[frozenset[Right]], rights: frozenset[Right]) -> bool:
    """Test for rights over a student with which at least one of the steps may be read."""
    return any(_may(each, rights) for each in needs)


def _read(
    parts: Iterable[tuple[int, str]], students: Sequence[int], since: date, on: date
) -> list[tuple[int, int, str, str, date]]:
    """Return source, student, kind, words and day of what is logged, oldest first; the windows' source is -1."""
    selects = (
        f"SELECT {place} AS source, part.* FROM ({each}) part"  # noqa: S608 - put together from constants
        for place, each in parts
    )
    known: dict[str, Any] = {
        "students": list(students),
        "since": since,
        "on": on,
        "year": academic_year_start(academic_year_of(on)),
        "zone": settings.TIME_ZONE,
        "unauthorised": sorted(UNAUTHORISED_KEYS),
        "looked_at": first_day_looked_at(on),
    }
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects) + " ORDER BY day", known)
        found: list[tuple[int, int, str, str, date]] = cursor.fetchall()
    return found
