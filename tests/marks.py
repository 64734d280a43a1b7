"""Marks laid session by session on the school days of tests."""

from datetime import date

from attendance.codes import code_on
from attendance.models import SessionMark
from students.models import SchoolDay, Student
from tests.factories import copy_in

SESSIONS = ("AM", "PM")
COLUMNS = ("student_id", "date", "session", "code_id", "minutes_late", "comment")


def lay(student: Student, first: date, letters: str, *, minutes: int = 10) -> None:
    """Mark the sessions from the first day on, a code to a session: lay(kai, monday, "// I I L - C2").

    A space does nothing, "-" leaves its session unmarked, "/" stands for either stroke, lates get the minutes.
    """
    words = [letter for word in letters.split() for letter in (list(word) if set(word) <= set("/-") else [word])]
    sessions = _sessions_from(first, len(words))
    rows = [
        _row(student, day, session, "\\" if word == "/" and session == "PM" else word, minutes)
        for (day, session), word in zip(sessions, words, strict=False)
        if word != "-"
    ]
    copy_in(SessionMark, COLUMNS, rows)


def _sessions_from(first: date, count: int) -> list[tuple[date, str]]:
    days = SchoolDay.objects.filter(day__gte=first).order_by("day").values_list("day", flat=True)
    return [(day, session) for day in days[: count // 2 + 1] for session in SESSIONS]


def _row(student: Student, day: date, session: str, letters: str, minutes: int) -> tuple[object, ...]:
    code = code_on(letters, day)
    assert code is not None, letters
    return student.pk, day, session, code.key, minutes if code.takes_minutes else None, ""
