"""Whom the school may call about a student, in which order, and whom it must not."""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from contacts.models import Channel, FamilyWish
from students.models import ParentCarer, ParentCarerLink

# Letters that are written plainly as well, but are none with an accent.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})
BARRED = "Barred by a court order: must not be contacted about this student."


@dataclass(frozen=True, slots=True)
class Carer:
    """One parent or carer of one student. wish: how they want to be contacted, as they told the school.

    is_barred: a court order says that they are not contacted about this student; about a brother or sister they may be.
    """

    parent_carer_id: int
    student_id: int
    name: str
    relationship: str
    priority: int
    has_parental_responsibility: bool
    lives_with: bool
    is_barred: bool
    telephone: str
    mobile: str
    email: str
    address: str
    channel: str = ""
    language: str = ""
    needs_interpreter: bool = False
    best_time: str = ""
    salutation: str = ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Return the numbers to ring, the mobile first; none of somebody who must not be rung."""
        held = () if self.is_barred else (self.mobile, self.telephone)
        return tuple(dict.fromkeys(number for number in held if number))

    @property
    def channel_words(self) -> str:
        """Return the channel they want, in words."""
        return Channel(self.channel).label if self.channel else ""


def carers_of(students: Collection[int]) -> dict[int, tuple[Carer, ...]]:
    """Return each student's parents and carers, by key: those to call in order, then the barred ones; one query."""
    found = carers_by_student(carer_links(students))
    return {student: found.get(student, ()) for student in students}


def carer_links(students: Collection[int]) -> QuerySet[ParentCarerLink]:
    """Return the links that `carers_by_student` makes carers of: those to call in order, then the barred ones."""
    links = ParentCarerLink.objects.filter(student__in=list(students)).select_related("parent_carer__wish")
    return links.order_by("student", "has_court_order", "priority")


def carers_by_student(links: Iterable[ParentCarerLink]) -> dict[int, tuple[Carer, ...]]:
    """Return the parents and carers whom the links stand for, by student."""
    found: dict[int, list[Carer]] = defaultdict(list)
    for link in links:
        found[link.student_id].append(_carer(link))
    return {student: tuple(held) for student, held in found.items()}


def _carer(link: ParentCarerLink) -> Carer:
    person = link.parent_carer
    wish = _wish(person)
    return Carer(
        parent_carer_id=person.pk,
        student_id=link.student_id,
        name=str(person),
        relationship=link.relationship,
        priority=link.priority,
        has_parental_responsibility=link.has_parental_responsibility,
        lives_with=link.lives_with,
        is_barred=link.has_court_order,
        telephone=person.telephone,
        mobile=person.mobile,
        email=person.email,
        address=person.address,
        channel=wish.channel,
        language=wish.language,
        needs_interpreter=wish.needs_interpreter,
        best_time=wish.best_time,
        salutation=salutation_of(person),
    )


def salutation_of(person: ParentCarer) -> str:
    """Return how a letter begins to address the person: "Mrs Okafor"."""
    return f"{person.title} {person.surname}" if person.title else str(person)


def _wish(person: ParentCarer) -> FamilyWish:
    return getattr(person, "wish", None) or FamilyWish()


def is_called(person: ParentCarer, name: str) -> bool:
    """Test whether a name somebody typed is the person's, in one of the ways in which people are called.

    Accents, apostrophes, dots, hyphens and spaces make no difference, nor what somebody is called before a full name.
    """
    whole = f"{person.forename} {person.surname}"
    ways = (whole, f"{person.surname} {person.forename}", f"{person.title} {person.surname}", f"{person.title} {whole}")
    typed = {_letters(name), _letters(name.partition(" ")[2])}
    return bool(typed & {_letters(way) for way in ways[:2]}) or _letters(name) in {_letters(way) for way in ways}


def _letters(name: str) -> str:
    """Return a name's letters alone, as one that nobody spells twice alike is compared."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_STROKES))
    return "".join(sign for sign in plain if sign.isalnum())
