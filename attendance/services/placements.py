"""Writes to placements elsewhere: where a student is placed, and what the provider says of each session."""

from datetime import date, datetime

from django.db import transaction

from attendance.codes import CODES, CODES_BY_KEY, Code, CodeClass
from attendance.models import PlacementConfirmation, PlannedMark, SessionMark
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.services.plan_rules import (
    AlreadyDecided,
    PlanFault,
    plan_is_new,
    plan_made,
    review_fits,
    span_fits,
    student_locked,
)
from attendance.summaries.plan_marks import is_here
from attendance.summaries.planned import Span, covers
from pastoral.core.models import User
from students.models import SchoolDay, Student

Outcome = PlacementConfirmation.Outcome
NO_REASON_YET = next(code for code in CODES if code.letters == "N")


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
    one by now, NotExpected when the plan does not cover the session, school does not meet or the student is off roll.
    """
    held = PlannedMark.objects.select_for_update().get(pk=planned.pk)
    _expected_there(held, day, session)
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


def _expected_there(held: PlannedMark, day: date, session: str) -> None:
    stands = held.kind == PlannedMark.Kind.PLACEMENT and held.status == PlannedMark.Status.AGREED
    if not stands or not covers(held, day, session):
        raise NotExpected("This student is not expected there in that session.")
    if not SchoolDay.objects.filter(day=day).exists():
        raise NotExpected(f"School does not meet on {day:%a %-d %b}: nobody is expected there, and nothing was saved.")
    student = held.student
    if day < student.admitted_on or (student.left_on is not None and day > student.left_on):
        raise NotExpected(f"{student.forename} was not on roll on {day:%a %-d %b}: nothing was saved.")


def _already(before: PlacementConfirmation | None) -> str:
    if before is None:
        return "That answer was taken back meanwhile. The page shows how it stands now."
    return f"{before.confirmed_by} has put it down meanwhile: {before.get_outcome_display().lower()}."


def _mark(held: PlannedMark, day: date, session: str, outcome: str, by: User) -> str:
    """Write the mark that follows from the answer, where one does."""
    placed = CODES_BY_KEY[held.code_id]
    if placed.letters == "D" or outcome == Outcome.NO_ANSWER:
        return ""
    said, reason = placed, "The provider says: attended"
    if outcome == Outcome.ABSENT:
        said, reason = NO_REASON_YET, "The provider says: did not attend"
    row = MarkRow(held.student_id, day, session, said.key)
    now = _standing(row)
    if now is None:
        try:
            marks_write(rows=[row], by=by)  # without a reason, so that nothing is replaced unseen
        except ReasonMissing:
            now = _standing(row)  # somebody took the register in this very moment
    if now is None:
        return ""
    if is_here(now.key):
        return f"The register says {now.letters} (in school) in that session: it was left as it is. Ask which is right."
    if outcome == Outcome.ATTENDED or now.code_class is CodeClass.APPROVED_ACTIVITY:
        marks_write(rows=[row], by=by, reason=reason)
    return ""


def _standing(row: MarkRow) -> Code | None:
    """Return the code that stands in the session, and hold it until the answer is taken down."""
    marks = SessionMark.objects.select_for_update()
    mark = marks.filter(student=row.student_id, date=row.date, session=row.session).first()
    return CODES_BY_KEY[mark.code_id] if mark else None
