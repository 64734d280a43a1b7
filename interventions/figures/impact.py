"""The effect of an intervention, measured: before and after, against the drift of comparable students.

Source: product.md E4. Everything is counted in integers and kept as fractions until it is printed. What comes out
says how attendance changed beside others', never what changed it. Choices that E4 leaves open stand in
docs/decisions/0018-the-effect-of-an-intervention.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from attendance.figures.lateness import pooled
from interventions.figures.cohort import Cohort
from interventions.figures.punctuality import LateChange
from interventions.figures.tracks import Part, Person, Track, Window, day_of
from students.calendar import academic_year_of

ENOUGH_SESSIONS = 20
ENOUGH_COMPARED = 5


class Standing(StrEnum):
    """How far an effect can be told."""

    MEASURED = "measured"
    TOO_EARLY = "too_early"
    TOO_FEW = "too_few"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True)
class Effect:
    """How one student's attendance changed from one window to the other, and that of those compared with.

    compared: how many students; theirs are pooled over the same half days. is_over_summer: the two windows lie in
    different academic years. own: the student's sessions, others: those of the students compared with, both there where
    each window has enough.
    """

    before: Window | None
    after: Window | None
    compared: int = 0
    drift_before: Part = field(default=Part())
    drift_after: Part = field(default=Part())
    own: Track | None = None
    others: Sequence[Track] = ()

    @cached_property
    def late(self) -> LateChange | None:
        """How lateness changed over the same windows; None unless both have enough sessions.

        Counted when it is asked for: few pages do, and it costs as much as all the rest.
        """
        if self.own is None or self.before is None or self.after is None:
            return None
        return _late_change(self.own, self.before, self.after, self.others)

    @cached_property
    def standing(self) -> Standing:
        """How far it can be told: enough sessions on both sides, then enough students to compare with."""
        if self.before is None or self.before.part.possible < ENOUGH_SESSIONS:
            return Standing.TOO_FEW
        if self.after is None or self.after.part.possible < ENOUGH_SESSIONS:
            return Standing.TOO_EARLY
        return Standing.MEASURED if self.compared >= ENOUGH_COMPARED else Standing.NOT_COMPARED

    @property
    def is_over_summer(self) -> bool:
        """Test for windows with the summer holiday in or between them."""
        if self.before is None or self.after is None:
            return False
        return academic_year_of(day_of(self.before.first)) != academic_year_of(day_of(self.after.last))

    @property
    def raw(self) -> Fraction | None:
        """The student's own change of rate; None unless both sides have enough sessions."""
        if self.standing in (Standing.TOO_EARLY, Standing.TOO_FEW):
            return None
        return self._changed(rate_change)

    @property
    def drift(self) -> Fraction | None:
        """The change of rate of those compared with; None with too few of them."""
        return rate_change(self.drift_before, self.drift_after) if self.standing is Standing.MEASURED else None

    @property
    def adjusted(self) -> Fraction | None:
        """The student's change beyond that of the others; None unless it is measured."""
        return self.raw - self.drift if self.raw is not None and self.drift is not None else None

    @property
    def gained(self) -> Fraction | None:
        """Sessions gained over the window after, beyond the others' change; negative for sessions lost."""
        if self.adjusted is None or self.after is None:
            return None
        return self.adjusted * self.after.part.possible

    @property
    def incidents_raw(self) -> Fraction | None:
        """The change of incidents to a possible session; None unless both sides have enough sessions."""
        return None if self.raw is None else self._changed(incident_change)

    @property
    def incidents_adjusted(self) -> Fraction | None:
        """The same beyond the change of the others; negative is fewer. None unless it is measured."""
        drift = incident_change(self.drift_before, self.drift_after)
        if self.standing is not Standing.MEASURED or self.incidents_raw is None or drift is None:
            return None
        return self.incidents_raw - drift

    def _changed(self, change: Callable[[Part, Part], Fraction | None]) -> Fraction | None:
        return change(self.before.part, self.after.part) if self.before and self.after else None


def rate_change(before: Part, after: Part) -> Fraction | None:
    """Return how far the rate of attendance rose; None where either has nothing possible."""
    return None if before.rate is None or after.rate is None else after.rate - before.rate


def incident_change(before: Part, after: Part) -> Fraction | None:
    """Return how far incidents to a possible session rose; None where either has nothing possible."""
    if before.incident_rate is None or after.incident_rate is None:
        return None
    return after.incident_rate - before.incident_rate


@dataclass(frozen=True, slots=True)
class Sides:
    """Which windows are compared: `before` possible sessions up to the start, `after` from it, leaving out `skip`."""

    before: int
    after: int
    skip: int = 0


SHORT = Sides(30, 30)
LONG = Sides(60, 60)
SUSTAINED = Sides(30, 30, skip=60)  # sessions 61 to 90


def effect_of(person: Person, began: int, counts_from: int, others: Cohort, sides: Sides = SHORT) -> Effect:
    """Measure one student's change from before `began` to after `counts_from`, both half days.

    others: whoever might be compared with; taken are those of the same year group and RAG band when it began, in no
    intervention from the first half day looked at to the last, with enough possible sessions on both sides.
    """
    before = person.track.last_before(began, sides.before)
    after = person.track.first_from(counts_from, sides.after, skip=sides.skip)
    alone = Effect(before, after)
    if before is None or after is None or alone.standing in (Standing.TOO_EARLY, Standing.TOO_FEW):
        return alone
    compared = _compared(person, before, after, others)
    return Effect(
        before,
        after,
        len(compared),
        Part.pooled(was for _track, was, _became in compared),
        Part.pooled(became for _track, _was, became in compared),
        person.track,
        [track for track, _was, _became in compared],
    )


def _compared(person: Person, before: Window, after: Window, others: Cohort) -> list[tuple[Track, Part, Part]]:
    """Return those compared with, who have enough possible sessions on both sides, and what was counted of them.

    They are of the same year group and band at the last session before it began, and in no intervention.
    """
    counted = [
        (
            other.track,
            other.track.counted(before.first, before.last),
            other.track.counted(after.first, after.last),
        )
        for other in others.like(person, before.last)
        if not other.is_busy(before.first, after.last)
    ]
    return [each for each in counted if min(each[1].possible, each[2].possible) >= ENOUGH_SESSIONS]


def _late_change(own: Track, before: Window, after: Window, compared: Sequence[Track]) -> LateChange:
    """Return how lateness changed over the windows; who is never late before or after needs no others."""
    was, became = own.lateness(before.first, before.last), own.lateness(after.first, after.last)
    if not was.lates and not became.lates:
        return LateChange(was, became)
    return LateChange(
        was,
        became,
        pooled(track.lateness(before.first, before.last) for track in compared),
        pooled(track.lateness(after.first, after.last) for track in compared),
        len(compared) >= ENOUGH_COMPARED,
    )


def in_tenths(value: Fraction) -> Decimal:
    """Return a fraction to one decimal, half away from zero: sessions gained."""
    doubled = 20 * abs(value)
    tenths = (doubled.numerator + doubled.denominator) // (2 * doubled.denominator)
    return Decimal(tenths if value >= 0 else -tenths).scaleb(-1)


def in_points(value: Fraction) -> Decimal:
    """Return a change of rate in percentage points to one decimal, half away from zero."""
    return in_tenths(100 * value)


def median_of(values: Sequence[Fraction]) -> Fraction | None:
    """Return the median, the mean of the middle two of an even number; None of none."""
    ordered = sorted(values)
    half = len(ordered) // 2
    if not ordered:
        return None
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
