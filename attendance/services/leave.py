"""Writes to leave: asked for by a parent, and granted, granted in part or refused by somebody who may."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from attendance.codes import CODES_BY_KEY
from attendance.models import PlannedMark
from attendance.services.marks import because
from attendance.services.plan_rules import (
    AlreadyDecided,
    PlanFault,
    decided,
    in_order,
    plan_is_new,
    plan_made,
    span_fits,
    student_locked,
)
from attendance.summaries.absences import span_words
from attendance.summaries.plan_offers import ASKED_IN_ADVANCE
from attendance.summaries.planned import Span
from pastoral.core.models import User
from students.models import Student


class Decision(StrEnum):
    """What becomes of a request for leave."""

    GRANT = "grant"
    PART = "part"
    REFUSE = "refuse"


@transaction.atomic
def leave_ask(
    *, student: Student, code: int, span: Span, note: str, asked_by: str, asked_on: date, by: User, at: datetime
) -> PlannedMark:
    """Take down a parent's request for leave; nobody is expected away until somebody who may grants it.

    Source: domain.md 1.1 (reg 11(1)): only a person whom the proprietor authorised may grant leave.
    """
    student_locked(student)
    span_fits(student, span, code)
    plan_is_new(student, PlannedMark.Kind.LEAVE, code, span)
    facts = {"kind": PlannedMark.Kind.LEAVE, "status": PlannedMark.Status.ASKED, "code_id": code, "note": note}
    return plan_made(student, span, by, at, **facts, asked_by=asked_by, asked_on=asked_on)


@transaction.atomic
def leave_decide(
    *, planned: PlannedMark, decision: Decision, code: int, span: Span, reason: str, by: User, at: datetime
) -> PlannedMark:
    """Grant leave, refuse it, or grant part of its dates and refuse the rest; return the request as it then stands.

    code, span: what is granted and when; neither matters to a refusal. reason: wanted unless all is granted.
    Raises AlreadyDecided when somebody decided before, PlanFault when the decision cannot stand.
    """
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    _undecided(held)
    if decision is not Decision.GRANT and not reason.strip():
        raise PlanFault("reason", "Say why: the parent is told, and the reason stays with the decision.")
    asked = Span.of(held)
    with because(by=by, reason=reason or "Leave granted"):
        decided(held, PlannedMark.Status.REFUSED, reason, by, at)
        if decision is not Decision.REFUSE:
            _grants(held, code)
            held.status, held.code_id = PlannedMark.Status.AGREED, code
        if decision is Decision.PART:
            _part(held, asked, span, reason, by, at)
        held.save()
    return held


def _undecided(held: PlannedMark) -> None:
    if held.status == PlannedMark.Status.ASKED:
        return
    done = {"agreed": "granted", "refused": "refused", "withdrawn": "withdrawn"}[held.status]
    when = f" on {held.decided_at:%a %-d %b}" if held.decided_at else ""
    raise AlreadyDecided(f"This leave was {done} by {held.decided_by}{when}. That decision stands.")


def _grants(held: PlannedMark, code: int) -> None:
    letters = CODES_BY_KEY[code].letters
    if letters in ASKED_IN_ADVANCE and held.asked_on is not None and held.asked_on > held.starts_on:
        raise PlanFault("code", f"{letters} can only be granted when it was asked for in advance; this was not.")


def _part(held: PlannedMark, asked: Span, granted: Span, reason: str, by: User, at: datetime) -> None:
    """Narrow the request to what is granted, and lay down what is left of it as refused."""
    in_order(granted)
    begins, ends = (granted.starts_on, granted.starts_session), (granted.ends_on, granted.ends_session)
    if begins < (asked.starts_on, asked.starts_session) or ends > (asked.ends_on, asked.ends_session):
        raise PlanFault("starts_on", f"Leave was asked for {span_words(asked)}: grant a part of that.")
    rest = _rest(asked, granted)
    if not rest:
        raise PlanFault("starts_on", "That is all of it: choose to grant the leave, or fewer sessions.")
    held.batch = uuid.uuid4()
    held.starts_on, held.starts_session = begins
    held.ends_on, held.ends_session = ends
    for span in rest:
        PlannedMark.objects.create(
            student_id=held.student_id, kind=held.kind, status=PlannedMark.Status.REFUSED, code_id=held.code_id,
            starts_on=span.starts_on, starts_session=span.starts_session, ends_on=span.ends_on,
            ends_session=span.ends_session, note=held.note, asked_by=held.asked_by, asked_on=held.asked_on,
            decided_by=by, decided_at=at, decision_reason=reason, batch=held.batch,
            created_by_id=held.created_by_id, created_at=held.created_at,
        )  # fmt: skip


def _rest(asked: Span, granted: Span) -> list[Span]:
    """Return what was asked for and not granted: before it, after it."""
    rest = []
    if (asked.starts_on, asked.starts_session) < (granted.starts_on, granted.starts_session):
        day, session = _before(granted.starts_on, granted.starts_session)
        rest.append(replace(asked, ends_on=day, ends_session=session))
    if (granted.ends_on, granted.ends_session) < (asked.ends_on, asked.ends_session):
        day, session = _after(granted.ends_on, granted.ends_session)
        rest.append(replace(asked, starts_on=day, starts_session=session))
    return rest


def _before(day: date, session: str) -> tuple[date, str]:
    return (day, "AM") if session == "PM" else (day - timedelta(days=1), "PM")


def _after(day: date, session: str) -> tuple[date, str]:
    return (day, "PM") if session == "AM" else (day + timedelta(days=1), "AM")
