"""Why a week looks as it does, read off its marks: "I ×4 Thu–Fri", "late 25 min"."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import counts_of
from reports.summaries.shown import is_missed


class Mark(NamedTuple):
    """One session's mark: its day, AM or PM, the key of its code, minutes late."""

    day: date
    session: str
    key: int
    minutes: int | None


class Reason(NamedTuple):
    """One part of the why: a few letters, and the same in words."""

    short: str
    words: str


_CLASS_WORDS = {CodeClass.AUTHORISED: "authorised", CodeClass.UNAUTHORISED: "unauthorised"}


def reasons(marks: Sequence[Mark], *, sees_sensitive: bool) -> tuple[Reason, ...]:
    """Return what was missed, by code, most first, then lateness; sensitive codes as their class to those without."""
    missed = [mark for mark in marks if is_missed(mark.key)]
    named = Counter(_name(mark.key, sees_sensitive) for mark in missed)
    days = _days([mark.day for mark in missed])
    parts = [
        Reason(f"{short} ×{number}", f"{words}, {_times(number, 'session')}")
        for (short, words), number in named.most_common()
    ]
    if parts and days:
        parts[-1] = Reason(f"{parts[-1].short} {days}", f"{parts[-1].words}, {days}")
    return (*(parts or _full_week(marks)), *_lateness(marks))


def _times(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _name(key: int, sees_sensitive: bool) -> tuple[str, str]:
    code = CODES_BY_KEY[key]
    if code.is_class_only and not sees_sensitive:
        word = _CLASS_WORDS[code.code_class]
        return word, word
    return code.letters, code.meaning


def _days(days: Sequence[date]) -> str:
    """Return the weekdays as people say them: Thu, Thu–Fri, "Mon, Thu"; nothing for four days or more."""
    found = sorted(set(days))
    if not found or len(found) > 3:
        return ""
    is_run = len(found) > 1 and (found[-1] - found[0]).days == len(found) - 1
    return f"{found[0]:%a}–{found[-1]:%a}" if is_run else ", ".join(f"{day:%a}" for day in found)


def _lateness(marks: Sequence[Mark]) -> tuple[Reason, ...]:
    counts = counts_of((mark.key, mark.minutes) for mark in marks)
    if not counts.lates:
        return ()
    times = f"late {_times(counts.lates, 'time')}"
    if counts.minutes_late:
        return (Reason(f"late {counts.minutes_late} min", f"{times}, {_times(counts.minutes_late, 'minute')}"),)
    return (Reason(f"late ×{counts.lates}", times),)


def _full_week(marks: Sequence[Mark]) -> list[Reason]:
    counts = counts_of((mark.key, mark.minutes) for mark in marks)
    return [Reason("full week", "missed nothing")] if counts.possible else []
