"""Writes to contacts: logged once, in the file of each student they are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.models import Contact, ContactAbout, Party
from contacts.summaries.carers import BARRED, is_called
from pastoral.core.models import User
from students.models import ParentCarer, ParentCarerLink, Student


class NobodyToldAbout(Exception):
    """A contact is about a student; the message is fit for the form."""


class NotTheirCarer(Exception):
    """The person is no parent or carer of a student; the message is fit for the form."""


class CarerBarred(Exception):
    """A court order bars the person from a student; the message is fit for the form."""


@dataclass(frozen=True)
class With:
    """With whom: a parent or carer, an agency with or without its worker, or somebody else by name."""

    party: str
    parent_carer: ParentCarer | None = None
    agency: Any = None
    worker: Any = None
    other_name: str = ""

    @classmethod
    def carer(cls, person: ParentCarer) -> "With":
        """Return a parent or carer."""
        return cls(Party.CARER, parent_carer=person)

    def fields(self) -> dict[str, Any]:
        """Return the contact's own fields."""
        return {
            "party": self.party,
            "parent_carer": self.parent_carer,
            "agency": self.agency,
            "worker": self.worker,
            "other_name": self.other_name,
        }


@dataclass(frozen=True)
class Told:
    """What is told of a contact. also: any other fields of `Contact`, such as narrative or next_step with next_on."""

    who: With
    occurred_at: datetime
    channel: str
    result: str
    purpose: str
    direction: str = "out"
    also: Mapping[str, Any] = field(default_factory=dict)


About = Mapping[str, Any]  # one field of ContactAbout with its value: {"involvement": …} or {"absent_on": …}


@transaction.atomic
def contact_log(
    *,
    told: Told,
    students: Sequence[Student],
    token: UUID,
    by: User,
    now: datetime,
    abouts: Mapping[int, Sequence[About]] | None = None,
    made_by: User | None = None,
    owner: User | None = None,
    visited_by: Sequence[User] = (),
) -> list[Contact]:
    """Log one occasion in the file of each student; the same sending again returns what it made.

    abouts: by student's key, what it is about. made_by: who spoke, if not who logs it. Never to a person whom a court
    order bars from one of the students: raises CarerBarred, or NotTheirCarer, or NobodyToldAbout, and logs nothing.
    """
    if not students:
        raise NobodyToldAbout("Choose at least one student.")
    _may_be_spoken_to(told, students)
    made: list[Contact] = []
    for student in students:
        contact, is_new = Contact.objects.get_or_create(
            token=token, student=student, defaults=_fields(told, by, now, made_by or by, owner or made_by or by)
        )
        if is_new:
            matters = (abouts or {}).get(student.pk, ())
            ContactAbout.objects.bulk_create([ContactAbout(contact=contact, **matter) for matter in matters])
            contact.visited_by.set(visited_by)
        made.append(contact)
    return made


def _fields(told: Told, by: User, now: datetime, made_by: User, owner: User) -> dict[str, Any]:
    return {
        **told.who.fields(),
        "occurred_at": told.occurred_at,
        "logged_at": now,
        "logged_by": by,
        "made_by": made_by,
        "owner": owner,
        "direction": told.direction,
        "channel": told.channel,
        "result": told.result,
        "purpose": told.purpose,
        **told.also,
    }


def _may_be_spoken_to(told: Told, students: Sequence[Student]) -> None:
    """Refuse whoever is no carer of a student, and one who is barred unless the call came from them.

    One who is barred is so by the name that somebody typed, too.
    """
    person = told.who.parent_carer
    if person is None:
        _is_not_one_barred(told, students)
        return
    links = ParentCarerLink.objects.filter(parent_carer=person, student__in=students)
    barred = dict(links.values_list("student", "has_court_order"))
    for student in students:
        if student.pk not in barred:
            raise NotTheirCarer(f"{person} is no parent or carer of {student.full_name}. Choose somebody of theirs.")
        if barred[student.pk] and told.direction == "out":
            raise CarerBarred(f"{person}: {BARRED}")


def _is_not_one_barred(told: Told, students: Sequence[Student]) -> None:
    if told.who.party != Party.OTHER or told.direction != "out":
        return
    links = ParentCarerLink.objects.filter(student__in=students, has_court_order=True).select_related("parent_carer")
    for link in links:
        if is_called(link.parent_carer, told.who.other_name):
            raise CarerBarred(f"{link.parent_carer}: {BARRED}")
