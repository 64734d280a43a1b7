"""Proposals made by rules, and what people decide about them: a rule proposes, a person acts.

Whoever finds something hands it to `proposals_make`, each night or as often as wanted; whoever wants more than a
decision kept when a proposal of theirs is accepted registers the step with `on_acceptance`.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models.functions import Now

from attendance.models import Proposal, ProposalRule
from attendance.rules.found import Found, subject_of
from attendance.rules.registry import findings_and_faint, quiet_since
from attendance.services.marks import ReasonMissing, because
from attendance.summaries.reach import reached
from attendance.summaries.rule_data import rule_data, rule_settings
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.strands import Strand

__all__ = [
    "Decided",
    "Found",
    "Made",
    "ReasonMissing",
    "on_acceptance",
    "proposal_accept",
    "proposal_dismiss",
    "proposals_make",
    "proposals_run",
]

Step = Callable[[Sequence[Proposal], User, str], None]


@dataclass(frozen=True, slots=True)
class _OnAcceptance:
    step: Step
    needs: frozenset[Right]


_steps: dict[str, _OnAcceptance] = {}


@dataclass(frozen=True)
class Made:
    """What one run of a rule left: proposals written new or again open, and those that lapsed."""

    opened: int
    lapsed: int


@dataclass(frozen=True)
class Decided:
    """What became of a decision. done: decided by it; before: no longer open when it came, with who had decided.

    refused: still open, since the person may not take the step that accepting them means.
    """

    done: tuple[Proposal, ...]
    before: tuple[Proposal, ...]
    refused: tuple[Proposal, ...] = ()


def proposals_run(on: date) -> dict[str, Made]:
    """Propose what every rule finds on the date; running it twice changes nothing. A rule that is off lapses.

    on: a day that is over; its marks count. Each rule is a transaction of its own.
    """
    settings = rule_settings()
    data = rule_data(on, settings)
    found = findings_and_faint(data, settings)
    return {
        setting.slug: proposals_make(
            setting.slug,
            found.get(setting.slug, ()),
            on,
            quiet_since=quiet_since(data, setting),
            strand=setting.strand,
            person=setting.person,
        )
        for setting in settings
    }


def on_acceptance(rule: str, step: Step, *, needs: Collection[Right] = ()) -> None:
    """Have step(proposals, by, reason) run in the same transaction whenever proposals of the rule are accepted.

    needs: rights over the student without which nobody accepts one, whichever page it stands on.
    """
    _steps[rule] = _OnAcceptance(step, frozenset(needs))


_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('attendance_proposal:' || %s, 0))"
_OPEN = """
    INSERT INTO attendance_proposal AS p (student_id, rule, key, facts, proposes, proposed_on, status, reason, strand,
                                           person)
    SELECT f.student_id, %s, f.key, f.facts::jsonb, f.proposes, %s, 'open', '', %s, %s
      FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) f (student_id, key, facts, proposes)
     ORDER BY f.student_id, f.key
    ON CONFLICT (student_id, rule, key) DO UPDATE
       SET facts = excluded.facts, proposes = excluded.proposes, strand = excluded.strand, person = excluded.person,
           status = 'open',
           proposed_on = CASE WHEN p.status = 'lapsed' THEN excluded.proposed_on ELSE p.proposed_on END
     WHERE p.status IN ('open', 'lapsed')
       AND (p.status, p.facts, p.proposes, p.strand, p.person)
           IS DISTINCT FROM ('open', excluded.facts, excluded.proposes, excluded.strand, excluded.person)
    RETURNING xmax = 0 OR proposed_on = %s
"""
_LAPSE = """
    UPDATE attendance_proposal p SET status = 'lapsed'
     WHERE p.rule = %s AND p.status = 'open' AND (%s::bigint[] IS NULL OR p.student_id = ANY (%s::bigint[]))
       AND (p.student_id, p.key) NOT IN (SELECT * FROM unnest(%s::bigint[], %s::text[]))
