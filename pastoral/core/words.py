"""Words that people and addresses hand in, made fit to be looked for."""

import unicodedata
from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 200
LONGEST_KEY = 18


def plain(words: str) -> str:
    """Return the words without control characters, which no database looks for, and without spaces around them."""
    return "".join(sign for sign in words if unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def asked_for(request: HttpRequest, name: str, default: str = "") -> str:
    """Return what the address asks for under the name, as plain words of a bearable length: the one way to read it."""
    return plain(request.GET.get(name, default)[:LONGEST])


def address_read(words: str) -> str:
    """Return the address within this site that the words are; "" for anything else."""
    is_ours = words.startswith("/") and url_has_allowed_host_and_scheme(words, allowed_hosts=None)
    return words if is_ours else ""


def day_read(words: str) -> date | None:
    """Return the date written as 2026-11-20; None for anything else."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def key_asked(request: HttpRequest, name: str) -> int:
    """Return the key that the address names; 0, which no row has, for anything that is none."""
    return key_read(asked_for(request, name))


def key_read(words: str) -> int:
    """Return the key that the words are; 0, which no row has, for anything that is none."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) <= LONGEST_KEY else 0


def keys_read(sent: Iterable[str]) -> list[int]:
    """Return the keys among what was sent, each once, in order."""
    return [key for key in dict.fromkeys(map(key_read, sent)) if key]
