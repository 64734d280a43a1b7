"""One family to call: the brothers and sisters who are absent together, whom to ring, and how far the calls are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from django.utils import timezone

from contacts.models import CallingStep, Outcome
from contacts.summaries.calling_absent import Absent, Claimed
from contacts.summaries.calling_steps import Due, taken_words
from contacts.summaries.calling_tries import Try, with_carers
from contacts.summaries.carers import Carer
from pastoral.core.rights import Right

YOUNGEST = 7
_WORDS = {"AM": "this morning", "PM": "this afternoon"}


class State(StrEnum):
    """How a family's calls stand; the order is that of the list."""

    NOW = "now"
    LATER = "later"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that makes a call come early. right: what seeing it takes over the student; None: on every list."""

    is_true: bool
    words: str
    right: Right | None = None


def needs_of(absent: Absent) -> tuple[Need, ...]:
    """Return what makes a call come early, the most pressing first.

    Source: product.md E7: on a plan, looked after, known to a social worker, Year 7, a first absence.
    """
    return (
        Need(absent.is_on_card, "On a report card", Right.SEE_BEHAVIOUR_NARRATIVE),
        Need(absent.has_early_help, "Early help", Right.SEE_AGENCIES),
        Need(absent.is_looked_after, "Looked after", Right.SEE_ALL_FLAGS),
        Need(absent.has_social_worker, "Social worker", Right.SEE_AGENCIES),
        Need(absent.year == YOUNGEST, f"Year {YOUNGEST}"),
        Need(absent.is_first, "First absence this year"),
    )


@dataclass(frozen=True)
class StudentCall:
    """One student of a family to call. tries: about this absence's day; last: the last one before it; day: its place.

    told_apart: the admission number, where somebody else of the same name and group is in the list.
    """

    absent: Absent
    tries: tuple[Try, ...]
    last: Try | None
    day_number: int
    due: tuple[Due, ...]
    following: CallingStep | None
    carers: tuple[Carer, ...]
    told_apart: str = ""

    @property
    def sessions_words(self) -> str:
        """Which sessions nobody knows the reason of."""
        held = self.absent.unexplained
        return "all day" if len(held) > 1 else _WORDS[held[0]] if held else ""

    @property
    def is_unmarked(self) -> bool:
        """Test for a student who has no mark at all in a register that was taken."""
        return any(each.is_unexplained and each.code is None for each in self.absent.sittings)

    @property
    def why(self) -> tuple[str, ...]:
        """Why the call comes early, as far as the person may know."""
        rights = self.absent.rights
        return tuple(n.words for n in needs_of(self.absent) if n.is_true and (n.right is None or n.right in rights))

    @property
    def place(self) -> tuple[bool, ...]:
        """Return the place in the order of need: on a plan before all, then each need in turn."""
        card, early_help, *others = (need.is_true for need in needs_of(self.absent))
        return not (card or early_help), *(not each for each in others)

    @property
    def heard(self) -> list[Try]:
        """The tries that count: with a parent or carer whom no court order bars."""
        return with_carers(self.tries)

    @property
    def is_told(self) -> bool:
        """Test for a reason that was told, while the mark still waits for somebody who may change it."""
        return bool(self.heard) and self.heard[-1].outcome == Outcome.REASON_GIVEN

    def next_try(self, minutes: int) -> datetime | None:
        """Return when to try again; None before the first try. minutes: to wait for somebody on the way."""
        if not self.heard:
            return None
        last = self.heard[-1]
        return last.at + timedelta(minutes=minutes) if last.is_reached else last.retry_at

    @property
    def taken(self) -> tuple[str, ...]:
        """The steps taken for this absence that day, in words."""
        return taken_words(self.absent.taken)


@dataclass(frozen=True)
class FamilyCarer:
    """Somebody to ring for a family. of: for whom alone; "" for everybody. barred: about whom they must not be rung.

    students: whose carer they are, by key.
    """

    carer: Carer
    of: str
    barred: str
    is_tried: bool
    students: frozenset[int]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers to ring; none when a court order says so about any of the family who are absent."""
        return () if self.barred else self.carer.numbers


