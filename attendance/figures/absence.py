"""Persistent absence: what is left to miss, the way out of it and the way into it; and weeks far under the year."""

from attendance.figures.counts import Counts

PENALTY_NOTICE_SESSIONS = 10
PENALTY_NOTICE_WEEKS = 10
DIP_MINIMUM_SESSIONS = 4
RECENT_SESSIONS = 30


def has_dipped(before: Counts, week: Counts) -> bool:
    """Test for a week at least 10.0 points under the year to date as it stood before the week."""
    if week.possible < DIP_MINIMUM_SESSIONS:
        return False
    fall = before.attended * week.possible - week.attended * before.possible
    return before.possible > 0 and 10 * fall >= before.possible * week.possible


def _sessions_to_spare(counts: Counts, remaining: int) -> int:
    return -(-(counts.possible + remaining) // 10) - 1 - counts.missed


def sessions_left_to_miss(counts: Counts, remaining: int) -> int:
    """Return how many more sessions can be missed with the year still ending below persistent absence."""
    return max(0, _sessions_to_spare(counts, remaining))


def sessions_over(counts: Counts, remaining: int) -> int:
    """Return how many sessions past the year's limit; 0 while recoverable."""
    return max(0, -_sessions_to_spare(counts, remaining))


def is_recoverable(counts: Counts, remaining: int) -> bool:
    """Test whether full attendance from here ends the year below persistent absence."""
    return _sessions_to_spare(counts, remaining) >= 0


def sessions_to_recover(counts: Counts) -> int:
    """Return the unbroken attended sessions after which a student is no longer persistently absent; 0 when not PA."""
    return 10 * counts.missed - counts.possible + 1 if counts.is_persistently_absent else 0


def is_on_track_to_be_pa(counts: Counts, remaining: int, *, recent_missed: int, recent_possible: int) -> bool:
    """Test whether the year ends in persistent absence if absence goes on as in the last 30 possible sessions.

    recent_missed of recent_possible: sessions missed among the last (up to) 30 possible ones.
    """
    if recent_possible == 0 or counts.possible == 0 or counts.is_persistently_absent:
        return False
    missed_at_end = counts.missed * recent_possible + remaining * recent_missed
    return 10 * missed_at_end >= (counts.possible + remaining) * recent_possible
