"""Writes to shares: one entry shown to named colleagues, when they opened it, and what they answered."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from contacts.models import Contact, Share
from pastoral.core.models import User

_STAMP = re.compile(r"\n\n\d\d/\d\d \d\d:\d\d: ")  # before each answer but the first


def contact_share(*, contact: Contact, to: Sequence[User], asks: str, by: User, now: datetime) -> int:
    """Show a contact to colleagues and return to how many it is new; whoever has it already keeps their receipt."""
    held = set(Share.objects.filter(contact=contact).values_list("to", flat=True))
    new = [Share(contact=contact, to=user, by=by, at=now, asks=asks) for user in to if user.pk not in held]
    return len(Share.objects.bulk_create(new, ignore_conflicts=True))


def share_read(*, share: Share, now: datetime) -> None:
    """Note when a colleague first opened what was shared with them."""
    if share.read_at is None:
        Share.objects.filter(pk=share.pk, read_at=None).update(read_at=now)
        share.read_at = now


@transaction.atomic
def share_reply(*, share: Share, words: str, now: datetime) -> None:
    """Answer; what was answered before stays above it. The same words sent twice are one answer."""
    held = Share.objects.select_for_update().get(pk=share.pk)
    if _last_answer(held.reply) == words:
        return
    stamped = f"{timezone.localtime(now):%d/%m %H:%M}: {words}"
    held.reply = f"{held.reply}\n\n{stamped}" if held.reply else words
    held.replied_at = now
    held.read_at = held.read_at or now
    held.save(update_fields=["reply", "replied_at", "read_at"])


def _last_answer(reply: str) -> str:
    return _STAMP.split(reply)[-1]
