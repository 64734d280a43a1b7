"""The attendance ladder on plain values: what a case rests on, when it waits for a person, and by when a step is due.

Source: domain.md 4.4: no step of a stage follows from authorised long illness or an agreed part-time timetable unless
a person says so.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attendance.figures import Counts

ILLNESS = "I"
AGREED_PART_TIME = "C2"
LONG_ILLNESS_SESSIONS = 10  # five school days
DAYS_A_WEEK = 5


def missed_words(counts: Counts) -> str:
    """Return what a case is opened for, from the figures: "12 of 80 sessions missed (85.0 %)"."""
    if not counts.possible:
        return "No session counted yet this year"
    return f"{counts.missed} of {counts.possible} sessions missed ({counts.percent} %)"


def waits_for_a_person(missed: Mapping[str, int]) -> bool:
    """Test for absence of which nobody but a person may say that the ladder applies. missed: sessions by code."""
    return missed.get(ILLNESS, 0) >= LONG_ILLNESS_SESSIONS or missed.get(AGREED_PART_TIME, 0) > 0


def school_day_after(days: Sequence[date], since: date, within: int) -> date:
    """Return the school day that is so many after the day; 0 is the day itself, or the first one on which school meets.

    days: the school days held, in order. Past the last one it is reckoned in weeks of five.
    """
    at = bisect_left(days, since)
    ahead = within if at < len(days) and days[at] == since else max(within - 1, 0)
    if at + ahead < len(days):
        return days[at + ahead]
    weeks, rest = divmod(within, DAYS_A_WEEK)
    return since + timedelta(weeks=weeks, days=rest)


def review_day(days: Sequence[date], since: date, weeks: int) -> date:
    """Return the day on which a stage is looked at again, so many school weeks on."""
    return school_day_after(days, since, weeks * DAYS_A_WEEK)
