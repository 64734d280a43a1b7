"""Writes to contacts that stand: put right, passed on, their next step done, withdrawn with a reason."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.models import Contact
from pastoral.core.models import User
from pastoral.core.versions import Overtaken, facts_set, version_of

FACTS = (
    "occurred_at",
    "direction",
    "channel",
    "result",
    "purpose",
    "outcome",
    "narrative",
    "is_restricted",
    "retry_at",
    "next_step",
    "next_on",
    "who_answered",
    "safety_note",
    "shared",
    "basis",
    "reference",
)


def contact_version(contact: Contact, visitors: Collection[int]) -> str:
    """Return what tells the contact as it stands from any other state of it. visitors: the keys of who went."""
    return f"{version_of(contact, FACTS)}-{_went(contact, visitors)}"


def _went(contact: Contact, visitors: Collection[int]) -> str:
    return version_of(contact, (), sorted(visitors))[:12]


@transaction.atomic
def contact_change(*, contact: Contact, seen: str, facts: Mapping[str, Any], visitors: Collection[int]) -> None:
    """Put a contact right. seen: its version as the person saw it; raises Overtaken where somebody changed it since.

    visitors: the keys of who went. A step that was done stays done, unless another one takes its place.
    """
    seen, _, went = seen.partition("-")
    held = Contact.objects.select_for_update().get(pk=contact.pk)
    changed = {name for name, value in facts.items() if getattr(held, name) != value}
    facts_set(held, seen, facts)
    if "next_step" in changed:
        held.next_done_at, held.next_done_by = None, None
        changed |= {"next_done_at", "next_done_by"}
    held.save(update_fields=changed)
    _visitors_set(held, went, visitors)


def _visitors_set(held: Contact, seen: str, visitors: Collection[int]) -> None:
    before = set(held.visited_by.values_list("pk", flat=True))
    if before != set(visitors):
        if _went(held, before) != seen:
            raise Overtaken
        held.visited_by.set(visitors)


def contact_pass(*, contact: Contact, to: User) -> None:
    """Let a colleague answer for what follows; who spoke and who wrote it down stay (product.md T16)."""
    Contact.objects.filter(pk=contact.pk).update(owner=to)


def next_step_done(*, contact: Contact, step: str, by: User, now: datetime) -> bool:
    """Note that the next step is done, by whom and when; a second tap changes nothing and returns False.

    step: as the person read it; another that a colleague put in its place meanwhile is not done.
    """
    held = Contact.objects.promised().filter(pk=contact.pk, next_step=step)
    return bool(held.update(next_done_at=now, next_done_by=by))


def next_step_open(*, contact: Contact) -> None:
    """Take it back that the next step is done."""
    Contact.objects.filter(pk=contact.pk).update(next_done_at=None, next_done_by=None)
