"""Two people who change one record: the second is told, with what stands now, before anything is overwritten."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Model


class Overtaken(Exception):
    """Somebody changed the record after the person saw it; nothing was saved."""


def version_of(record: Model, names: Iterable[str], *also: Any) -> str:
    """Return what tells this state of the fields named from any other. also: what belongs to it and is no field."""
    held = [[getattr(record, name) for name in sorted(names)], also]
    return hashlib.sha256(json.dumps(held, default=_plain, sort_keys=True).encode()).hexdigest()[:20]


def _plain(value: Any) -> str:
    return str(value.normalize() if isinstance(value, Decimal) else value)  # 10 and 10.00 are the same money


def facts_set(held: Model, seen: str, facts: Mapping[str, Any]) -> None:
    """Set the facts on a locked record, which the caller saves. seen: its `version_of` these fields as it was shown.

    Raises Overtaken where it says something else by now; where it says the same already, as after a second click, not.
    """
    before = version_of(held, facts)
    for name, value in facts.items():
        setattr(held, name, value)
    if before not in (seen, version_of(held, facts)):
        raise Overtaken
