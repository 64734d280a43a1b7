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
from interventions.summaries.effects import NO_CAUSE, Shown, effects_of
from interventions.summaries.interventions import Member, Row
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
    if len(came) == 1:
        return came[0].shown.words if came[0].shown else "nothing can be measured"
    adjusted = [each.effect.adjusted for each in came if each.effect and each.effect.adjusted is not None]
    middle: Fraction | None = median_of(adjusted)
    if middle is None:
        return f"for none of the {len(came)} students enough sessions are there to measure a change"
    rose = sum(value > 0 for value in adjusted)
    return (
        f"attendance changed by {signed(in_points(middle))} points beside comparable students, the median of "
        f"{len(adjusted)} measured of {len(came)} students, {rose} of whom improved; {NO_CAUSE}"
    )
