"""Key cohorts of a year beside everybody else in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from attendance.figures import GroupFigures, points_between
from reports.summaries.cohorts import COHORTS, SMALL_COHORT

if TYPE_CHECKING:
    from reports.rag.sheet import Line


@dataclass(frozen=True)
class CohortLine:
    """One cohort, and the gap between it and the rest of the year."""

    name: str
    members: GroupFigures
    rest: GroupFigures

    @property
    def gap(self) -> Decimal | None:
        """Points of year-to-date attendance above everybody else; None when either has no possible session."""
        return points_between(self.members.ytd, self.rest.ytd)

    @property
    def is_small(self) -> bool:
        """Test for too few members for the gap to say much."""
        return self.members.students < SMALL_COHORT


def cohort_lines(lines: Sequence["Line"]) -> tuple[CohortLine, ...]:
    """Return every cohort of the lines; a student in two cohorts counts in both."""
    return tuple(
        CohortLine(
            cohort.name,
            GroupFigures.of(cohort.name, [line.figures for line in lines if cohort.holds(line)]),
            GroupFigures.of("Everybody else", [line.figures for line in lines if not cohort.holds(line)]),
        )
        for cohort in COHORTS
    )
