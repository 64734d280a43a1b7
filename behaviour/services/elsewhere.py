"""Writes to what an earlier school suspended a student for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from behaviour.models import SuspensionElsewhere
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import Student

FACTS = ("academic_year", "sessions", "school", "source", "told_on")


@transaction.atomic
def elsewhere_record(
    *, student: Student, facts: Mapping[str, Any], token: UUID, by: User, now: datetime
) -> SuspensionElsewhere:
    """Record what an earlier school suspended the student for; the same sending makes it once."""
    fresh = {**facts, "student": student, "recorded_by": by, "recorded_at": now}
    made, _is_new = SuspensionElsewhere.objects.get_or_create(token=token, defaults=fresh)
    return made


@transaction.atomic
def elsewhere_change(*, held: SuspensionElsewhere, seen: str, facts: Mapping[str, Any]) -> SuspensionElsewhere:
    """Put it right; what it said before stays in the history.

    seen: the `version_of` its FACTS as the page was made. Raises Overtaken.
    """
    locked = _locked(held)
    facts_set(locked, seen, facts)
    locked.save(update_fields=list(facts))
    return locked


@transaction.atomic
def elsewhere_withdraw(*, held: SuspensionElsewhere, because: str, by: User, now: datetime) -> SuspensionElsewhere:
    """Withdraw it: it counts in no total any more. Done twice, the first one stands."""
    locked = _locked(held)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by, locked.withdrawn_because = now, by, because
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return locked


def _locked(held: SuspensionElsewhere) -> SuspensionElsewhere:
    return SuspensionElsewhere.objects.select_for_update().get(pk=held.pk)
