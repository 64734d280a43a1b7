"""What somebody typed into a form and has not sent, kept for them until it is sent, or thirty days are over.

Only the person themselves reads it. A form asks for it by its attribute data-draft; what must be read by one person
alone, such as a concern for the DSL, has no such attribute and is never kept.
"""

import json
from datetime import datetime, timedelta

from pastoral.core.models import Draft, User
from pastoral.core.words import plain

MOST_CHARACTERS = 50_000
MOST_FIELDS = 300
MOST_DRAFTS = 40
KEPT = timedelta(days=30)
LONGEST_KEY = 200


class TooLong(Exception):
    """More was sent than is kept."""


class NoDraft(Exception):
    """What was sent is no form's fields, or has no key."""


def draft_keep(*, user: User, key: str, sent: str, now: datetime) -> Draft | None:
    """Keep what was typed in place of what was kept under the key; no fields at all forget it.

    sent: a JSON list of pairs of name and value. Raises TooLong, or NoDraft; passwords are left out.
    """
    if len(sent) > MOST_CHARACTERS:
        raise TooLong
    key, fields = plain(key), _fields(sent)
    if not key or len(key) > LONGEST_KEY:
        raise NoDraft
    if not fields:
        draft_drop(user=user, key=key)
        return None
    draft, _ = Draft.objects.update_or_create(user=user, key=key, defaults={"fields": fields, "saved_at": now})
    older = Draft.objects.visible_to(user).order_by("-saved_at").values("pk")[MOST_DRAFTS:]
    Draft.objects.filter(pk__in=list(older.values_list("pk", flat=True))).delete()
    return draft


def draft_drop(*, user: User, key: str) -> None:
    """Forget what was kept under the key: it was sent, or thrown away."""
    Draft.objects.visible_to(user).filter(key=key[:LONGEST_KEY]).delete()


def drafts_expire(*, now: datetime) -> int:
    """Forget what nobody came back to for thirty days, and return how many that were."""
    return Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]


def _fields(sent: str) -> list[list[str]]:
    try:
        read = json.loads(sent)
    except (ValueError, RecursionError) as fault:
        raise NoDraft from fault
    if not isinstance(read, list) or len(read) > MOST_FIELDS or not all(_is_pair(each) for each in read):
        raise NoDraft
    pairs = ([name, value.replace("\0", "")] for name, value in read if "password" not in name.lower())
    return [pair for pair in pairs if "\0" not in pair[0]]


def _is_pair(each: object) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
