"""Writes to the times of the school day."""

from datetime import time

from django.db import transaction

from attendance.models import Period, RegisterTimes
from attendance.models.settings import LONGEST_OPEN_MINUTES

LONGEST_OVERDUE = 120


class TimesFault(Exception):
    """The times do not make a school day. field: where in the form; the message is fit for it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def register_times_set(
    *, am_starts: time, pm_starts: time, open_minutes: int, overdue_minutes: int, is_taken_here: bool
) -> RegisterTimes:
    """Set when registers begin, how long they stay open and when they are overdue; what they were stays in history.

    is_taken_here: in Pastoral; otherwise in the MIS, and no register is due here.
    Marks made before keep their codes. Source: domain.md 1.3: open at most 30 minutes, the same for every session.
    """
    if not 1 <= open_minutes <= LONGEST_OPEN_MINUTES:
        raise TimesFault("open_minutes", f"A register may stay open for 1 to {LONGEST_OPEN_MINUTES} minutes.")
    if am_starts >= pm_starts:
        raise TimesFault("pm_starts", "The afternoon session has to begin after the morning session.")
    if not 1 <= overdue_minutes <= LONGEST_OVERDUE:
        raise TimesFault("overdue_minutes", f"Overdue is 1 to {LONGEST_OVERDUE} minutes after the start.")
    times = RegisterTimes.objects.select_for_update().get()
    times.am_starts, times.pm_starts = am_starts, pm_starts
    times.open_minutes, times.overdue_minutes = open_minutes, overdue_minutes
    times.is_taken_here = is_taken_here
    times.save()
    return times


@transaction.atomic
def period_save(*, period: Period | None, name: str, starts: time, ends: time, session: str) -> Period:
    """Add a lesson of the day or change one, by the name that lesson marks use.

    Raises TimesFault when the name is taken, it ends before it begins, or it runs into another lesson.
    """
    others = [held for held in Period.objects.select_for_update() if period is None or held.pk != period.pk]
    if ends <= starts:
        raise TimesFault("ends", "The lesson has to end after it begins.")
    for other in others:
        if other.name.casefold() == name.casefold():
            raise TimesFault("name", f"{other.name} is there already: change that one.")
        if starts < other.ends and other.starts < ends:
            raise TimesFault("starts", f"{other.name} is on from {other.starts:%H:%M} to {other.ends:%H:%M}.")
        is_before = starts < other.starts
        if session != other.session and (session == "PM") == is_before:
            raise TimesFault("session", f"It would be an afternoon lesson before a morning one ({other.name}).")
    held = period or Period()
    held.name, held.starts, held.ends, held.session = name, starts, ends, session
    held.save()
    return held


@transaction.atomic
def period_remove(*, period: Period) -> None:
    """Take a lesson out of the day; lesson marks that name it stay. What it was stays in history."""
    Period.objects.select_for_update().get(pk=period.pk).delete()