"""


@transaction.atomic
def proposals_make(
    rule: str,
    found: Iterable[Found],
    on: date,
    *,
    among: Collection[int] | None = None,
    quiet_since: date | None = None,
    strand: str = Strand.ATTENDANCE,
    person: str = ProposalRule.Person.HEAD_OF_YEAR,
) -> Made:
    """Propose what a rule found on the date; the same again changes nothing, what holds no longer lapses.

    What somebody decided is never opened again nor proposed twice: one proposal for a student, rule and key (T9).
    among: the students that were looked at, when not all of them; only theirs lapse.
    quiet_since: for rules that look back over a moving window: a finding on the same subject that is still open keeps
    its key, and one decided since then keeps the rule quiet about it. What is faint opens nothing, but lets stay what
    is open. strand, person: what it is about, and whose step it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [rule])
        held = _held(rule, quiet_since) if quiet_since else {}
        places = {(one.student_id, held.get((one.student_id, subject_of(one.key)), one.key)): one for one in found}
        rows = _standing(places, rule)
        students, keys = [student for student, _ in rows], [key for _, key in rows]
        facts = [json.dumps(one.facts, default=str) for one in rows.values()]
        steps = [one.proposes for one in rows.values()]
        cursor.execute(_OPEN, [rule, on, strand, person, students, keys, facts, steps, on])
        opened = sum(is_opened for (is_opened,) in cursor.fetchall())
        few = None if among is None else list(among)
        cursor.execute(_LAPSE, [rule, few, few, students, keys])
        return Made(opened, cursor.rowcount)


def _standing(rows: dict[tuple[int, str], Found], rule: str) -> dict[tuple[int, str], Found]:
    """Return the findings without the faint ones for which nothing is open."""
    if not any(one.is_faint for one in rows.values()):
        return rows
    is_open = set(Proposal.objects.open().filter(rule=rule).values_list("student_id", "key"))
    return {place: one for place, one in rows.items() if not one.is_faint or place in is_open}


def _held(rule: str, quiet_since: date) -> dict[tuple[int, str], str]:
    """Return the key under which each student's finding on a subject is open, or was decided since the date."""
    rows = Proposal.objects.standing(rule, quiet_since).order_by("proposed_on", "pk")
    return {(student, subject_of(key)): key for student, key in rows.values_list("student_id", "key")}


def proposal_accept(*, proposals: Collection[int], by: User, reason: str) -> Decided:
    """Accept open proposals, several at once, and take the step that was registered for their rule.

    proposals: keys that the person may decide; the caller has seen to it. Whether they may take the step is looked at
    here: those that they may not stay open and are handed back. Raises ReasonMissing without a reason.
    """
    return _decide(proposals, by, reason, Proposal.Status.ACCEPTED)


def proposal_dismiss(*, proposals: Collection[int], by: User, reason: str) -> Decided:
    """Dismiss open proposals, several at once; nothing else happens. Raises ReasonMissing without a reason."""
    return _decide(proposals, by, reason, Proposal.Status.DISMISSED)


@transaction.atomic
def _decide(proposals: Collection[int], by: User, reason: str, status: Proposal.Status) -> Decided:
    said = reason.strip()
    if not said:
        raise ReasonMissing("Say why: the reason stays with the decision.")
    locked = list(Proposal.objects.filter(pk__in=proposals).select_for_update().order_by("pk"))
    is_open = [proposal for proposal in locked if proposal.status == Proposal.Status.OPEN]
    beyond = _beyond(is_open, by) if status == Proposal.Status.ACCEPTED else frozenset()
    keys = {proposal.pk for proposal in is_open} - beyond
    with because(by=by, reason=said):
        Proposal.objects.filter(pk__in=keys).update(status=status, decided_by=by, decided_at=Now(), reason=said)
        rows = tuple(Proposal.objects.filter(pk__in=proposals).select_related("decided_by").order_by("pk"))
        done = tuple(row for row in rows if row.pk in keys)
        if status == Proposal.Status.ACCEPTED:
            _take_steps(done, by, said)
    before = tuple(row for row in rows if row.pk not in keys | beyond)
    return Decided(done, before, tuple(row for row in rows if row.pk in beyond))


def _beyond(proposals: Sequence[Proposal], by: User) -> frozenset[int]:
    """Return the keys of those whose step the person may not take for their student."""
    needing = [(row, _steps[row.rule].needs) for row in proposals if row.rule in _steps and _steps[row.rule].needs]
    students = reached(by, {row.student_id for row, _ in needing}) if needing else {}
    return frozenset(
        row.pk
        for row, needs in needing
        if row.student_id not in students or not needs <= students[row.student_id].rights
    )


def _take_steps(accepted: Sequence[Proposal], by: User, reason: str) -> None:
    for rule in dict.fromkeys(proposal.rule for proposal in accepted):
        if held := _steps.get(rule):
            held.step([proposal for proposal in accepted if proposal.rule == rule], by, reason)
