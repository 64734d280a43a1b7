"""How an intervention came out for each student: the measured effect, the outcome it proposes, and the statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from interventions.figures.dosage import Dosage
from interventions.figures.impact import Effect, in_points, median_of
from interventions.figures.outcomes import Proposed, proposed
from interventions.models import Intervention
from interventions.summaries.effects import NO_CAUSE, Shown, effects_of, meanwhile_words
from interventions.summaries.interventions import Member, Row
from interventions.summaries.league import LEAST
from interventions.summaries.record import NO_RATINGS, Ratings
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import signed


@dataclass(frozen=True)
class Came:
    """One student of an intervention: what was measured, and the outcome that it proposes."""

    member: Member
    ratings: Ratings
    effect: Effect | None
    shown: Shown | None
    proposed: Proposed

    @property
    def measured(self) -> Mapping[str, Any]:
        """What is frozen with the outcome."""
        own = {"proposed": self.proposed.outcome, "why": self.proposed.why, "rating": self.ratings.words}
        return {**(self.shown.frozen() if self.shown else {}), **own}


def came_of(shown: Row, ratings: Mapping[int, Ratings], on: date) -> list[Came]:
    """Return what was measured for each student shown, in the queries of `measured_of`."""
    effects = effects_of(_placed(shown), on, shown.calendar)
    return [_came(shown, member, ratings.get(member.place.pk, NO_RATINGS), effects) for member in shown.members]


def _placed(shown: Row) -> list[Any]:
    """Return the places with their intervention, which is read already."""
    places = [member.place for member in shown.members]
    for place in places:
        place.intervention = shown.row
    return places


def _came(shown: Row, member: Member, ratings: Ratings, effects: Mapping[int, tuple[Effect, Shown]]) -> Came:
    effect, printed = effects.get(member.place.pk, (None, None))
    found = proposed(shown.row.aim, effect, _own_dosage(shown, member), member.there, ratings.change)
    return Came(member, ratings, effect, printed, found)


def _own_dosage(shown: Row, member: Member) -> Dosage:
    """Return the dosage with what was planned for the student: who joined late or left early has a share of it."""
    days = shown.calendar.between(shown.row.starts_on, shown.row.planned_until)
    own = sum(member.is_in(day) for day in days)
    planned = round(Fraction(shown.dosage.planned * own, len(days))) if days else shown.dosage.planned
    return replace(shown.dosage, planned=planned)


def statement(shown: Row, because: str | None, came: Sequence[Came]) -> str:
    """Return "because we saw X we did Y and Z happened" (duty D116), without a name; "" where X is not to be read."""
    if not because:
        return ""
    row: Intervention = shown.row
    last = f" to {in_words(row.ended_on)}" if row.ended_on else ", still running"
    did = f"{row.type}, {shown.dosage.words}, from {in_words(row.starts_on)}{last}"
    seen = because.rstrip(". ")
    return f"Because we saw {seen[:1].lower()}{seen[1:]}, we did {did[:1].lower()}{did[1:]}, and {_happened(came)}."


def _happened(came: Sequence[Came]) -> str:
    """Return the change; of several the median of those with nothing else beside it, and none of fewer than five."""
    if len(came) == 1:
        return _happened_to(came[0].shown)
    measured = [each for each in came if each.shown and each.effect and each.effect.adjusted is not None]
    alone = [each.effect for each in measured if each.effect and each.shown and not each.shown.beside]
    adjusted = [effect.adjusted for effect in alone if effect.adjusted is not None]
    others = len(measured) - len(alone)
    left_out = f"; {others} more left out, with another intervention meanwhile" if others else ""
    middle: Fraction | None = median_of(adjusted) if len(adjusted) >= LEAST else None
    if middle is None:
        told = f"the change can be measured for {len(alone)} of the {len(came)} students"
        return f"{told}, too few to tell one for all{left_out}"
    rose, summer = sum(value > 0 for value in adjusted), sum(effect.is_over_summer for effect in alone)
    over = f", {summer} of them over the summer holiday" if summer else ""
    return (
        f"attendance changed by {signed(in_points(middle))} points beside comparable students, the median of "
        f"{len(adjusted)} measured of {len(came)} students{over}, {rose} of whom improved{left_out}; {NO_CAUSE}"
    )


def _happened_to(shown: Shown | None) -> str:
    if shown is None:
        return "nothing can be measured"
    if not shown.is_measured:
        return f"no change beside others can be told ({shown.words})"
    return f"{shown.words}; {meanwhile_words(shown.beside)}" if shown.beside else shown.words
