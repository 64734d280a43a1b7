"""Who is ringing: parents and carers by name or telephone number, with those of their children whom a person sees."""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from attendance.summaries.reach import Reached, reached
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import ParentCarer, ParentCarerLink, Student
from students.querysets import MOST_WORDS, Unaccent

FEWEST_DIGITS = 5
FEWEST_LETTERS = 3
MOST = 30
_NUMBER = re.compile(r"[+\d\s()./-]+")


@dataclass(frozen=True, slots=True)
class Caller:
    """One parent or carer, and the children whose family page the person may open.

    children: each with the relationship, and whether a court order bars the carer. number: none of somebody barred.
    """

    name: str
    number: str
    children: tuple[tuple[Reached, str, bool], ...]


def number_in(words: str) -> str:
    """Return the digits of a telephone number as they are compared, without 0 or +44 before it; "" for no number."""
    digits = re.sub(r"\D", "", words) if _NUMBER.fullmatch(words) else ""
    bare = re.sub(r"^(?:0044|44)?0?", "", digits)
    return bare if len(bare) >= FEWEST_DIGITS else ""


def callers(user: User, words: str) -> tuple[Caller, ...]:
    """Return the parents and carers whose name or number fits, in three queries; none for words too short to tell."""
    people = _fitting(words)
    if people is None:
        return ()
    logged = Student.objects.with_right(user, Right.LOG_CONTACTS)
    links = ParentCarerLink.objects.filter(parent_carer__in=people, student__in=logged).select_related("parent_carer")
    held = list(
        links.order_by("parent_carer__surname", "parent_carer__forename", "parent_carer", "student")[: 2 * MOST]
    )
    students = reached(user, {link.student_id for link in held})
    found: dict[ParentCarer, list[ParentCarerLink]] = defaultdict(list)
    for link in held:
        if link.student_id in students:
            found[link.parent_carer].append(link)
    return tuple(_caller(person, own, students) for person, own in list(found.items())[:MOST])


def _caller(person: ParentCarer, links: list[ParentCarerLink], students: dict[int, Reached]) -> Caller:
    is_free = any(not link.has_court_order for link in links)
    return Caller(
        str(person),
        (person.mobile or person.telephone) if is_free else "",
        tuple((students[link.student_id], link.relationship, link.has_court_order) for link in links),
    )


def _fitting(words: str) -> QuerySet[ParentCarer] | None:
    if number := number_in(words):
        people = ParentCarer.objects.annotate(mobile_digits=_digits("mobile"), telephone_digits=_digits("telephone"))
        return people.filter(Q(mobile_digits__contains=number) | Q(telephone_digits__contains=number))
    parts = [part for part in re.split(r"[\s,;]+", words) if part]
    if len("".join(parts)) < FEWEST_LETTERS:
        return None
    whole = Concat("title", Value(" "), "forename", Value(" "), "surname")
    named = ParentCarer.objects.annotate(whole=Lower(Unaccent(whole)))
    for part in parts[:MOST_WORDS]:
        named = named.filter(whole__contains=Lower(Unaccent(Value(part))))
    return named


def _digits(field: str) -> Func:
    return Func(F(field), Value(r"\D"), Value(""), Value("g"), function="regexp_replace", output_field=TextField())