@dataclass(frozen=True)
class FamilyCall:
    """One row of the list: one call for all of a family who are absent. key: of the student its address names."""

    students: tuple[StudentCall, ...]
    now: datetime
    claim: Claimed | None
    claim_until: datetime | None
    retry_minutes: int

    @property
    def key(self) -> int:
        """The student that the row is named by, the same at every refresh."""
        return min(student.absent.student_id for student in self.students)

    @property
    def keys(self) -> frozenset[int]:
        """Its students."""
        return frozenset(student.absent.student_id for student in self.students)

    @cached_property
    def carers(self) -> tuple[FamilyCarer, ...]:
        """Whom to ring, in order, then those who are barred."""
        return carers_together([Cared(s.absent.forename, s.carers, s.tries) for s in self.students])

    @cached_property
    def tries(self) -> tuple[Try, ...]:
        """What was tried today, one line for a call about several of them."""
        found = {(each.at, each.whom, each.by): each for student in self.students for each in student.tries}
        return tuple(sorted(found.values(), key=lambda each: (each.at, each.contact_id)))

    @property
    def heard(self) -> list[Try]:
        """Those of them that count: with a parent or carer whom no court order bars."""
        return with_carers(self.tries)

    @property
    def last(self) -> Try | None:
        """The last contact about an absence before this day's."""
        return max((s.last for s in self.students if s.last), key=lambda each: each.at, default=None)

    @cached_property
    def next_try(self) -> datetime | None:
        """When to ring again: as soon as one of them may be asked about; None for at once."""
        times = [student.next_try(self.retry_minutes) for student in self.students if not student.is_told]
        if not times or None in times:
            return None
        return min(time for time in times if time is not None)

    @cached_property
    def state(self) -> State:
        """How the calls stand."""
        if all(student.is_told for student in self.students):
            return State.TOLD
        return State.LATER if self.next_try is not None and self.next_try > self.now else State.NOW

    @cached_property
    def due(self) -> tuple[Due, ...]:
        """The steps that are due for any of them, each once; none while word is that they come or why they do not."""
        if self.state is State.TOLD or (self.state is State.LATER and self.heard[-1].is_on_the_way):
            return ()
        found = {due.step.pk: due for student in self.students for due in student.due}
        return tuple(sorted(found.values(), key=lambda due: (due.since, due.step.pk)))

    @property
    def place(self) -> tuple[object, ...]:
        """Return the place in the list: to call now, then by need, then by name."""
        first = min(self.students, key=lambda student: (student.place, student.absent.name))
        return list(State).index(self.state), first.place, first.absent.year, first.absent.name, self.key

    @property
    def names(self) -> str:
        """Who is absent: "Kai and Ada Okafor"."""
        return names_together([student.absent for student in self.students])

    def seen(self, user_id: int) -> str:
        """Return how far the calls are, as a form hands it back: the last contact, and which colleague is calling."""
        last = max((each.contact_id for student in self.students for each in student.tries), default=0)
        other = self.claim.by_id if self.claim and self.claim.by_id != user_id else 0
        return f"{last}-{other}"


class Cared(NamedTuple):
    """One student with the carers, and what was tried."""

    forename: str
    carers: tuple[Carer, ...]
    tries: tuple[Try, ...]


def carers_together(students: Sequence[Cared]) -> tuple[FamilyCarer, ...]:
    """Return everybody who cares for any of them: those to ring for most of them first, the barred ones last."""
    held: dict[int, list[tuple[str, Carer]]] = {}
    for student in students:
        for carer in student.carers:
            held.setdefault(carer.parent_carer_id, []).append((student.forename, carer))
    tried = {each.carer for student in students for each in with_carers(student.tries)}

    def order(links: list[tuple[str, Carer]]) -> tuple[object, ...]:
        return any(carer.is_barred for _, carer in links), -len(links), min(carer.priority for _, carer in links)

    return tuple(_together(links, len(students), tried) for links in sorted(held.values(), key=order))


def _together(links: list[tuple[str, Carer]], number: int, tried: Collection[int | None]) -> FamilyCarer:
    carer = next((carer for _, carer in links if not carer.is_barred), links[0][1])
    of = " and ".join(name for name, _ in links) if len(links) < number else ""
    barred = " and ".join(name for name, link in links if link.is_barred)
    students = frozenset(link.student_id for _, link in links)
    return FamilyCarer(carer, of, barred, carer.parent_carer_id in tried, students)


def names_together(people: Sequence[Absent]) -> str:
    """Return names as people say them: "Kai and Ada Okafor", "Kai Okafor and Ada Price"."""
    if len({one.surname for one in people}) == 1:
        return f"{_listed([one.forename for one in people])} {people[0].surname}"
    return _listed([f"{one.forename} {one.surname}" for one in people])


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def clock(moment: datetime) -> str:
    """Return the time of day at the school: "08:52"."""
    return f"{timezone.localtime(moment):%H:%M}"
