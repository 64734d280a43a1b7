"""What the keys in the access log stand for, in words. Each app registers its own kinds in `AppConfig.ready()`.

The log itself keeps keys and never a name; whoever reads it is told the names of those they may see.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from pastoral.core.models import User

# Answers with words for those of the keys that the person may see: one query for a page of the log.
Describer = Callable[[User, frozenset[int]], dict[int, str]]

LONGEST_KEY = 18  # digits that fit a bigint

_describers: dict[str, Describer] = {}


def register(kind: str, describer: Describer) -> None:
    """Have the subjects "kind:key" described; the last registration for a kind stands."""
    _describers[kind] = describer


def described(user: User, subjects: Iterable[str]) -> dict[str, str]:
    """Return the subjects in words, as far as the person may know them; one query for each kind of subject."""
    keys: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        kind, _, key = subject.partition(":")
        if kind in _describers and key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY:
            keys[kind].add(int(key))
    return {
        f"{kind}:{key}": words
        for kind, wanted in keys.items()
        for key, words in _describers[kind](user, frozenset(wanted)).items()
    }
