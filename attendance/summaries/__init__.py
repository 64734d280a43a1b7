"""Read-only answers about attendance, frozen; the figures of a week are offered here, the rest by its own module."""

from attendance.summaries.bands import ScaleChange, bands_now, scale_changes
from attendance.summaries.recent import recent_sessions
from attendance.summaries.totals import TotalsFault, totals_faults, weeks_checked
from attendance.summaries.weeks import (
    Member,
    WeekFigures,
    counts_between,
    same_week_last_year,
    year_to_date_window,
)

__all__ = [
    "Member",
    "ScaleChange",
    "TotalsFault",
    "WeekFigures",
    "bands_now",
    "counts_between",
    "recent_sessions",
    "same_week_last_year",
    "scale_changes",
    "totals_faults",
    "weeks_checked",
    "year_to_date_window",
]
