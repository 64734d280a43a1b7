"""The arithmetic of absence: one definition of every figure, used by every page, document, letter and export.

Everything is counted in integers (a session is half a school day) and classified before it is rounded.
Source: figures.md; DfE absence statistics methodology (10 % of own possible sessions since 2015/16).
"""

from attendance.figures.absence import (
    DIP_MINIMUM_SESSIONS,
    PENALTY_NOTICE_SESSIONS,
    PENALTY_NOTICE_WEEKS,
    RECENT_SESSIONS,
    has_dipped,
    is_on_track_to_be_pa,
    is_recoverable,
    sessions_left_to_miss,
    sessions_over,
    sessions_to_recover,
)
from attendance.figures.bands import Band, Bands, band_fall
from attendance.figures.counts import NOTHING, Counts, counts_of, counts_of_tallies, percentage, points_between, total
from attendance.figures.group import GroupFigures
from attendance.figures.student import StudentWeek, Tally

__all__ = [
    "DIP_MINIMUM_SESSIONS",
    "NOTHING",
    "PENALTY_NOTICE_SESSIONS",
    "PENALTY_NOTICE_WEEKS",
    "RECENT_SESSIONS",
    "Band",
    "Bands",
    "Counts",
    "GroupFigures",
    "StudentWeek",
    "Tally",
    "band_fall",
    "counts_of",
    "counts_of_tallies",
    "has_dipped",
    "is_on_track_to_be_pa",
    "is_recoverable",
    "percentage",
    "points_between",
    "sessions_left_to_miss",
    "sessions_over",
    "sessions_to_recover",
    "total",
]
