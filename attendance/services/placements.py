"""Writes to placements elsewhere: where a student is placed, and what the provider says of each session."""

from datetime import date, datetime

from django.db import transaction

from attendance.codes import CODES_BY_KEY, CodeClass, code_on
from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.services.marks import MarkRow, marks_write
from attendance.services.planned import (
    AlreadyDecided,
    PlanFault,
    plan_is_new,
    plan_made,
    review_fits,
    span_fits,
    student_locked,
)
from attendance.summaries.absences import is_here
from attendance.summaries.planned import Span, covers
from pastoral.core.models import User
from students.models import Student

Outcome = PlacementConfirmation.Outcome


class NotExpected(Exception):
    """The student was not expected there in that session, or it has not begun; the message is fit for the page."""


@transaction.atomic
def placement_add(
    *,
    student: Student,
    code: int,
    span: Span,
    provider: str,
    telephone: str,
    review_on: date,
    note: str,
    by: User,
    at: datetime,
) -> PlannedMark:
    """Place a student elsewhere for some sessions of the week: D at another school, K by the authority, B by us.

    Raises PlanFault when it cannot stand. Source: domain.md 1.1 (K, B, D); product.md D69.
    """
    student_locked(student)
    if not span.sessions:
        raise PlanFault("sessions", "Tick the sessions that the student spends there.")
    span_fits(student, span, code)
    plan_is_new(student, PlannedMark.Kind.PLACEMENT, code, span)
    review_fits(span, review_on)
    facts = {"kind": PlannedMark.Kind.PLACEMENT, "code_id": code, "provider": provider, "note": note}
    return plan_made(student, span, by, at, **facts, provider_telephone=telephone, review_on=review_on)


@transaction.atomic
def placement_confirm(
    *,
    planned: PlannedMark,
    day: date,
    session: str,
    outcome: str,
    seen: str,
    told_by: str,
    by: User,
    at: datetime,
) -> str:
    """Take down what the provider said of one session, and mark the register by it; return what to tell, or "".

    K and B: attended writes the code, not attended writes N where no better reason stands. D: the register keeps D.
    A mark of presence here is never replaced. seen: the answer the person saw; raises AlreadyDecided when it is another
    one by now, NotExpected when the plan does not cover the session.
    """
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    stands = held.kind == PlannedMark.Kind.PLACEMENT and held.status == PlannedMark.Status.AGREED
    if not stands or not covers(held, day, session):
        raise NotExpected("This student is not expected there in that session.")
    before = PlacementConfirmation.objects.filter(planned=held, date=day, session=session).first()
    if (before.outcome if before else "") != seen:
        raise AlreadyDecided(_already(before))
    PlacementConfirmation.objects.update_or_create(
        planned=held,
        date=day,
        session=session,
        defaults={"outcome": outcome, "told_by": told_by, "confirmed_by": by, "confirmed_at": at},
    )
    return _mark(held, day, session, outcome, by)


def _already(before: PlacementConfirmation | None) -> str:
    if before is None:
        return "That answer was taken back meanwhile. The page shows how it stands now."
    return f"{before.confirmed_by} has put it down meanwhile: {before.get_outcome_display().lower()}."


def _mark(held: PlannedMark, day: date, session: str, outcome: str, by: User) -> str:
    """Write the mark that follows from the answer, where one does."""
    placed = CODES_BY_KEY[held.code_id]
    if placed.letters == "D" or outcome == Outcome.NO_ANSWER:
        return ""
    mark = SessionMark.objects.select_for_update().filter(student=held.student_id, date=day, session=session).first()
    now = CODES_BY_KEY[mark.code_id] if mark else None
    if now is not None and is_here(now.key):
        return f"The register says {now.letters} (in school) in that session: it was left as it is. Ask which is right."
    if outcome == Outcome.ATTENDED:
        _write(held, day, session, placed.key, "The provider says: attended", by)
    elif now is None or now.code_class is CodeClass.APPROVED_ACTIVITY:
        unknown = code_on("N", day)
        if unknown:
            _write(held, day, session, unknown.key, "The provider says: did not attend", by)
    return ""


def _write(held: PlannedMark, day: date, session: str, key: int, reason: str, by: User) -> None:
    marks_write(rows=[MarkRow(held.student_id, day, session, key)], by=by, reason=reason)
