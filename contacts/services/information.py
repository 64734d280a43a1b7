"""Writes to information received: filed, circulated, followed up."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.models import Information, Share
from contacts.services.changes import record_change
from pastoral.core.models import User
from students.models import Student


@transaction.atomic
def information_take(
    *,
    student: Student,
    facts: Mapping[str, Any],
    token: UUID,
    by: User,
    now: datetime,
    to: Iterable[User] = (),
    asks: str = "",
) -> Information:
    """File what came in, and circulate it; the same sending again returns what it made."""
    fresh = {**facts, "student": student, "taken_by": by, "taken_at": now}
    held, is_new = Information.objects.get_or_create(token=token, defaults=fresh)
    if is_new:
        information_circulate(information=held, to=to, asks=asks, by=by, now=now)
        _owner_shown(held, by, now)
    return held


def information_circulate(*, information: Information, to: Iterable[User], asks: str, by: User, now: datetime) -> int:
    """Show it to colleagues and return to how many it is new; whoever has it already keeps their receipt."""
    held = set(Share.objects.filter(information=information).values_list("to", flat=True))
    new = [
        Share(information=information, to=user, by=by, at=now, asks=asks)
        for user in to
        if user.pk not in held and user.pk != by.pk
    ]
    return len(Share.objects.bulk_create(new, ignore_conflicts=True))


@transaction.atomic
def information_change(
    *, information: Information, seen: str, facts: Mapping[str, Any], by: User, now: datetime
) -> None:
    """Put it right; whoever is to follow it up now is shown it. Raises Overtaken."""
    record_change(record=information, seen=seen, facts=facts)
    information.refresh_from_db()
    _owner_shown(information, by, now)


def _owner_shown(information: Information, by: User, now: datetime) -> None:
    """Show it to whoever follows it up: nobody can do what they may not read."""
    owner = information.follow_up_owner
    if owner and owner.pk != information.taken_by_id:
        information_circulate(information=information, to=[owner], asks=information.follow_up, by=by, now=now)


@transaction.atomic
def follow_up_done(*, information: Information, done: str, now: datetime) -> None:
    """Note what was done of what follows; the first time stands."""
    held = Information.objects.select_for_update().get(pk=information.pk)
    if held.follow_up and held.follow_up_done_at is None:
        held.follow_up_done_at, held.follow_up_done = now, done
        held.save(update_fields=["follow_up_done_at", "follow_up_done"])


def receipt_noted(*, information: Information, reader: User, now: datetime) -> None:
    """Note that somebody with whom it was shared opened it, at the first time."""
    Share.objects.filter(information=information, to=reader, read_at=None).update(read_at=now)
