"""The measured effect in words and figures as pages show it, and as it is frozen with an outcome."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from attendance.figures import percentage
from attendance.figures.lateness import time_in_words
from interventions.figures.impact import Effect, Standing, in_points, in_tenths
from interventions.figures.outcomes import standing_words
from interventions.figures.punctuality import LateChange
from interventions.figures.tracks import Part, day_of
from interventions.models import InterventionStudent
from interventions.summaries.impact import Measured, measured_of
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import percent_number, signed
from students.summaries import SchoolCalendar

NO_CAUSE = "this does not prove cause"


@dataclass(frozen=True, slots=True)
class Side:
    """One window: from when to when, attended of possible sessions, incidents."""

    first: date
    last: date
    attended: int
    possible: int
    incidents: int

    @property
    def words(self) -> str:
        """Attendance with n, and from when to when."""
        rate = percent_number(percentage(self.attended, self.possible))
        return f"{rate} % of {self.possible} sessions ({in_words(self.first)} to {in_words(self.last)})"


@dataclass(frozen=True, slots=True)
class Further:
    """The change over other windows than the short ones, in points, with all that belongs to it."""

    points: Decimal
    compared: int
    is_over_summer: bool
    beside: int

    @classmethod
    def of(cls, effect: Effect, beside: Collection[int]) -> Self | None:
        """Return it; None where it is not measured."""
        if effect.adjusted is None:
            return None
        return cls(in_points(effect.adjusted), effect.compared, effect.is_over_summer, len(beside))

    @property
    def words(self) -> str:
        """Return the change as the pages print it."""
        meanwhile = f"; {meanwhile_words(self.beside)}" if self.beside else ""
        others = f"beside {self.compared} comparable students{summer_words(self.is_over_summer)}"
        return f"{signed(self.points)} points {others}{meanwhile}"


def summer_words(is_over_summer: bool) -> str:
    """Return what is said of windows with the summer holiday in or between them."""
    return ", the summer holiday between" if is_over_summer else ""


def meanwhile_words(others: int) -> str:
    """Return what is said of a change while other interventions ran."""
    return f"{others} other intervention{'' if others == 1 else 's'} ran meanwhile"


@dataclass(frozen=True, slots=True)
class Shown:
    """An effect ready to be printed. Points are of attendance; beside: how many other interventions ran meanwhile.

    longer: over 60 sessions each side; sustained: for sessions 61 to 90 after it began; None while these are not there.
    Lates and minutes are of the short windows; adjusted, how many more over the window after, beside the others.
    Minutes are None where a late has none.
    """

    standing: str
    why_not: str
    before: Side | None
    after: Side | None
    raw: Decimal | None
    drift: Decimal | None
    adjusted: Decimal | None
    gained: Decimal | None
    compared: int
    incidents_raw: Decimal | None
    incidents_adjusted: Decimal | None
    is_over_summer: bool
    beside: int
    sustained: Further | None = None
    longer: Further | None = None
    lates_before: int = 0
    lates_after: int = 0
    lates_adjusted: Decimal | None = None
    minutes_before: int | None = None
    minutes_after: int | None = None
    minutes_adjusted: Decimal | None = None

    @classmethod
    def of(cls, measured: Measured) -> Self:
        """Return what is shown of a measured effect."""
        effect = measured.short
        scale = effect.after.part.possible if effect.after else 0
        return cls(
            standing=effect.standing.value,
            why_not=standing_words(effect.standing),
            before=_side(effect.before),
            after=_side(effect.after),
            raw=_points(effect.raw),
            drift=_points(effect.drift),
            adjusted=_points(effect.adjusted),
            gained=in_tenths(effect.gained) if effect.gained is not None else None,
            compared=effect.compared,
            incidents_raw=in_tenths(effect.incidents_raw * scale) if effect.incidents_raw is not None else None,
            incidents_adjusted=(
                in_tenths(effect.incidents_adjusted * scale) if effect.incidents_adjusted is not None else None
            ),
            is_over_summer=effect.is_over_summer,
            beside=len(measured.beside),
            sustained=Further.of(measured.sustained, measured.beside_sustained),
            longer=Further.of(measured.long, measured.beside_long),
            **_lates(effect.late),
        )

    @property
    def is_measured(self) -> bool:
        """Test for a change that is told beside others'."""
        return self.standing == Standing.MEASURED

    @property
    def lates_words(self) -> str:
        """How often the student was late, before and after; "" for who never was."""
        if not self.lates_before and not self.lates_after:
            return ""
        before = _late_words(self.lates_before, self.minutes_before)
        after = _late_words(self.lates_after, self.minutes_after)
        if self.lates_adjusted is None:
            return f"late {before} before, {after} after"
        minutes = "" if self.minutes_adjusted is None else f" and {signed(self.minutes_adjusted)} minutes"
        return f"late {before} before, {after} after; {signed(self.lates_adjusted)} times{minutes} beside the others"

    @property
    def words(self) -> str:
        """The sentence that the pages print, in its one wording."""
        summer = summer_words(self.is_over_summer)
        if self.adjusted is None:
            if self.raw is None:
                return self.why_not
            return f"{self.why_not}; attendance changed by {signed(self.raw)} points{summer}; {NO_CAUSE}"
        others = f"beside {self.compared} comparable students{summer}"
        return f"attendance changed by {signed(self.adjusted)} points {others}; {NO_CAUSE}"

    @property
    def figures(self) -> str:
        """The figures behind the sentence."""
        if self.before is None or self.after is None:
            return ""
        return f"before {self.before.words}, after {self.after.words}"

    def frozen(self) -> dict[str, Any]:
        """Return the figures as they are kept with an outcome: plain values that need no code to be read."""
        held = {name: getattr(self, name) for name in _KEPT}
        sides = {name: _kept(getattr(self, name)) for name in ("before", "after")}
        plain = {name: str(value) if isinstance(value, Decimal) else value for name, value in held.items()}
        further = {"longer": self.longer, "sustained": self.sustained}
        said = {name: each.words if each else None for name, each in further.items()}
        return {**plain, **sides, **said, "words": self.words, "figures": self.figures}


