"""Whose home is owed good news, and whose has heard it, by whom and when."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Max
from django.utils import timezone

from contacts.models import Contact
from contacts.summaries.good_news import good_news_calls, good_news_noted
from pastoral.core.models import User
from pastoral.core.paging import ListPage, list_page
from pastoral.core.rights import Right
from reports.conduct.asked import Asked
from reports.conduct.members import members_of
from reports.conduct.parts import Praise, praise_of, rewards_of
from reports.recognition.tutors import Heard
from reports.summaries.people import Person
from students.families import families


@dataclass(frozen=True)
class Owed:
    """A student whose home is to hear of what they were recognised for. told: when it last heard, if ever."""

    person: Person
    praise: tuple[Praise, ...]
    told: date | None

    @property
    def points(self) -> int:
        """The points of what home has not heard of."""
        return sum(each.points for each in self.praise)

    @property
    def in_words(self) -> str:
        """What for, each kind once, latest first."""
        return ", ".join(dict.fromkeys(each.type for each in self.praise))


@dataclass(frozen=True)
class Told:
    """One time that a home heard good news. news: the key of what was noted here; contact: of a contact for it."""

    person: Person
    day: date
    how: str
    by: User
    note: str = ""
    news: int | None = None
    contact: int | None = None


@dataclass(frozen=True)
class GoodNewsPage:
    """The students asked for, in the days asked for.

    owed: recognised later than home heard of it, most points first. told: latest first. heard: whose home heard good
    news, when, from whom, by contacts for it as well. unheard: whose home heard none, longest ago first.
    family: of each student, who of them belongs together.
    """

    everybody: tuple[Person, ...]
    people: tuple[Person, ...]
    owed: tuple[Owed, ...]
    told: tuple[Told, ...]
    heard: frozenset[Heard]
    unheard: tuple[Owed, ...]
    family: Mapping[int, frozenset[int]]

    @classmethod
    def load(cls, user: User, asked: Asked, today: date) -> Self:
        """Read students, achievements, rewards, what was noted as told, contacts for it, and families: nine queries."""
        first, last = asked.window.first, asked.window.last
        everybody = members_of(user, Right.AWARD, first, last)
        people = {person.student_id: person for person in asked.people(everybody) if not person.has_left(today)}
        held: dict[int, list[Praise]] = defaultdict(list)
        for each in (*praise_of(people.values(), first, last), *rewards_of(people.values(), first, last)):
            held[each.student_id].append(each)
        last_told, told_rows = _told(user, people, first, last)
        owed = []
        for key, praise in held.items():
            told = last_told.get(key)
            fresh = tuple(each for each in praise if told is None or each.day > told)
            if fresh:
                owed.append(Owed(people[key], fresh, told))
        heard = frozenset(Heard(each.person.student_id, each.day, each.by.pk) for each in told_rows)
        reached = {each.student for each in heard}
        silent = [
            Owed(person, tuple(held.get(key, ())), last_told.get(key))
            for key, person in people.items()
            if key not in reached
        ]
        return cls(
            everybody=everybody,
            people=tuple(people.values()),
            owed=tuple(sorted(owed, key=lambda each: (-each.points, -len(each.praise), each.person.sort_key))),
            told=told_rows,
            heard=heard,
            unheard=tuple(sorted(silent, key=lambda each: (each.told or date.min, each.person.sort_key))),
            family=families(people),
        )

    @property
    def heard_families(self) -> int:
        """How many families have heard something in the days asked for: brothers and sisters are one."""
        return len({self.family[each.student] for each in self.heard})

    @property
    def families(self) -> int:
        """How many families the students are of."""
        return len(set(self.family.values()))

    def owed_page(self, cursor: str) -> ListPage[Owed]:
        """Return a page of whom is owed."""
        return list_page(self.owed, cursor=cursor)

    def unheard_page(self, cursor: str) -> ListPage[Owed]:
        """Return a page of whose home heard nothing."""
        return list_page(self.unheard, cursor=cursor)

    def told_page(self, cursor: str) -> ListPage[Told]:
        """Return a page of what was told."""
        return list_page(self.told, cursor=cursor)


def _told(
    user: User, people: Mapping[int, Person], first: date, last: date
) -> tuple[dict[int, date], tuple[Told, ...]]:
    """Return when each home heard last, and what was told in the span, latest first; in four queries.

    A contact for good news that reached a parent or carer tells it as well as what was noted here.
    """
    news, calls = good_news_noted().filter(student__in=list(people)), good_news_calls(user, people)
    last_told = dict(news.order_by().values_list("student").annotate(last=Max("told_on")))
    for key, at in calls.order_by().values_list("student").annotate(last=Max("occurred_at")):
        last_told[key] = max(last_told.get(key, date.min), timezone.localdate(at))
    noted = news.filter(told_on__range=(first, last)).select_related("told_by")
    reached = calls.filter(occurred_at__date__range=(first, last)).select_related("made_by")
    rows = [
        *(
            Told(people[each.student_id], each.told_on, each.get_how_display(), each.told_by, each.note, news=each.pk)
            for each in noted
        ),
        *(_by_contact(people[each.student_id], each) for each in reached),
    ]
    return last_told, tuple(sorted(rows, key=lambda each: each.day, reverse=True))


def _by_contact(person: Person, contact: Contact) -> Told:
    day = timezone.localdate(contact.occurred_at)
    return Told(person, day, contact.get_channel_display(), contact.made_by, contact=contact.pk)
