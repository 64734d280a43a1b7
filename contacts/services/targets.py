"""Writes to the target lists of half terms."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.models import TargetStudent
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import CalendarSpan, Student

FACTS = ("because", "every_weeks", "owner_id")


@dataclass(frozen=True)
class Promise:
    """What is agreed for a student: between which days, how often home is contacted, why, and who sees to it."""

    starts_on: date
    ends_on: date
    every_weeks: int
    because: str
    owner: User


def targets_agree(
    *, students: Sequence[Student], promise: Promise, token: UUID, by: User, now: datetime
) -> list[TargetStudent]:
    """Put the students on the list of the half term, and return those who are new on it; nobody stands there twice."""
    with transaction.atomic():
        listed = TargetStudent.objects.standing(starts_on=promise.starts_on, student__in=students)
        held = set(listed.values_list("student", flat=True))
        fresh = [student for student in students if student.pk not in held]
        return TargetStudent.objects.bulk_create(
            TargetStudent(
                token=token,
                student=student,
                starts_on=promise.starts_on,
                ends_on=promise.ends_on,
                every_weeks=promise.every_weeks,
                because=promise.because,
                owner=promise.owner,
                agreed_by=by,
                agreed_at=now,
            )
            for student in fresh
        )


@transaction.atomic
def targets_copy(*, targets: Iterable[TargetStudent], term: CalendarSpan, token: UUID, by: User, now: datetime) -> int:
    """Agree the same for another half term, and return for how many; who stands on its list already stays as agreed."""
    made = 0
    for target in targets:
        promise = Promise(term.first_day, term.last_day, target.every_weeks, target.because, target.owner)
        made += len(targets_agree(students=[target.student], promise=promise, token=token, by=by, now=now))
    return made


def target_change(*, target: TargetStudent, facts: Mapping[str, Any], version: str) -> None:
    """Put right what is agreed; what was agreed before is in the history. Raises Overtaken: see `versions`."""
    with transaction.atomic():
        held = TargetStudent.objects.select_for_update().get(pk=target.pk)
        facts_set(held, version, facts)
        held.save(update_fields=list(facts))
