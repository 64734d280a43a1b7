"""The incidents and achievements behind a number, as lists with the student, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self

from behaviour.models import Achievement
from pastoral.core.models import User
from pastoral.core.paging import ListPage, list_page
from pastoral.core.rights import Right
from reports.conduct.asked import LED, Asked
from reports.conduct.members import members_of
from reports.conduct.parts import Part, Praise, parts_of, praise_of
from reports.summaries.people import Person
from students.lessons import lessons
from students.models import Student
from students.staff import staff_names

SIZE = 100


@dataclass(frozen=True)
class PartRow:
    """One part of the list. role: in words, "" for who did it."""

    part: Part
    person: Person
    role: str


@dataclass(frozen=True)
class PartList:
    """What was asked for: the page of it, and its totals over all pages. people: whom the filters may choose from."""

    page: ListPage[PartRow]
    people: tuple[Person, ...]
    everything: tuple[Part, ...]
    points: int
    students: int
    person: Person | None

    @classmethod
    def load(cls, user: User, asked: Asked, cursor: str) -> Self:
        """Read the parts asked for in three queries, whatever there are."""
        right = Right.SEE_BEHAVIOUR_PATTERNS if asked.reach == LED else Right.SEE_BEHAVIOUR_NARRATIVE
        everybody = members_of(user, right, asked.window.first, asked.window.last)
        people = {person.student_id: person for person in asked.people(everybody)}
        parts = parts_of(user, people.values(), asked.window.first, asked.window.last, lessons().periods())
        held = [PartRow(part, people[part.student_id], _role(part)) for part in parts if asked.holds(part)]
        return cls(
            page=list_page(held, cursor=cursor, size=SIZE),
            people=everybody,
            everything=tuple(parts),
            points=sum(row.part.points for row in held),
            students=len({row.part.student_id for row in held}),
            person=next(iter(people.values()), None) if asked.student else None,
        )


def _role(part: Part) -> str:
    return "" if part.is_negative else part.role.capitalize()


@dataclass(frozen=True)
class PraiseRow:
    """One achievement of the list.

    note: what was written with it. by: who gave it, by the MIS's code where they have no account here.
    may_withdraw: whether the reader may withdraw it.
    """

    praise: Praise
    person: Person
    note: str
    by: str
    may_withdraw: bool


@dataclass(frozen=True)
class PraiseList:
    """What was asked for: the page of it, and its totals over all pages. people: whom the filters may choose from."""

    page: ListPage[PraiseRow]
    people: tuple[Person, ...]
    everything: tuple[Praise, ...]
    points: int
    students: int
    person: Person | None

    @classmethod
    def load(cls, user: User, asked: Asked, cursor: str) -> Self:
        """Read the achievements asked for in five queries, whatever there are."""
        right = Right.SEE_BEHAVIOUR_PATTERNS if asked.reach == LED else Right.AWARD
        everybody = members_of(user, right, asked.window.first, asked.window.last)
        people = {person.student_id: person for person in asked.people(everybody)}
        praise = praise_of(people.values(), asked.window.first, asked.window.last)
        held = [each for each in praise if asked.holds_praise(each)]
        page = list_page(held, cursor=cursor, size=SIZE)
        rows = _praise_rows(user, page.rows, people)
        return cls(
            page=ListPage(rows, page.first, page.total, page.size),
            people=everybody,
            everything=tuple(praise),
            points=sum(each.points for each in held),
            students=len({each.student_id for each in held}),
            person=next(iter(people.values()), None) if asked.student else None,
        )


def _praise_rows(user: User, held: Sequence[Praise], people: dict[int, Person]) -> list[PraiseRow]:
    keys = [each.pk for each in held]
    words = {
        pk: (note, by)
        for pk, note, by in Achievement.objects.filter(pk__in=keys).values_list("pk", "note", "logged_by")
    }
    led = Student.objects.with_right(user, Right.REVIEW_INCIDENTS)
    names = staff_names(each.staff for each in held)
    reviewed = set(led.filter(pk__in=[each.student_id for each in held]).values_list("pk", flat=True))
    return [
        PraiseRow(
            praise=each,
            person=people[each.student_id],
            note=words[each.pk][0],
            by=names.get(each.staff, each.staff),
            may_withdraw=words[each.pk][1] == user.pk or each.student_id in reviewed,
        )
        for each in held
    ]


@dataclass(frozen=True)
class Choices:
    """What the filters of a list offer: only what is there."""

    years: list[int]
    groups: list[str]
    types: list[str]
    activities: list[str]

    @classmethod
    def of(cls, people: Collection[Person], held: Collection[Part] | Collection[Praise]) -> Self:
        """Return the choices of a set of students and what was logged about them."""
        return cls(
            years=sorted({person.year for person in people if person.year}),
            groups=sorted({person.tutor_group for person in people if person.tutor_group}, key=_in_order),
            types=sorted({each.type for each in held}),
            activities=sorted({each.activity for each in held if each.activity}),
        )


def _in_order(group: str) -> tuple[int, str]:
    return len(group), group
