"""The main reasons for absence since 1 September, as the viewer may see them."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from attendance.codes import CODES_BY_KEY, CodeClass

MAIN_REASONS = 2


class ReasonShare(NamedTuple):
    """One reason for absence since 1 September: its letters or class, the same in words, and how many sessions."""

    short: str
    words: str
    sessions: int


_CLASS_WORDS = {CodeClass.AUTHORISED: "authorised", CodeClass.UNAUTHORISED: "unauthorised"}


def main_reasons(held: Sequence[tuple[int, int]], *, sees_sensitive: bool) -> tuple[ReasonShare, ...]:
    """Return the two reasons with the most sessions; sensitive codes are added up as their class for those without."""
    sums: Counter[tuple[str, str]] = Counter()
    for key, sessions in held:
        sums[reason_name(key, sees_sensitive=sees_sensitive)] += sessions
    first = sorted(sums.items(), key=lambda part: (-part[1], part[0]))[:MAIN_REASONS]
    return tuple(ReasonShare(short, words, sessions) for (short, words), sessions in first)


def reason_name(key: int, *, sees_sensitive: bool) -> tuple[str, str]:
    """Return a missed code's letters and meaning, or what it counts as where the letters would say too much."""
    code = CODES_BY_KEY[key]
    if code.is_class_only and not sees_sensitive:
        return _CLASS_WORDS[code.code_class], f"{_CLASS_WORDS[code.code_class]} absence"
    return code.letters, code.meaning
