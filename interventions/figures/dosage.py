"""How much of an intervention was delivered, beside what was planned by today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from attendance.figures import Band


@dataclass(frozen=True, slots=True)
class Dosage:
    """Sessions planned in all, delivered so far, and due by today when they are spread evenly over the school days."""

    planned: int
    delivered: int
    due: int

    @classmethod
    def of(cls, planned: int, delivered: int, days: Sequence[date], today: date) -> Self:
        """Work out what is due. days: the school days from its start to its planned end; without any, all is due."""
        gone = sum(day <= today for day in days)
        return cls(planned, delivered, planned * gone // len(days) if days else planned)

    @property
    def band(self) -> Band:
        """How it keeps up: green from four fifths of what is due, amber from half, red below; none with nothing due."""
        if not self.due:
            return Band.NONE
        if 5 * self.delivered >= 4 * self.due:
            return Band.GREEN
        return Band.AMBER if 2 * self.delivered >= self.due else Band.RED

    @property
    def words(self) -> str:
        """What was delivered of what is planned."""
        if not self.planned:
            return (
                "no sessions planned" if not self.delivered else f"{self.delivered} session{'s' * (self.delivered > 1)}"
            )
        return f"{self.delivered} of {self.planned} session{'s' * (self.planned != 1)}"

    @property
    def is_mostly_undelivered(self) -> bool:
        """Test for less than half of what was planned."""
        return 2 * self.delivered < self.planned
