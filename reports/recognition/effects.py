"""What changed with a campaign: the figure of interventions (decision 0018), over the campaign's own days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Self

from behaviour.models import Campaign
from interventions.figures.impact import (
    ENOUGH_SESSIONS,
    SHORT,
    Effect,
    in_points,
    in_tenths,
    incident_change,
    median_of,
    rate_change,
)
from interventions.figures.tracks import Part
from interventions.summaries.impact import measured_since
from interventions.summaries.league import Group, Line
from pastoral.core.models import User
from reports.recognition.campaigns import awards_of
from reports.recognition.qualifying import audience

A_HUNDRED = 100


@dataclass(frozen=True)
class Everybody:
    """Whom the campaign is for, those measured together: a sum over a sum. n: how many have enough sessions."""

    n: int
    before: Part
    after: Part

    @classmethod
    def of(cls, effects: Collection[Effect]) -> Self:
        """Return the sums of those with enough sessions on both sides."""
        enough = [each for each in effects if each.raw is not None]
        held = [(each.before.part, each.after.part) for each in enough if each.before and each.after]
        return cls(len(held), Part.pooled(was for was, _is in held), Part.pooled(became for _was, became in held))

    @property
    def change(self) -> Decimal | None:
        """How far attendance changed, in points; None of nobody."""
        change = rate_change(self.before, self.after)
        return None if change is None else in_points(change)

    @property
    def incidents(self) -> tuple[Decimal | None, Decimal | None]:
        """Incidents with points in a hundred sessions, before and since; None of nobody."""
        return _in_hundred(self.before.incident_rate), _in_hundred(self.after.incident_rate)

    @property
    def incident_change(self) -> Decimal | None:
        """How far these changed; None of nobody."""
        return _in_hundred(incident_change(self.before, self.after))


@dataclass(frozen=True)
class CampaignEffect:
    """The last 30 possible sessions before a campaign beside its first 30. on: the last day whose marks count.

    rewarded: those with its reward, each beside students of the same year and band whom it is for, without it.
    """

    first: date
    on: date
    looked_at: int
    everybody: Everybody
    rewarded: Group

    @classmethod
    def load(cls, user: User, campaign: Campaign, today: date) -> Self:
        """Measure the person's students whom it is for."""
        on = min(campaign.last_day, today)
        students = [person.student_id for person in audience(user, campaign, today)[1]]
        inside = frozenset(awards_of(user, campaign).values_list("student", flat=True))
        found = measured_since(campaign.first_day, on, students, inside) if campaign.first_day <= on else {}
        lines = [Line(None, measured, Fraction(0)) for key, measured in found.items() if key in inside]
        everybody = Everybody.of([each.short for each in found.values()])
        return cls(campaign.first_day, on, len(students), everybody, Group(campaign.name, tuple(lines)))

    @property
    def sessions(self) -> int:
        """How many sessions each side has."""
        return SHORT.after

    @property
    def least(self) -> int:
        """How many sessions a student needs on each side."""
        return ENOUGH_SESSIONS

    @property
    def incidents(self) -> Decimal | None:
        """The median change of incidents in a hundred sessions, beside the others'; None of too few."""
        found = [line.effect.incidents_adjusted for line in self.rewarded.credited]
        middle = median_of([each for each in found if each is not None])
        return None if self.rewarded.is_small else _in_hundred(middle)


def _in_hundred(rate: Fraction | None) -> Decimal | None:
    return None if rate is None else in_tenths(A_HUNDRED * rate)
