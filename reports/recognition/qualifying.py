"""Whom a campaign's rule finds, and what of each student qualified them: found by query, never typed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from behaviour.models import Campaign
from behaviour.services.recognition import awards_left, money_left
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import rounded
from reports.conduct.members import members_of
from reports.conduct.parts import parts_of, praise_of
from reports.recognition.weeks import Weeks
from reports.summaries.people import Person
from students.calendar import monday_of
from students.summaries import SchoolCalendar

# Each criterion in words, as the campaign's page and the reward's reason say it; the order of the page.
WORDS = {
    "points": "at least {} achievement points",
    "awards": "at least {} achievements",
    "most_negative": "at most {} behaviour points",
    "basics": "the basics right for at least {} weeks in a row",
    "attendance": "attendance of at least {} %",
    "improved": "attendance better by at least {} points than in as many weeks before",
}
FACTS = {
    "points": "{} points",
    "awards": "{} achievements",
    "most_negative": "{} behaviour points",
    "basics": "{} weeks of basics",
    "attendance": "{} % attendance",
    "improved": "{} points better",
}


def criteria_in_words(campaign: Campaign) -> list[str]:
    """Return the rule as people read it."""
    said = [words.format(campaign.criteria[name]) for name, words in WORDS.items() if name in campaign.criteria]
    return [*said, "authorised absence counts against nobody"] if campaign.criteria.get("forgives_authorised") else said


@dataclass(frozen=True)
class Qualifier:
    """One student whom the rule finds, with the figures that it looked at."""

    person: Person
    facts: dict[str, Any]

    @property
    def in_words(self) -> str:
        """The figures in words."""
        return facts_in_words(self.facts)


# What a student can still get, and how one of it is called.
LEFT = {"points": "point", "awards": "achievement"}
MOST_NEAR = 20


def facts_in_words(facts: dict[str, Any]) -> str:
    """Return what qualified somebody, as it stood."""
    return ", ".join(words.format(facts[name]) for name, words in FACTS.items() if name in facts)


@dataclass(frozen=True)
class Near:
    """A student who meets every criterion but points or achievements, and how many of those are left to get."""

    person: Person
    left: dict[str, int]

    @property
    def in_words(self) -> str:
        """What is left, in words."""
        return ", ".join(f"{number} {LEFT[name]}{'s' * (number != 1)} to go" for name, number in self.left.items())


@dataclass(frozen=True)
class Found:
    """What the rule finds among the students of the person, and how many it looked at. groups: of each, by key."""

    qualifiers: tuple[Qualifier, ...]
    looked_at: int
    until: date
    groups: dict[int, str]
    near: tuple[Near, ...] = ()

    @classmethod
    def load(cls, user: User, campaign: Campaign, today: date) -> Self:
        """Look at every student on roll for whom the person keeps campaigns; nobody qualifies before it begins."""
        until = min(campaign.last_day, today)
        everybody, people = audience(user, campaign, today)
        measure = Measure.load(user, people, campaign, until)
        held = [(person, measure.facts(person.student_id)) for person in people if today >= campaign.first_day]
        others = [person for person, facts in held if facts is None]
        near = [Near(person, left) for person in others if (left := measure.left(person.student_id))]
        return cls(
            qualifiers=tuple(Qualifier(person, facts) for person, facts in held if facts is not None),
            looked_at=len(people),
            until=until,
            groups={person.student_id: person.tutor_group for person in everybody},
            near=tuple(sorted(near, key=lambda each: (sum(each.left.values()), each.person.sort_key))[:MOST_NEAR]),
        )


def audience(user: User, campaign: Campaign, today: date) -> tuple[tuple[Person, ...], list[Person]]:
    """Return everybody for whom the person keeps campaigns, and those of them on roll whom this one is for."""
    until = min(campaign.last_day, today)
    everybody = members_of(user, Right.KEEP_CAMPAIGNS, min(campaign.first_day, until), until)
    here = (person for person in everybody if not person.has_left(today))
    return everybody, [person for person in here if campaign.year_group_id in (None, person.year)]


@dataclass(frozen=True)
class Measure:
    """What the criteria are held against, read once for all. before: the span that `improved` looks back to."""

    criteria: dict[str, Any]
    first: date
    until: date
    before: tuple[date, date] | None
    points: dict[int, int]
    awards: dict[int, int]
    negative: dict[int, int]
    weeks: Weeks

    @classmethod
    def load(cls, user: User, people: Sequence[Person], campaign: Campaign, until: date) -> Self:
        """Read achievements, incidents and weeks."""
        calendar, keys = SchoolCalendar.load(), [person.student_id for person in people]
        points: dict[int, int] = defaultdict(int)
        awards: dict[int, int] = defaultdict(int)
        negative: dict[int, int] = defaultdict(int)
        for each in praise_of(people, campaign.first_day, until):
            points[each.student_id] += each.points
            awards[each.student_id] += 1
        for part in parts_of(user, people, campaign.first_day, until, ()):
            negative[part.student_id] += part.points
        return cls(
            criteria=campaign.criteria,
            first=campaign.first_day,
            until=until,
            before=_span_before(calendar, campaign.first_day, until),
            points=points,
            awards=awards,
            negative=negative,
            weeks=Weeks.load(user, keys, until, calendar),
        )

    def facts(self, student: int) -> dict[str, Any] | None:
        """Return the figures of a student who meets every criterion; None for anybody else."""
        found: dict[str, Any] = {}
        for name, wanted in self.criteria.items():
            if name not in WORDS:
                continue
            value = self._value(name, student)
            if value is None or not _meets(name, value, wanted):
                return None
            found[name] = str(rounded(float(value))) if isinstance(value, Fraction) else value
        return found or None

    def left(self, student: int) -> dict[str, int] | None:
        """Return how many points and achievements a student lacks who meets every other criterion; None for others."""
        found: dict[str, int] = {}
        for name in WORDS.keys() & self.criteria.keys():
            value, wanted = self._value(name, student), self.criteria[name]
            if value is None or (not _meets(name, value, wanted) and name not in LEFT):
                return None
            if name in LEFT and not _meets(name, value, wanted):
                found[name] = int(wanted) - int(value)
        return found or None

    def _value(self, name: str, student: int) -> int | Fraction | None:
        if name == "basics":
            return self.weeks.streak(student, since=monday_of(self.first), forgives=self._forgives)
        if name in {"attendance", "improved"}:
            now = self._percent(student, self.first, self.until)
            if name == "attendance":
                return now
            earlier = self._percent(student, *self.before) if self.before else None
            return None if now is None or earlier is None else now - earlier
        held = {"points": self.points, "awards": self.awards, "most_negative": self.negative}[name]
        return held.get(student, 0)

    @property
    def _forgives(self) -> bool:
        return bool(self.criteria.get("forgives_authorised"))

    def _percent(self, student: int, first: date, last: date) -> Fraction | None:
        """Return attendance in per cent, not rounded: figures are classified first."""
        attended, possible = self.weeks.attendance(student, first, last, forgives=self._forgives)
        return Fraction(100 * attended, possible) if possible else None


def _meets(name: str, value: int | Fraction, wanted: Any) -> bool:
    limit = Fraction(str(wanted))
    return value <= limit if name == "most_negative" else value >= limit


def _span_before(calendar: SchoolCalendar, first: date, last: date) -> tuple[date, date] | None:
    """Return as many school weeks before the first day's as the span has; None when the year has none before it."""
    begins = monday_of(first)
    inside = [monday for monday in calendar.mondays if begins <= monday <= last]
    before = [monday for monday in calendar.mondays if monday < begins][-len(inside) :]
    return (before[0], before[-1]) if inside and before else None


@dataclass(frozen=True)
class Budget:
    """What a campaign has left. awards: more rewards, None without a limit; money: pounds, None without a budget."""

    given: int
    awards: int | None
    money: Decimal | None

    @classmethod
    def of(cls, campaign: Campaign, given: int) -> Self:
        """Return what is left after so many rewards."""
        return cls(given, awards_left(campaign, given), money_left(campaign, given))
