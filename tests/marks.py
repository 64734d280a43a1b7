"""Marks laid session by session on the school days of tests."""

from collections.abc import Iterator
from datetime import date

from attendance.codes import code_on
from attendance.models import SessionMark
from students.models import SchoolDay, Student

SESSIONS = ("AM", "PM")


def sessions_from(first: date) -> Iterator[tuple[date, str]]:
    """Yield the school's sessions from the date on, in order."""
    for day in SchoolDay.objects.filter(day__gte=first).order_by("day").values_list("day", flat=True):
        yield from ((day, session) for session in SESSIONS)


def lay(student: Student, first: date, letters: str, *, minutes: int = 10) -> list[SessionMark]:
    """Mark the sessions from the first day on, a code to a session: lay(kai, monday, "// I I L - C2").

    A space does nothing, "-" leaves its session unmarked, "/" stands for either stroke, lates get the minutes.
    """
    words = [letter for word in letters.split() for letter in (list(word) if set(word) <= set("/-") else [word])]
    rows = []
    for (day, session), word in zip(sessions_from(first), words, strict=False):
        if word != "-":
            rows.append(_mark(student, day, session, "\\" if word == "/" and session == "PM" else word, minutes))
    return SessionMark.objects.bulk_create(rows)


def _mark(student: Student, day: date, session: str, letters: str, minutes: int) -> SessionMark:
    code = code_on(letters, day)
    assert code is not None, letters
    late = minutes if code.takes_minutes else None
    return SessionMark(student=student, date=day, session=session, code_id=code.key, minutes_late=late)
