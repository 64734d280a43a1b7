"""The sessions that a suspension takes: half days of the school calendar, never days counted from dates. No queries.

Source: domain.md 4.8; Suspension and Permanent Exclusion guidance (DfE, August 2024).
"""

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from behaviour.models import Suspension
from students.summaries import SchoolCalendar

SESSIONS = ("AM", "PM")
Kind = Suspension.Kind
REINSTATED = "Reinstated"


class Excluding(Protocol):
    """Anything that keeps somebody out: a suspension held, or one about to be recorded."""

    kind: str
    starts_on: date
    starts_session: str
    ends_on: date | None
    ends_session: str


def sessions_taken(span: Excluding, calendar: SchoolCalendar, until: date | None = None) -> Iterator[tuple[date, str]]:
    """Yield the sessions of school that it takes, in order; a lunchtime counts as the afternoon of its day.

    until: the last day that counts, which a permanent exclusion needs.
    """
    last = span.ends_on or until
    if last is None:
        return
    for day in calendar.between(span.starts_on, min(last, until) if until else last):
        for session in SESSIONS:
            if takes(span, day, session):
                yield day, session


def takes(span: Excluding, day: date, session: str) -> bool:
    """Test whether it takes that session, were it one of school."""
    if span.kind == Kind.LUNCHTIME:
        return session == "PM" and span.starts_on <= day <= (span.ends_on or day)
    first = (span.starts_on, span.starts_session)
    last = (span.ends_on, span.ends_session) if span.ends_on else (day, session)
    return first <= (day, session) <= last


def count_sessions(span: Excluding, calendar: SchoolCalendar) -> int:
    """Return how many sessions it takes; 0 for one that is permanent."""
    return sum(1 for _each in sessions_taken(span, calendar))


def in_days(sessions: int) -> str:
    """Return sessions as the school says them in days: 11 are "5½"."""
    whole, half = divmod(sessions, 2)
    return f"{whole or ''}½" if half else str(whole)


def keeps_out(span: Suspension) -> bool:
    """Test whether it still keeps the student out: not when the governors reinstated."""
    return not span.governors_decided.startswith(REINSTATED)


def reaches(span: Suspension, other: Excluding) -> bool:
    """Test whether the two have a session in common; a lunchtime and a whole day of the same date do."""
    if span.kind == Kind.PERMANENT and not keeps_out(span):
        return False
    return _begins(span) <= _ends(other) and _begins(other) <= _ends(span)


def _begins(span: Excluding) -> tuple[date, str]:
    return span.starts_on, "PM" if span.kind == Kind.LUNCHTIME else span.starts_session


def _ends(span: Excluding) -> tuple[date, str]:
    return span.ends_on or date.max, "PM" if span.kind == Kind.LUNCHTIME else span.ends_session
