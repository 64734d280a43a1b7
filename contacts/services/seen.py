"""Writes to the times when students were seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from contacts.models import Seen
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import Student

FACTS = ("reason", "review_on", "narrative", "is_restricted")


@dataclass(frozen=True)
class Sight:
    """What is told of a time when somebody saw a student. at: when; reason: of Seen.Reason."""

    at: datetime
    reason: str = Seen.Reason.CHECK_IN
    narrative: str = ""
    is_restricted: bool = False
    review_on: date | None = None


@transaction.atomic
def seen_mark(*, students: Sequence[Student], sight: Sight, token: UUID, by: User, now: datetime) -> int:
    """Note that the person saw each of the students, and return of how many it is new: a second click adds nothing."""
    before = Seen.objects.filter(token=token, student__in=students).count()
    Seen.objects.bulk_create(
        (
            Seen(
                token=token,
                student=student,
                seen_at=sight.at,
                logged_at=now,
                by=by,
                reason=sight.reason,
                narrative=sight.narrative,
                is_restricted=sight.is_restricted,
                review_on=sight.review_on,
            )
            for student in students
        ),
        ignore_conflicts=True,
    )
    return Seen.objects.filter(token=token, student__in=students).count() - before


@transaction.atomic
def seen_tap(*, student: Student, by: User, now: datetime) -> tuple[Seen, bool]:
    """Note a check-in with one tap, and say whether it is new: one a day by the same person, until it is taken back."""
    day = timezone.localdate(now)
    mine = Seen.objects.filter(student=student, by=by, seen_at__date=day)
    taken_back = set(
        mine.exclude(withdrawn_at=None).values_list("token", flat=True)
    )  # other notes of the day among them
    tries = (uuid5(NAMESPACE_OID, f"seen {by.pk} {student.pk} {day} {turn}") for turn in range(len(taken_back) + 1))
    token = next(token for token in tries if token not in taken_back)
    return Seen.objects.get_or_create(
        token=token, student=student, defaults={"seen_at": now, "logged_at": now, "by": by}
    )


def seen_put_right(*, seen: Seen, facts: Mapping[str, Any], version: str) -> None:
    """Put right what is told of it; what it said before is in the history. Raises Overtaken: see `versions`."""
    with transaction.atomic():
        held = Seen.objects.select_for_update().get(pk=seen.pk)
        facts_set(held, version, facts)
        held.save(update_fields=list(facts))
