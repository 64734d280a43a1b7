"""Who is recognised and who is not: ratios by group, students nobody praised, equity by cohort."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from behaviour.summaries.recognised import last_recognised
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import rounded
from reports.conduct.asked import NOT_SAID, Asked
from reports.conduct.intervals import Difference, Side
from reports.conduct.members import members_of
from reports.conduct.parts import Part, Praise, parts_of, praise_of
from reports.summaries.cohort_page import COHORTS_BY_SLUG
from reports.summaries.cohorts import SMALL_COHORT
from reports.summaries.people import Person

INCIDENTS, ACHIEVEMENTS, UNSEEN = "reports:incident_list", "reports:achievement_list", "reports:recognition_unseen"


@dataclass(frozen=True)
class RatioLine:
    """Achievements beside incidents of one group; None for what a subject has none of.

    points, lost: what the achievements and the incidents carry. n: its students. recognised: those with any.
    unseen: those without who have not left, as the list of them.
    """

    name: str
    achievements: int
    points: int
    incidents: int
    lost: int
    n: int | None
    recognised: int | None
    unseen: int | None
    achievements_url: str
    incidents_url: str
    unseen_url: str = ""

    @property
    def ratio(self) -> Decimal | None:
        """Achievements for each incident, to one decimal; None without an incident."""
        return rounded(Decimal(self.achievements) / self.incidents) if self.incidents else None

    @property
    def rate(self) -> Decimal | None:
        """Achievements in a hundred students; None of nobody."""
        return rounded(Decimal(100 * self.achievements) / self.n) if self.n else None

    @property
    def is_small(self) -> bool:
        """Test for too few students for the rate to say much."""
        return self.n is not None and self.n < SMALL_COHORT


@dataclass(frozen=True)
class EquityLine:
    """One cohort: the share recognised at least once against everybody else's, and achievements in a hundred."""

    line: RatioLine
    difference: Difference

    @property
    def others(self) -> Decimal | None:
        """The share of everybody else, in per cent."""
        return self.difference.others.percent


@dataclass(frozen=True)
class Unseen:
    """A student whom nobody recognised in the days asked for. last: when somebody did last, None for never."""

    person: Person
    last: date | None


