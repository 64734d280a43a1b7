"""The effect of interventions worked out a second time: plain loops over the marks of the export files.

Slow on purpose and with none of the application's code. Source: product.md E4.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from tests.acceptance.counting import APPROVED, AUTHORISED, PRESENT, UNAUTHORISED, School, day_of, rows_of, year_start

ATTENDED = PRESENT | APPROVED
MISSED = AUTHORISED | UNAUTHORISED
Half = tuple[date, str]


@dataclass(frozen=True)
class Given:
    """An intervention with one student: from which day, how many school days of grace, and when it ended."""

    adno: str
    began: date
    grace: int = 0
    ended: date | None = None


@dataclass(frozen=True)
class Found:
    """What a loop finds; counts are (attended, possible, incidents), lates (came, lates, minutes, without minutes).

    lates: before and after, own and then of those compared with together.
    """

    before: tuple[int, int, int]
    after: tuple[int, int, int]
    compared: int
    drift_before: tuple[int, int, int]
    drift_after: tuple[int, int, int]
    lates: tuple[tuple[int, int, int, int], ...]

    @property
    def gained(self) -> Fraction | None:
        if self.before[1] < 20 or self.after[1] < 20 or self.compared < 5:
            return None
        own = Fraction(self.after[0], self.after[1]) - Fraction(self.before[0], self.before[1])
        drift = Fraction(self.drift_after[0], self.drift_after[1]) - Fraction(
            self.drift_before[0], self.drift_before[1]
        )
        return (own - drift) * self.after[1]

    @property
    def fewer_lates(self) -> Fraction | None:
        before, after, drift_before, drift_after = self.lates
        if self.compared < 5 or min(before[0], after[0]) < 20 or not before[1] + after[1]:
            return None
        own = Fraction(after[1], after[0]) - Fraction(before[1], before[0])
        drift = Fraction(drift_after[1], drift_after[0]) - Fraction(drift_before[1], drift_before[0])
        return (own - drift) * after[0]


class SlowImpact:
    """Whoever was in a year group with whoever is measured, walked session by session."""

    def __init__(self, folder: Path, given: list[Given], today: date) -> None:
        self.school, self.given, self.today = School(folder), given, today
        self.incidents = [
            (row["Adno"], day_of(row["Date"]))
            for row in rows_of(folder / "behaviour.csv")
            if row["Role"] in ("Perpetrator", "Participant") and "sexual" not in row["Type"].lower()
        ]
        self.members_of: dict[date, dict[str, str]] = {}
        self.came: dict[str, list[tuple[date, str, str, str]]] = defaultdict(list)
        for path in sorted(folder.glob("session_marks*.csv")):
            for row in rows_of(path):
                if row["Mark"] in PRESENT | {"U"} and day_of(row["Date"]) <= today:
                    kept = (day_of(row["Date"]), row["Session"], row["Mark"], row["Minutes Late"])
                    self.came[row["Adno"]].append(kept)
        self.possible = {adno: sorted(self._possible(adno)) for adno in self.school.students}

    def _possible(self, adno: str) -> list[tuple[date, str, bool]]:
        return [
            (day, half, mark in ATTENDED)
            for day, half, mark in self.school.sessions[adno]
            if mark in ATTENDED | MISSED and day <= self.today
        ]

    def of(self, one: Given, size: int = 30, skip: int = 0, wanted: int = 30) -> Found | None:
        """Return what is found for one; None where either side is empty."""
        mine = self.possible[one.adno]
        before = [each for each in mine if each[0] < one.began][-size:]
        after = [each for each in mine if each[0] >= self._counts_from(one)][skip : skip + wanted]
        if not before or not after:
            return None
        ends = ((before[0][:2], before[-1][:2]), (after[0][:2], after[-1][:2]))
        own = [self._count(one.adno, *sides) for sides in ends]
        others, late = [], []
        for adno in self.school.students:
            if adno == one.adno or self._is_busy(adno, before[0][0], after[-1][0]):
                continue
            if self._is_like(adno, one.adno, before[-1][:2]):
                both = [self._count(adno, *sides) for sides in ends]
                if both[0][1] >= 20 and both[1][1] >= 20:
                    others.append(both)
                    late.append([self._late(adno, *sides) for sides in ends])
        drift = [tuple(sum(other[side][n] for other in others) for n in range(3)) for side in (0, 1)]
        lates = [self._late(one.adno, *sides) for sides in ends]
        lates += [tuple(sum(other[side][n] for other in late) for n in range(4)) for side in (0, 1)]
        return Found(own[0], own[1], len(others), drift[0], drift[1], tuple(lates))

    def _counts_from(self, one: Given) -> date:
        days = [day for day in self.school.school_days if day >= one.began]
        return days[one.grace] if one.grace else one.began

    def _count(self, adno: str, first: Half, last: Half) -> tuple[int, int, int]:
        held = [each for each in self.possible[adno] if first <= each[:2] <= last]
        days = {first[0] + timedelta(days=n) for n in range((last[0] - first[0]).days + 1)}
        found = sum(who == adno and day in days for who, day in self.incidents)
        return sum(each[2] for each in held), len(held), found

    def _late(self, adno: str, first: Half, last: Half) -> tuple[int, int, int, int]:
        came = [each for each in self.came[adno] if first <= each[:2] <= last]
        late = [minutes for _day, _half, mark, minutes in came if mark in ("L", "U")]
        return len(came), len(late), sum(int(each or 0) for each in late), sum(not each for each in late)

    def _is_like(self, adno: str, other: str, at: Half) -> bool:
        """Test for the same year group and the same RAG band at a session, both included."""
        if at[0] not in self.members_of:
            self.members_of[at[0]] = {who: year for who, _reg, year in self.school.members(at[0])}
        years = self.members_of[at[0]]
        if adno not in years or years[adno] != years.get(other):
            return False
        return self._band(adno, at) == self._band(other, at)

    def _band(self, adno: str, at: Half) -> str:
        held = [each for each in self.possible[adno] if year_start(at[0]) <= each[0] and each[:2] <= at]
        missed = sum(not each[2] for each in held)
        if not held:
            return "none"
        if 10 * missed >= len(held):
            return "red"
        return "green" if 100 * missed <= 4 * len(held) else "amber"

    def _is_busy(self, adno: str, first: date, last: date) -> bool:
        return any(
            each.adno == adno and each.began <= last and (each.ended or self.today) >= first for each in self.given
        )
