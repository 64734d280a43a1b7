"""Correcting one mark, or entering one that is missing."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from attendance.codes import Code, code_on
from attendance.models import SessionMark
from attendance.offers import codes_offered
from attendance.services.marks import MarkRow, ReasonMissing, marks_write
from attendance.summaries.reach import Reached
from attendance.summaries.times import SchoolTimes
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


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of a correction. turned: why it is U where L was chosen, or L where U was; "" otherwise."""

    is_changed: bool
    turned: str = ""


_ENTRIES_HELD = """
    SELECT count(*) FROM attendance_sessionmarkevent
     WHERE student_id = %s AND date = %s AND session = %s
"""
_TAKEN_MEANWHILE = "Somebody else changed this mark while you were writing. Nothing of yours is saved yet."


@transaction.atomic
def mark_correct(*, student: Reached, correction: Correction, by: User) -> Corrected:
    """Correct or enter one mark; return whether anything differs from what stood.

    L or U follows from the minutes, whichever of the two was chosen: present before the register closes, absent after
    (domain.md 0.5). Raises CodeNotOffered, MarkChanged when the session has more entries than the person saw, and
    ReasonMissing.
    Source: domain.md 1.5: a later change needs a reason; the entry it replaces is kept with who, when and why.
    """
    code, turned = _by_minutes(student, correction, _offered(student, correction, correction.code))
    mark = _locked(student.student_id, correction)
    if _entries(student.student_id, correction, mark) != correction.seen:
        raise MarkChanged(_TAKEN_MEANWHILE)
    comment = correction.comment if correction.comment is not None else (mark.comment if mark else "")
    minutes = correction.minutes if code.takes_minutes else None
    row = MarkRow(student.student_id, correction.day, correction.session, code.key, minutes, comment)
    is_changed = bool(marks_write(rows=[row], by=by, reason=correction.reason)) if mark else _entered(row, by)
    return Corrected(is_changed, turned)


def _entered(row: MarkRow, by: User) -> bool:
    try:
        return bool(marks_write(rows=[row], by=by))
    except ReasonMissing:  # it was entered between our look and our write
        raise MarkChanged(_TAKEN_MEANWHILE) from None


def _offered(student: Reached, correction: Correction, key: int) -> Code:
    offered = codes_offered(correction.day, correction.session, born_on=student.born_on, rights=student.rights)
    found = next((code for code in offered if code.key == key), None)
    if found is None:
        raise CodeNotOffered("Choose one of the codes offered: that one cannot stand for this student and session.")
    return found


def _by_minutes(student: Reached, correction: Correction, code: Code) -> tuple[Code, str]:
    """Return the late code that the minutes make it, and why when it is not the one chosen."""
    if not code.takes_minutes or correction.minutes is None:
        return code, ""
    times = SchoolTimes.load()
    letters = times.late_letters(correction.minutes)
    right = code_on(letters, correction.day)
    if right is None or letters == code.letters:
        return code, ""
    when = "after the register closes" if letters == "U" else "before the register closes"
    said = (
        f"It is {letters}, not {code.letters}: {correction.minutes} minutes is {when} ({times.open_minutes} minutes)."
    )
    return _offered(student, correction, right.key), said


def _locked(student_id: int, correction: Correction) -> SessionMark | None:
    held = SessionMark.objects.select_for_update().filter(
        student=student_id, date=correction.day, session=correction.session
    )
    return held.first()


def _entries(student_id: int, correction: Correction, mark: SessionMark | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES_HELD, [student_id, correction.day, correction.session])
        return int(cursor.fetchone()[0]) + (mark is not None)
