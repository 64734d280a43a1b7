"""The homes of the demo school: who may be rung about each student, and which colleague rings."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import zip_longest
from random import Random

from contacts.models import Channel, Contact, Direction, Result
from contacts.services.contacts import About, Told, With, contact_log
from contacts.summaries.carers import Carer, carers_of
from pastoral.core.models import User
from pastoral.core.rights import Role
from reports.demo.cast import Cast, NobodyThere
from reports.demo.conduct import token, tutor_of
from reports.demo.home.stories import Said
from students.families import families
from students.models import ParentCarer, Student
from students.summaries import RollEntry

SAFETY = ("Dog in the yard: ring from the gate.", "", "Go in twos; no signal on the stairs.", "")


@dataclass(frozen=True)
class Homes:
    """The cast with its students' homes, read once for a part. chance: drawn in the same way each time."""

    cast: Cast
    concern: str
    chance: Random

    @classmethod
    def of(cls, cast: Cast, concern: str) -> "Homes":
        """Return the homes with a stream of chance of their own, so that one part does not shift another."""
        return cls(cast, concern, Random(f"home/{concern}"))  # noqa: S311 a made-up school

    @cached_property
    def members(self) -> dict[int, RollEntry]:
        """Everybody on roll, by key."""
        return {member.student_id: member for member in self.cast.students}

    @cached_property
    def carers(self) -> dict[int, tuple[Carer, ...]]:
        """Who may be contacted about each student, in order; nobody whom a court order bars."""
        held = carers_of(list(self.members))
        return {key: tuple(carer for carer in carers if not carer.is_barred) for key, carers in held.items()}

    @cached_property
    def people(self) -> dict[int, ParentCarer]:
        """The parents and carers, by key."""
        return ParentCarer.objects.in_bulk([each.parent_carer_id for held in self.carers.values() for each in held])

    @cached_property
    def students(self) -> dict[int, Student]:
        """The students, by key."""
        return Student.objects.in_bulk(list(self.members))

    @cached_property
    def families(self) -> dict[int, frozenset[int]]:
        """Brothers and sisters, by key."""
        return families(list(self.members))

    def carer(self, key: int, turn: int = 0) -> Carer | None:
        """Return whom to ring about the student, another one at another turn; None where nobody may be."""
        held = self.carers.get(key, ())
        return held[turn % len(held)] if held else None

    def some(self, per_thousand: int, least: int = 1) -> list[RollEntry]:
        """Draw a share of the students who have somebody to ring."""
        reachable = [member for key, member in self.members.items() if self.carers.get(key)]
        number = min(len(reachable), max(least, len(reachable) * per_thousand // 1000))
        return self.chance.sample(reachable, number)

    def of_each_year(self, number: int, least: int = 1) -> list[RollEntry]:
        """Draw so many students of each year who have somebody to ring, one year after the other; least: in all."""
        years: dict[int, list[RollEntry]] = {}
        for key, member in self.members.items():
            if self.carers.get(key):
                years.setdefault(member.year, []).append(member)
        each = max(number, -(-least // max(1, len(years))))
        drawn = [self.chance.sample(years[year], min(each, len(years[year]))) for year in sorted(years)]
        return [member for turn in zip_longest(*drawn) for member in turn if member]

    def who(self, job: str, member: RollEntry) -> User:
        """Return the colleague of that job for the student; the Pastoral Manager where there is none."""
        if job == "tutor":
            return tutor_of(self.cast, member)
        role = {"year": Role.HEAD_OF_YEAR, "office": Role.ATTENDANCE_OFFICER}.get(job, Role.PASTORAL_MANAGER)
        return self.cast.holder(role, member.year)

    def holder(self, role: Role, instead: Role) -> User:
        """Return somebody who holds the role, or else the other one."""
        try:
            return self.cast.holder(role)
        except NobodyThere:
            return self.cast.holder(instead)


@dataclass(frozen=True)
class Call:
    """One contact to be logged: about whom, when, by whom and what for. number: its own in the part."""

    number: int
    keys: tuple[int, ...]
    carer: Carer
    at: datetime
    by: User
    purpose: str
    about: About | None = None


def call_reached(homes: Homes, call: Call, said: Said, *, logged_at: datetime | None = None, **also: object) -> Contact:
    """Log that somebody was reached, in the words of the story."""
    words = said.words.format(name=homes.members[call.keys[0]].forename)
    return _logged(
        homes, call, said.channel, Result.REACHED, Direction.IN if said.is_in else Direction.OUT, logged_at,
        {"narrative": words, "outcome": said.outcome, **also},
    )  # fmt: skip


def call_tried(homes: Homes, call: Call, result: str, words: str, retry_at: datetime | None) -> Contact:
    """Log an attempt that reached nobody, and when to try again."""
    words = words.format(name=homes.members[call.keys[0]].forename)
    also: dict[str, object] = {"narrative": words, "retry_at": retry_at}
    return _logged(homes, call, Channel.PHONE, result, Direction.OUT, None, also)


def _logged(
    homes: Homes, call: Call, channel: str, result: str, way: str, logged_at: datetime | None, also: dict[str, object]
) -> Contact:
    if channel == Channel.HOME_VISIT:
        also = {**also, "who_answered": call.carer.name, "safety_note": SAFETY[call.number % len(SAFETY)]}
    number = (*call.carer.numbers, "")[0] if channel == Channel.PHONE else ""
    told = Told(
        With.carer(homes.people[call.carer.parent_carer_id]), call.at, channel, result, call.purpose, way,
        {"number": number, **also},
    )  # fmt: skip
    visitors = [call.by, homes.cast.holder(Role.HEAD_OF_YEAR, homes.members[call.keys[0]].year)]
    made = contact_log(
        told=told,
        students=[homes.students[key] for key in call.keys],
        token=token(homes.concern, call.number),
        by=call.by,
        now=logged_at or call.at,
        abouts={key: [call.about] for key in call.keys} if call.about else None,
        visited_by=visitors if channel == Channel.HOME_VISIT else (),
    )
    return made[0]
