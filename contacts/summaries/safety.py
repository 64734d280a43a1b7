"""What home visits left for whoever goes there next: it stands until a later note takes its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from contacts.models import Channel, Contact
from contacts.querysets import ContactQuerySet
from contacts.reading import Reader
from pastoral.core.models import User


@dataclass(frozen=True, slots=True)
class SafetyNote:
    """The last note about safety. words: None where the person may not read them; then there is somebody to ask."""

    words: str | None
    said_by: User
    ask: User
    visited_at: datetime

    @classmethod
    def of(cls, contacts: Iterable[Contact], reader: Reader) -> Self | None:
        """Return the note of the last home visit among the contacts that left one."""
        visits = [each for each in contacts if each.channel == Channel.HOME_VISIT and each.safety_note]
        last = max(visits, key=lambda each: (each.occurred_at, each.pk), default=None)
        if last is None:
            return None
        words = last.safety_note if reader.may_read(last) else None
        return cls(words, last.made_by, last.owner, last.occurred_at)


def last_noted(contacts: ContactQuerySet) -> ContactQuerySet:
    """Return, of the contacts, the last home visit that left a note about safety, if there is one."""
    noted = contacts.filter(channel=Channel.HOME_VISIT).exclude(safety_note="")
    return noted.order_by("-occurred_at", "-pk")[:1]
