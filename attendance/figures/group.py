"""What a group's members add up to."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from attendance.figures.counts import Counts, percentage, total
from attendance.figures.student import StudentWeek, Tally


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """What a group's members add up to; a group's percentage is of the sums, never a mean of percentages."""

    name: str
    week: Counts
    ytd: Counts
    students: int
    with_possible: int
    persistently_absent: int
    severely_absent: int
    red: int
    amber: int
    green: int
    early: int
    moved: int
    dipped: int
    at_penalty_notice_threshold: int
    on_track_to_be_pa: int
    last_year: Counts

    @classmethod
    def of(cls, name: str, members: "list[StudentWeek] | tuple[StudentWeek, ...]") -> Self:
        """Add the members up."""
        tally = Tally(*map(sum, zip(*(member.tally for member in members), strict=True)))
        return cls(
            name=name,
            week=total(member.week for member in members),
            ytd=total(member.ytd for member in members),
            students=len(members),
            last_year=total(member.last_year for member in members),
            **tally._asdict(),
        )

    @property
    def pa_percent(self) -> Decimal | None:
        """Persistently absent members in per cent of those with possible sessions."""
        return percentage(self.persistently_absent, self.with_possible)

    @property
    def is_early(self) -> bool:
        """Test for bands most of which rest on too few possible sessions to say much."""
        return 2 * self.early > self.red + self.amber + self.green
