"""The RAG bands, and how far one falls over a week."""

from dataclasses import dataclass
from enum import StrEnum

from attendance.figures.counts import Counts


class Band(StrEnum):
    """A RAG band; "none" when nothing was possible."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"

    @property
    def severity(self) -> int:
        """Order from best to worst: none 0, green 1, amber 2, red 3."""
        return _SEVERITIES[self]


_SEVERITIES = {Band.NONE: 0, Band.GREEN: 1, Band.AMBER: 2, Band.RED: 3}


def band_fall(before: Band, now: Band) -> int:
    """Return the bands moved for the worse: 2 from green to red, negative for the better, 0 with no band on a side.

    A first band is no move: there was nothing to move from. See docs/decisions/0005-a-first-band-is-no-move.md.
    """
    return 0 if Band.NONE in (before, now) else now.severity - before.severity


@dataclass(frozen=True, slots=True)
class Bands:
    """The school's bands, in thousandths of possible sessions missed: half-open and without a gap by construction."""

    red_from: int = 100
    green_to: int = 40
    early_under: int = 20

    def band(self, counts: Counts) -> Band:
        """Return the band of the counts; integers only, so 90.0 % is red and 96.0 % is green."""
        missed, possible = counts.missed, counts.possible
        if possible == 0:
            return Band.NONE
        if 1000 * missed >= self.red_from * possible:
            return Band.RED
        if 1000 * missed <= self.green_to * possible:
            return Band.GREEN
        return Band.AMBER

    def is_early(self, counts: Counts) -> bool:
        """Test for too few possible sessions for the band to say much."""
        return counts.possible < self.early_under
