"""Correcting one mark, or entering one that is missing."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from attendance.codes import Code
from attendance.models import SessionMark
from attendance.offers import codes_offered
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.summaries.reach import Reached
from pastoral.core.models import User


class MarkChanged(Exception):
    """Somebody else changed the mark after the form was opened; the message is fit for the form."""


class CodeNotOffered(Exception):
    """The code may not stand there, or not from this person; the message is fit for the form."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a mark shall say. comment: None leaves the comment as it stands. seen: how many entries the person saw."""

    day: date
    session: str
    code: int
    minutes: int | None
    comment: str | None
    reason: str
    seen: int


_ENTRIES_HELD = """
    SELECT count(*) FROM attendance_sessionmarkevent
     WHERE student_id = %s AND date = %s AND session = %s
"""
_TAKEN_MEANWHILE = "Somebody else changed this mark while you were writing. Nothing of yours is saved yet."


@transaction.atomic
def mark_correct(*, student: Reached, correction: Correction, by: User) -> bool:
    """Correct or enter one mark; return whether anything differs from what stood.

    Raises CodeNotOffered, MarkChanged when the session has more entries than the person saw, and ReasonMissing.
    Source: domain.md 1.5: a later change needs a reason; the entry it replaces is kept with who, when and why.
    """
    code = _offered(student, correction)
    mark = _locked(student.student_id, correction)
    if _entries(student.student_id, correction, mark) != correction.seen:
        raise MarkChanged(_TAKEN_MEANWHILE)
    comment = correction.comment if correction.comment is not None else (mark.comment if mark else "")
    minutes = correction.minutes if code.takes_minutes else None
    row = MarkRow(student.student_id, correction.day, correction.session, code.key, minutes, comment)
    if mark:
        return bool(marks_write(rows=[row], by=by, reason=correction.reason))
    return _entered(row, by)


def _entered(row: MarkRow, by: User) -> bool:
    try:
        return bool(marks_write(rows=[row], by=by))
    except ReasonMissing:  # it was entered between our look and our write
        raise MarkChanged(_TAKEN_MEANWHILE) from None


def _offered(student: Reached, correction: Correction) -> Code:
    offered = codes_offered(correction.day, correction.session, born_on=student.born_on, rights=student.rights)
    found = next((code for code in offered if code.key == correction.code), None)
    if found is None:
        raise CodeNotOffered("Choose one of the codes offered: that one cannot stand for this student and session.")
    return found


def _locked(student_id: int, correction: Correction) -> SessionMark | None:
    held = SessionMark.objects.select_for_update().filter(
        student=student_id, date=correction.day, session=correction.session
    )
    return held.first()


def _entries(student_id: int, correction: Correction, mark: SessionMark | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES_HELD, [student_id, correction.day, correction.session])
        return int(cursor.fetchone()[0]) + (mark is not None)
