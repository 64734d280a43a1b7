"""How a student's lateness changed from one window to the other, beside that of comparable students.

Over the same sessions, and beside the same students, as attendance. Lates are counted as everywhere (figures.md): to a
session that somebody came to, late or not, so that who stays away does not look punctual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from attendance.figures.lateness import NOBODY, Lateness


@dataclass(frozen=True, slots=True)
class LateChange:
    """The student's own lateness before and after, and that of those compared with, pooled."""

    before: Lateness
    after: Lateness
    drift_before: Lateness = NOBODY
    drift_after: Lateness = NOBODY
    is_compared: bool = False

    @property
    def is_small(self) -> bool:
        """Test for too few sessions that the student came to, on either side, to tell a rate."""
        return self.before.is_small or self.after.is_small

    @property
    def is_timed(self) -> bool:
        """Test for minutes with every late of the student, so that their sum says something."""
        return not (self.before.untimed or self.after.untimed)

    @property
    def lates(self) -> Fraction | None:
        """Lates more over the window after than the change of the others would give; None unless it can be told."""
        return self._beyond(_lates)

    @property
    def minutes(self) -> Fraction | None:
        """Minutes late more over the window after, the same way; None where a late has no minutes."""
        return self._beyond(_minutes) if self.is_timed else None

    def _beyond(self, rate_of: Callable[[Lateness], Fraction | None]) -> Fraction | None:
        own, drift = _change(rate_of, self.before, self.after), _change(rate_of, self.drift_before, self.drift_after)
        if self.is_small or not self.is_compared or own is None or drift is None:
            return None
        return (own - drift) * self.after.here


def _change(rate_of: Callable[[Lateness], Fraction | None], before: Lateness, after: Lateness) -> Fraction | None:
    was, became = rate_of(before), rate_of(after)
    return None if was is None or became is None else became - was


def _lates(held: Lateness) -> Fraction | None:
    return Fraction(held.lates, held.here) if held.here else None


def _minutes(held: Lateness) -> Fraction | None:
    """Return the minutes to a session, of those others whose lates have no minutes without these."""
    timed = held.here - held.untimed
    return Fraction(held.minutes, timed) if timed > 0 else None
