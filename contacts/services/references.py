"""Writes to requests for references: registered, drafted, signed off by another, sent; the copy stays as it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from contacts.models import ReferenceRequest
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import Overtaken, facts_set, version_of
from students.models import Student


class NotNow(Exception):
    """It stands otherwise, or the person may not; the message is fit for the page."""


def reference_add(*, student: Student, facts: Mapping[str, Any], token: UUID) -> ReferenceRequest:
    """Put a request into the register; the same sending again returns what it made."""
    held, _is_new = ReferenceRequest.objects.get_or_create(token=token, defaults={**facts, "student": student})
    return held


@transaction.atomic
def draft_save(*, reference: ReferenceRequest, seen: str, draft: str, is_ready: bool, by: User, now: datetime) -> None:
    """Write the draft, and hand it on to be signed off. Raises Overtaken, and NotNow once it is signed off."""
    held = ReferenceRequest.objects.select_for_update().get(pk=reference.pk)
    if held.signed_off_at is not None:
        raise NotNow("It is signed off: have that taken back before the words change.")
    facts_set(held, seen, {"draft": draft})
    held.drafted_by = by
    held.ready_at = (held.ready_at or now) if is_ready else None
    held.save(update_fields=["draft", "drafted_by", "ready_at"])


@transaction.atomic
def reference_sign(*, reference: ReferenceRequest, seen: str, by: User, now: datetime) -> None:
    """Sign off the words as the person read them. Raises Overtaken where they changed since, and NotNow."""
    held = ReferenceRequest.objects.select_for_update().get(pk=reference.pk)
    if held.signed_off_at is not None:
        return
    if by.pk in (held.drafted_by_id, held.owner_id):
        raise NotNow("Somebody else than its writer signs it off.")
    if not held.draft or held.ready_at is None:
        raise NotNow("Its writer has not handed it on yet.")
    if version_of(held, ("draft",)) != seen:
        raise Overtaken
    held.signed_off_by, held.signed_off_at = by, now
    held.save(update_fields=["signed_off_by", "signed_off_at"])


@transaction.atomic
def reference_unsign(*, reference: ReferenceRequest) -> None:
    """Take the signature back, so that the words can change; never once it was sent. Raises NotNow."""
    held = ReferenceRequest.objects.select_for_update().get(pk=reference.pk)
    if held.sent_on is not None:
        raise NotNow(f"It was sent on {day(held.sent_on)}: its copy stays as it was.")
    held.signed_off_by = held.signed_off_at = held.ready_at = None
    held.save(update_fields=["signed_off_by", "signed_off_at", "ready_at"])


@transaction.atomic
def reference_send(*, reference: ReferenceRequest, sent_on: date, sent_to: str) -> None:
    """Note where it went; the first time stands. Raises NotNow before it was signed off."""
    held = ReferenceRequest.objects.select_for_update().get(pk=reference.pk)
    if held.sent_on is not None:
        return
    if held.signed_off_at is None:
        raise NotNow("It is signed off before it is sent.")
    if sent_on < timezone.localdate(held.signed_off_at):
        raise NotNow(f"It was signed off only on {day(held.signed_off_at)}.")
    held.sent_on, held.sent_to = sent_on, sent_to
    held.save(update_fields=["sent_on", "sent_to"])