@dataclass(frozen=True)
class Praised:
    """The achievements and incidents of the students asked for, in the days asked for.

    Recognised is who got an achievement, a campaign's reward or praise in form time.
    """

    asked: Asked
    everybody: tuple[Person, ...]
    people: tuple[Person, ...]
    praise: tuple[Praise, ...]
    parts: tuple[Part, ...]
    recognised: frozenset[int]
    today: date

    @classmethod
    def load(cls, user: User, asked: Asked, today: date) -> Self:
        """Read students, achievements, incidents and other recognition in five queries."""
        first, last = asked.window.first, asked.window.last
        everybody = members_of(user, Right.AWARD, first, last)
        people = asked.people(everybody)
        known = last_recognised([person.student_id for person in people], first, last)
        praise = [each for each in praise_of(people, first, last) if asked.holds_praise(each)]
        parts = [part for part in parts_of(user, people, first, last, ()) if part.is_negative]
        return cls(
            asked=asked,
            everybody=everybody,
            people=people,
            praise=tuple(praise),
            parts=tuple(parts),
            recognised=frozenset(known),
            today=today,
        )

    @property
    def total(self) -> RatioLine:
        """Everybody."""
        return self._of_people("All", self.people)

    @cached_property
    def by_group(self) -> dict[str, list[RatioLine]]:
        """The lines by year, house, tutor group and subject."""
        return {
            "Year": self._years(),
            "House": self._houses(),
            "Tutor group": self._groups(),
            "Subject": self._subjects(),
        }

    def _years(self) -> list[RatioLine]:
        held: dict[int, list[Person]] = defaultdict(list)
        for person in self.people:
            held[person.year].append(person)
        return [self._of_people(f"Year {year}", people, year=str(year)) for year, people in sorted(held.items())]

    def _groups(self) -> list[RatioLine]:
        held: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            held[person.tutor_group].append(person)
        return [self._of_people(name or "No group", people, group=name or NOT_SAID) for name, people in held.items()]

    def _houses(self) -> list[RatioLine]:
        held: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            held[person.house].append(person)
        named = sorted(held.items(), key=lambda each: (not each[0], each[0]))
        return [self._of_people(name or "No house", people, house=name or NOT_SAID) for name, people in named]

    def _subjects(self) -> list[RatioLine]:
        praised, told = _by_activity(self.praise), _by_activity(self.parts)
        names = sorted({*praised, *told}, key=lambda name: (not name, name))
        return [
            RatioLine(
                name=name or "Not said",
                achievements=len(praised.get(name, ())),
                points=sum(praised.get(name, ())),
                incidents=len(told.get(name, ())),
                lost=sum(told.get(name, ())),
                n=None,
                recognised=None,
                unseen=None,
                achievements_url=self.asked.url(ACHIEVEMENTS, activity=name or NOT_SAID),
                incidents_url=self.asked.url(INCIDENTS, activity=name or NOT_SAID),
            )
            for name in names
        ]

    def _of_people(self, name: str, people: Sequence[Person], **asked: Any) -> RatioLine:
        keys = {person.student_id for person in people}
        praised = [each.points for each in self.praise if each.student_id in keys]
        told = [part.points for part in self.parts if part.student_id in keys]
        return RatioLine(
            name=name,
            achievements=len(praised),
            points=sum(praised),
            incidents=len(told),
            lost=sum(told),
            n=len(keys),
            recognised=len(keys & self.recognised),
            unseen=sum(map(self._is_unseen, people)),
            achievements_url=self.asked.url(ACHIEVEMENTS, **asked),
            incidents_url=self.asked.url(INCIDENTS, **asked),
            unseen_url=self.asked.url(UNSEEN, **asked),
        )

    @cached_property
    def equity(self) -> list[EquityLine]:
        """Each cohort that the reader sees somebody in, against everybody else."""
        found = []
        for slug, cohort in COHORTS_BY_SLUG.items():
            inside = [person for person in self.people if cohort.holds(person)]
            if inside and not self.asked.cohort:
                outside = [person for person in self.people if not cohort.holds(person)]
                line = self._of_people(cohort.name, inside, cohort=slug)
                found.append(EquityLine(line, Difference(self._share(inside), self._share(outside))))
        return found

    def _share(self, people: Sequence[Person]) -> Side:
        count = sum(person.student_id in self.recognised for person in people)
        return Side(count, len(people), len(people))

    def _is_unseen(self, person: Person) -> bool:
        return person.student_id not in self.recognised and not person.has_left(self.today)

    def unseen(self) -> list[Unseen]:
        """Return whom nobody recognised, longest ago first, in one query."""
        people = list(filter(self._is_unseen, self.people))
        before = self.asked.window.first - timedelta(days=1)
        last = last_recognised([person.student_id for person in people], date.min, before)
        found = [Unseen(person, last.get(person.student_id)) for person in people]
        return sorted(found, key=lambda each: (each.last or date.min, each.person.sort_key))

    def table(self) -> Table:
        """Return every line as one table."""
        groups: list[tuple[str, Sequence[RatioLine]]] = [("All", [self.total]), *self.by_group.items()]
        rows = [
            (
                kind,
                line.name,
                line.achievements,
                line.points,
                line.incidents,
                line.lost,
                line.ratio,
                line.n,
                line.recognised,
                line.rate,
            )
            for kind, lines in (*groups, ("Cohort", [each.line for each in self.equity]))
            for line in lines
        ]
        headings = (
            "Breakdown", "Name", "Achievements", "Achievement points", "Incidents", "Behaviour points",
            "Achievements for each incident", "n", "Recognised", "Achievements per 100 students",
        )  # fmt: skip
        return Table("Recognition", (self.asked.span_words,), headings, rows)


def _by_activity(rows: Iterable[Praise | Part]) -> dict[str, list[int]]:
    """Return the points of each of the rows by its activity."""
    found: dict[str, list[int]] = defaultdict(list)
    for each in rows:
        found[each.activity].append(each.points)
    return found
