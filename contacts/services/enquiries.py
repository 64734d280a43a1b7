"""Writes to enquiries: taken in once, put right, passed on, closed with an outcome, withdrawn with a reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.models import Enquiry
from contacts.services.acknowledging import acknowledgement_placed, is_barred
from contacts.services.contacts import NotTheirCarer
from contacts.summaries.carers import is_called
from pastoral.core.models import User
from pastoral.core.versions import facts_set
from students.models import ParentCarer, ParentCarerLink, Student

FACTS = (
    "received_at",
    "channel",
    "student_id",
    "parent_carer_id",
    "from_name",
    "reply_to",
    "topic",
    "is_urgent",
    "words",
)
PASSED = ("owner_id", "follow_up_on")


class EnquiryOver(Exception):
    """It is closed, withdrawn or answered otherwise meanwhile; the message says so, fit for the page."""


class NotAcknowledged(Exception):
    """Nothing is closed before its sender was told that it came; the message is fit for the form."""


@dataclass(frozen=True)
class Sender:
    """Who it is from: a parent or carer on the record of the student, or somebody by name."""

    student: Student | None
    person: ParentCarer | None = None
    name: str = ""

    def resolved(self) -> "Sender":
        """Return the sender with a typed name put to the person on record who is called so, a barred one before others.

        Raises NotTheirCarer for somebody else's parent.
        """
        if self.student is None:
            if self.person:
                raise NotTheirCarer("Choose the student first: whose parent or carer is it?")
            return self
        links = ParentCarerLink.objects.filter(student=self.student).select_related("parent_carer")
        held = {link.parent_carer: link.has_court_order for link in links}
        if self.person:
            if self.person not in held:
                raise NotTheirCarer(f"{self.person} is no parent or carer of {self.student.full_name}.")
            return self
        called = sorted((each for each in held if is_called(each, self.name)), key=lambda each: not held[each])
        return Sender(self.student, called[0]) if called else self

    def fields(self) -> dict[str, Any]:
        """Return the enquiry's own fields."""
        return {
            "student_id": self.student.pk if self.student else None,
            "parent_carer_id": self.person.pk if self.person else None,
            "from_name": "" if self.person else self.name,
        }


@dataclass(frozen=True)
class Taken:
    """What is taken down of an enquiry."""

    sender: Sender
    received_at: datetime
    channel: str
    topic: str
    words: str
    is_urgent: bool = False
    reply_to: str = ""

    def facts(self) -> dict[str, Any]:
        """Return the enquiry's own fields. Raises NotTheirCarer."""
        rest = {name: value for name, value in vars(self).items() if name != "sender"}
        return rest | self.sender.resolved().fields()


@transaction.atomic
def enquiry_take(
    *, taken: Taken, owner: User, token: UUID, by: User, now: datetime, follow_up_on: date | None = None
) -> Enquiry:
    """Take an enquiry in; the same sending again returns what it made. Raises NotTheirCarer."""
    rest = {"owner": owner, "follow_up_on": follow_up_on, "taken_by": by, "taken_at": now}
    enquiry, _is_new = Enquiry.objects.get_or_create(token=token, defaults=taken.facts() | rest)
    return enquiry


@transaction.atomic
def enquiry_change(*, enquiry: Enquiry, seen: str, taken: Taken, by: User, now: datetime) -> Enquiry:
    """Put an enquiry right, and put it to a student; an acknowledgement given before stands in that student's file.

    seen: `version_of` its FACTS as they were shown. Raises EnquiryOver, NotTheirCarer, and Overtaken.
    """
    held = _standing(enquiry)
    before = held.student_id, held.parent_carer_id
    facts_set(held, seen, taken.facts())
    held.save()
    if held.acknowledged_at and before != (held.student_id, held.parent_carer_id):
        acknowledgement_placed(enquiry=held, by=by, now=now)
    return held


@transaction.atomic
def enquiry_pass(*, enquiry: Enquiry, seen: str, facts: Mapping[str, Any]) -> Enquiry:
    """Pass an enquiry to another owner, and set when it is followed up. Raises EnquiryOver, and Overtaken."""
    held = _standing(enquiry)
    facts_set(held, seen, {name: facts[name] for name in PASSED})
    held.save()
    return held


@transaction.atomic
def enquiry_close(*, enquiry: Enquiry, outcome: str, by: User, now: datetime) -> Enquiry:
    """Close an enquiry with what came of it. One from somebody whom a court order bars is owed no reply before.

    Raises NotAcknowledged, or EnquiryOver where somebody closed it otherwise meanwhile.
    """
    held = _standing(enquiry)
    if held.closed_at:
        if held.outcome == outcome:
            return held
        raise EnquiryOver(f"{held.closed_by} has closed it meanwhile, with another outcome.")
    if held.acknowledged_at is None:
        if not is_barred(held):
            raise NotAcknowledged("Acknowledge it first: nothing is closed before its sender knows that it came.")
        held.acknowledged_at, held.acknowledged_by = now, by
    held.outcome, held.closed_at, held.closed_by = outcome, now, by
    held.save()
    return held


@transaction.atomic
def enquiry_reopen(*, enquiry: Enquiry) -> Enquiry:
    """Open a closed enquiry again; what came of it so far stays with it."""
    held = _standing(enquiry)
    if held.closed_at:
        held.closed_at, held.closed_by = None, None
        held.save()
    return held


@transaction.atomic
def enquiry_withdraw(*, enquiry: Enquiry, because: str, by: User, now: datetime) -> Enquiry:
    """Withdraw an enquiry with a reason; the contacts that were logged about it stand."""
    held = _locked(enquiry)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save()
    return held


def _locked(enquiry: Enquiry) -> Enquiry:
    return Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)


def _standing(enquiry: Enquiry) -> Enquiry:
    held = _locked(enquiry)
    if held.withdrawn_at:
        raise EnquiryOver(f"{held.withdrawn_by} has withdrawn it meanwhile.")
    return held
