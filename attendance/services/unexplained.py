"""Putting reasons to unexplained absences; past their date they are proposed as O, and a person confirms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from attendance.codes import code_on
from attendance.models import Proposal, SessionMark
from attendance.offers import codes_offered, present_in
from attendance.rules.found import Found
from attendance.services.marks import MarkRow, marks_write
from attendance.services.proposals import Made, on_acceptance, proposal_accept, proposal_dismiss, proposals_make
from attendance.summaries.reach import Reached, reached
from attendance.summaries.unexplained import (
    RESOLVES,
    RULE,
    UNEXPLAINED,
    UNKNOWN,
    Unexplained,
    resolve_by,
    session_key,
    unexplained_marks,
)
from pastoral.core.models import User
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class Resolved:
    """What became of marks that somebody put a reason to.

    done: sessions written. gone: those no longer N when it came, or out of the person's sight. refused: those that the
    code, or the person, may not.
    """

    done: int
    students: int
    gone: int
    refused: tuple[str, ...]


@transaction.atomic
def unexplained_resolve(*, marks: Collection[int], letters: str, comment: str, reason: str, by: User) -> Resolved:
    """Put a code to unexplained marks, several at once; what is no longer N is left alone and counted.

    letters: of a code that takes no minutes; "/" is presence in either session. Raises ReasonMissing without a reason.
    """
    held = _locked(SessionMark.objects.visible_to(by).filter(pk__in=marks))
    students = reached(by, {mark.student_id for mark in held})
    rows, refused, gone = [], [], len(set(marks)) - len(held)
    for mark in held:
        who = students[mark.student_id]
        if mark.code.letters != UNEXPLAINED:
            gone += 1
        elif (key := _key(who, mark, letters)) is None:
            refused.append(f"{who.name} {mark.date:%a} {mark.date.day} {mark.date:%b} {mark.session}")
        else:
            rows.append(MarkRow(mark.student_id, mark.date, mark.session, key, None, comment or mark.comment))
    written = marks_write(rows=rows, by=by, reason=reason)
    return Resolved(len(written), len({mark.student_id for mark in written}), gone, tuple(refused))


def _locked(marks: object) -> list[SessionMark]:
    rows = marks.select_related("code").select_for_update(of=("self",))  # type: ignore[attr-defined]
    return list(rows.order_by("student", "date", "session"))


def _key(who: Reached, mark: SessionMark, letters: str) -> int | None:
    """Return the key of the code for that student and session; None where this person may not enter it."""
    if not who.rights >= RESOLVES:
        return None
    wanted = present_in(mark.session) if letters in ("/", "\\") else letters
    offered = codes_offered(mark.date, mark.session, born_on=who.born_on, rights=who.rights)
    return next((code.key for code in offered if code.letters == wanted and not code.takes_minutes), None)


@transaction.atomic
def unexplained_propose(*, on: date, calendar: SchoolCalendar) -> Made:
    """Propose O for every N past its date; the same night again changes nothing, what has a reason by then lapses.

    on: the first school day after the 5th. Nothing is ever turned to O here: a person confirms (domain.md 0.6).
    """
    late = [
        (mark, by) for mark in unexplained_marks(on) if (by := resolve_by(calendar, mark.day)) is not None and by < on
    ]
    return proposals_make(RULE, [_found(mark, by) for mark, by in late], on)


def _found(mark: Unexplained, by: date) -> Found:
    facts = {"mark": mark.pk, "date": mark.day.isoformat(), "session": mark.session, "by": by.isoformat()}
    return Found(mark.student_id, session_key(mark.day, mark.session), facts, "O: no reason was found in time")


def unexplained_accept(*, proposals: Collection[int], by: User, reason: str) -> int:
    """Confirm proposals: their marks become O, with the reason; return how many did.

    A mark that is no longer N is left alone, and its proposal lapses. Raises ReasonMissing.
    """
    done = proposal_accept(proposals=_of_reach(proposals, by), by=by, reason=reason).done
    return Proposal.objects.filter(pk__in=[proposal.pk for proposal in done], status=Proposal.Status.ACCEPTED).count()


def unexplained_keep(*, proposals: Collection[int], by: User, reason: str) -> int:
    """Let marks stay N past their date, with the reason; they stay in the list. Return how many."""
    return len(proposal_dismiss(proposals=_of_reach(proposals, by), by=by, reason=reason).done)


def _of_reach(proposals: Collection[int], by: User) -> list[int]:
    """Return those of the rule's proposals about students for whom the person may set absence codes."""
    held = dict(Proposal.objects.filter(pk__in=proposals, rule=RULE).values_list("pk", "student_id"))
    students = reached(by, held.values())
    return [key for key, student in held.items() if student in students and students[student].rights >= RESOLVES]


def turn_to_unknown(proposals: Sequence[Proposal], by: User, reason: str) -> None:
    """Write O where an accepted proposal's mark is still N; elsewhere the proposal lapses: somebody knew better."""
    marks = _locked(SessionMark.objects.filter(pk__in=[proposal.facts["mark"] for proposal in proposals]))
    still = {mark.pk: mark for mark in marks if mark.code.letters == UNEXPLAINED}
    marks_write(rows=_unknown(still.values()), by=by, reason=reason)
    changed = [proposal.pk for proposal in proposals if proposal.facts["mark"] not in still]
    Proposal.objects.filter(pk__in=changed).update(
        status=Proposal.Status.LAPSED, decided_by=None, decided_at=None, reason=""
    )


def _unknown(marks: Iterable[SessionMark]) -> list[MarkRow]:
    codes = ((mark, code_on(UNKNOWN, mark.date)) for mark in marks)
    return [
        MarkRow(mark.student_id, mark.date, mark.session, code.key, None, mark.comment) for mark, code in codes if code
    ]


def proposals_join() -> None:
    """Have O written whenever one of these proposals is accepted, on whichever page, by who may enter it."""
    on_acceptance(RULE, turn_to_unknown, needs=RESOLVES)
