"""Writes of what staff see in passing: form-time marks, and concerns for the DSL."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from behaviour.models import DslConcern, TutorMark
from pastoral.core.models import User
from pastoral.core.versions import Overtaken
from students.models import Student

# Letters and digits that nobody mistakes for one another, read aloud or written down.
ALPHABET = "234679ACDEFGHJKMNPRTWXYZ"
RECEIPT_LENGTH = 6
TAPPED_AGAIN = "Tapped again"


class MarkedByColleague(Exception):
    """A colleague's mark is not taken off by a tap; the message says whose it is."""


@dataclass(frozen=True)
class Marked:
    """What marking several has done. fresh: how many were not marked before; otherwise: whose mark has another note."""

    fresh: int
    otherwise: frozenset[int]


@transaction.atomic
def mark_tap(*, student: Student, day: date, kind: str, is_on: bool, by: User, now: datetime) -> TutorMark | None:
    """Set a form-time mark, or take one's own off again; return the mark that stands, None without one.

    The same tap again changes nothing. Raises MarkedByColleague for taking off what somebody else set that day.
    """
    held = _standing(student, day, kind)
    if held is None:
        return _set(student, day, kind, by, now) if is_on else None
    if is_on:
        return held
    if held.by_id != by.pk:
        raise MarkedByColleague(f"{held.by.formal_name} marked it today: they can take it off.")
    held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, TAPPED_AGAIN
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return None


@transaction.atomic
def marks_set(*, students: Collection[int], day: date, kind: str, note: str, by: User, now: datetime) -> Marked:
    """Mark several students for one matter, in one statement.

    Whoever is marked already stays so, with whose mark it is and its note. students: their keys.
    """
    before = dict(TutorMark.objects.standing(day=day, kind=kind, student__in=students).values_list("student", "note"))
    TutorMark.objects.bulk_create(
        [TutorMark(student_id=key, day=day, kind=kind, note=note, by=by, at=now) for key in students],
        ignore_conflicts=True,
    )
    otherwise = frozenset(key for key, words in before.items() if note and words != note)
    return Marked(len(students) - len(before), otherwise)


@transaction.atomic
def mark_note(*, mark: TutorMark, seen: str, note: str) -> TutorMark:
    """Write a note to a mark; what it said before stays in the history.

    seen: the note as the person saw it. Raises Overtaken where it says something else by now.
    """
    held = TutorMark.objects.select_for_update().get(pk=mark.pk)
    if held.note not in (seen, note):
        raise Overtaken
    if held.note != note:
        held.note = note
        held.save(update_fields=["note"])
    return held


def _standing(student: Student, day: date, kind: str) -> TutorMark | None:
    held = TutorMark.objects.standing(student=student, day=day, kind=kind).select_for_update(of=("self",))
    return held.select_related("by").first()


def _set(student: Student, day: date, kind: str, by: User, now: datetime) -> TutorMark | None:
    try:
        with transaction.atomic():
            return TutorMark.objects.create(student=student, day=day, kind=kind, by=by, at=now)
    except IntegrityError:  # the same tap came twice at once: it stands
        return _standing(student, day, kind)


@transaction.atomic
def concern_write(
    *, student: Student | None, about: str, words: str, token: UUID, by: User, now: datetime
) -> DslConcern:
    """Hand a concern to the DSL and return it with its receipt; the same sending again returns the same one.

    about: the name as written, for a student whom the writer cannot choose; it counts only without a student.
    """
    about = "" if student else about
    fresh = {
        "student": student,
        "about": about,
        "words": words,
        "written_by": by,
        "written_at": now,
        "receipt": _receipt(),
    }
    concern, _is_new = DslConcern.objects.get_or_create(token=token, defaults=fresh)
    return concern


@transaction.atomic
def concern_read(*, concern: DslConcern, kept_at: str, by: User, now: datetime) -> DslConcern:
    """Note that a DSL has read it, and where the DSL's own record of it stands; who read it first stays."""
    held = DslConcern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    if held.read_at is None:
        held.read_by, held.read_at = by, now
    held.kept_at = kept_at or held.kept_at
    held.save(update_fields=["read_by", "read_at", "kept_at"])
    return held


def _receipt() -> str:
    return "".join(secrets.choice(ALPHABET) for _n in range(RECEIPT_LENGTH))