_KEPT = (
    "standing",
    "raw",
    "drift",
    "adjusted",
    "gained",
    "compared",
    "incidents_raw",
    "incidents_adjusted",
    "is_over_summer",
    "beside",
    "lates_before",
    "lates_after",
    "lates_adjusted",
    "minutes_before",
    "minutes_after",
    "minutes_adjusted",
)


def _kept(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    counts = {"attended": side.attended, "possible": side.possible, "incidents": side.incidents}
    return {"first": side.first.isoformat(), "last": side.last.isoformat(), **counts}


def _side(window: Any) -> Side | None:
    if window is None:
        return None
    part: Part = window.part
    return Side(day_of(window.first), day_of(window.last), part.attended, part.possible, part.incidents)


def _late_words(lates: int, minutes: int | None) -> str:
    times = "once" if lates == 1 else f"{lates} times"
    return times if minutes is None or not lates else f"{times} ({time_in_words(minutes)})"


def _lates(late: LateChange | None) -> dict[str, Any]:
    if late is None:
        return {}
    told: dict[str, Any] = {"lates_before": late.before.lates, "lates_after": late.after.lates}
    if late.is_timed:
        told |= {"minutes_before": late.before.minutes, "minutes_after": late.after.minutes}
    adjusted = {"lates_adjusted": late.lates, "minutes_adjusted": late.minutes}
    return told | {name: in_tenths(value) for name, value in adjusted.items() if value is not None}


def _points(value: Any) -> Decimal | None:
    return None if value is None else in_points(value)


def effects_of(
    places: Collection[InterventionStudent], on: date, calendar: SchoolCalendar | None = None
) -> Mapping[int, tuple[Effect, Shown]]:
    """Return the effect for each place, as it is computed and as it is shown, by key."""
    return {key: (each.short, Shown.of(each)) for key, each in measured_of(places, on, calendar).items()}
