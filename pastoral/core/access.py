"""The access log: one line for each reading of a student's page, document or export."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from pastoral.core.models import AccessRecord, User

_DAY, _KEY = r"\d{4}-\d\d-\d\d", r"\d{1,18}"
# The filters of an address that the log keeps, with the values that the school's own pages give them.
KEPT = {
    "day": _DAY,
    "dsl": "1",
    "first": _DAY,
    "format": "csv|xlsx|pdf",
    "last": _DAY,
    "restricted": "1",
    "student": _KEY,
    "week": _DAY,
    "window": f"week|half-term|last-half-term|term|year|{_DAY}",
    "year": _KEY,
}


def access_note(*, user: User, kind: AccessRecord.Kind, subject: str, reason: str, path: str) -> None:
    """Note that somebody read something, and why they may; one INSERT.

    subject: a key such as "student:123", never a name. reason: what `Scope.reason` answers. Too long a text is cut.
    path: the address asked for; what somebody typed into it, as a search does, is left out.
    """
    access_notes(user=user, kind=kind, reasons={subject: reason}, path=path)


def access_notes(*, user: User, kind: AccessRecord.Kind, reasons: Mapping[str, str], path: str) -> None:
    """Note that somebody read something of several; one INSERT. reasons: why they may, by subject."""
    kept = _without_typed(path)[:300]
    rows = [
        AccessRecord(user=user, kind=kind, subject=subject[:60], reason=reason[:100], path=kept)
        for subject, reason in reasons.items()
    ]
    if len(rows) == 1:
        rows[0].save(force_insert=True)  # what creates many opens a transaction first
    else:
        AccessRecord.objects.bulk_create(rows)


def _without_typed(address: str) -> str:
    """Return the path with those of its filters that say nothing but a day, a key or a word of our own."""
    path, _, asked = address.partition("?")
    kept = [(name, value) for name, value in parse_qsl(asked) if name in KEPT and re.fullmatch(KEPT[name], value, re.A)]
    return f"{path}?{urlencode(kept)}" if kept else path
