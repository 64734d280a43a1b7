"""One student's figures for one week, and what the student adds to a group."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from attendance.figures.absence import (
    PENALTY_NOTICE_SESSIONS,
    has_dipped,
    is_on_track_to_be_pa,
    is_recoverable,
    sessions_left_to_miss,
    sessions_over,
    sessions_to_recover,
)
from attendance.figures.bands import Band, Bands, band_fall
from attendance.figures.counts import NOTHING, Counts


class Tally(NamedTuple):
    """How many members of a group, or whether one student, answers to each test; see `GroupFigures`."""

    with_possible: int = 0
    persistently_absent: int = 0
    severely_absent: int = 0
    red: int = 0
    amber: int = 0
    green: int = 0
    early: int = 0
    moved: int = 0
    dipped: int = 0
    at_penalty_notice_threshold: int = 0
    on_track_to_be_pa: int = 0


@dataclass(frozen=True)
class StudentWeek:
    """One student's figures for one school week, as at its Friday."""

    student_id: int
    admission_number: str
    tutor_group: str
    year: int
    week: Counts
    before: Counts
    ytd: Counts
    remaining: int
    penalty_notice_sessions: int
    bands: Bands
    recent_missed: int = 0
    recent_possible: int = 0
    last_year: Counts = NOTHING

    @cached_property
    def band(self) -> Band:
        """The year-to-date band at the end of the week."""
        return self.bands.band(self.ytd)

    @cached_property
    def band_before(self) -> Band:
        """The year-to-date band at the end of the week before."""
        return self.bands.band(self.before)

    @cached_property
    def fall(self) -> int:
        """Bands moved for the worse over the week: negative for the better, 0 for a first band."""
        return band_fall(self.band_before, self.band)

    @property
    def has_moved(self) -> bool:
        """Test for a change of band over the week; a first band is no move."""
        return self.fall != 0

    @property
    def is_early(self) -> bool:
        """Test for too few possible sessions for the band to say much."""
        return self.bands.is_early(self.ytd)

    @cached_property
    def has_dipped(self) -> bool:
        """Test for a week far under the student's own year."""
        return has_dipped(self.before, self.week)

    @property
    def sessions_left_to_miss(self) -> int:
        """How many more sessions can be missed with the year ending below persistent absence."""
        return sessions_left_to_miss(self.ytd, self.remaining)

    @property
    def sessions_over(self) -> int:
        """How many sessions past the year's limit; 0 while recoverable."""
        return sessions_over(self.ytd, self.remaining)

    @property
    def is_recoverable(self) -> bool:
        """Test whether the year can still end below persistent absence."""
        return is_recoverable(self.ytd, self.remaining)

    @property
    def sessions_to_recover(self) -> int:
        """Unbroken attended sessions until no longer persistently absent."""
        return sessions_to_recover(self.ytd)

    @property
    def at_penalty_notice_threshold(self) -> bool:
        """Test for 10 unauthorised sessions in the last 10 school weeks."""
        return self.penalty_notice_sessions >= PENALTY_NOTICE_SESSIONS

    @property
    def is_on_track_to_be_pa(self) -> bool:
        """Test for a year that ends in persistent absence at the recent rate."""
        return is_on_track_to_be_pa(
            self.ytd,
            self.remaining,
            recent_missed=self.recent_missed,
            recent_possible=self.recent_possible,
        )

    @cached_property
    def tally(self) -> Tally:
        """What the student adds to each count of a group; worked out once for the many groups one student is in."""
        ytd, band = self.ytd, self.band
        return Tally(
            with_possible=ytd.possible > 0,
            persistently_absent=ytd.is_persistently_absent,
            severely_absent=ytd.is_severely_absent,
            red=band == Band.RED,
            amber=band == Band.AMBER,
            green=band == Band.GREEN,
            early=self.is_early and band != Band.NONE,
            moved=self.has_moved,
            dipped=self.has_dipped,
            at_penalty_notice_threshold=self.at_penalty_notice_threshold,
            on_track_to_be_pa=self.is_on_track_to_be_pa,
        )
