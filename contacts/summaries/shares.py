"""One entry as a colleague reads it with whom it was shared: this entry, and nothing else of the file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, Q, When

from contacts.models import Contact, Information, Share
from pastoral.core.models import User
from pastoral.core.rights import RIGHTS_BY_ROLE, Right, Role
from students.models import StaffAssignment, Student


@dataclass(frozen=True)
class Opened:
    """What was shared. kind: what it is called; words: what was written, under their labels."""

    kind: str
    student: Student
    at: datetime | date
    words: tuple[tuple[str, str], ...]
    withdrawn_because: str


def opened(share: Share) -> Opened:
    """Return the entry of a share; the caller has made sure that it is the reader's."""
    entry: Any = share.contact or share.information or share.seen
    if isinstance(entry, Contact):
        words = _of_contact(entry)
        kind = f"{entry.get_channel_display()}, {entry.get_result_display().lower()}"
        return _opened(kind, entry, entry.occurred_at, words)
    if isinstance(entry, Information):
        words = ((entry.title, entry.narrative), ("Kept at", entry.filed_at), ("To do", entry.follow_up))
        return _opened("Information received", entry, entry.received_on, words)
    return _opened("Seen", entry, entry.seen_at, (("What was said", entry.narrative),))


def _opened(kind: str, entry: Any, at: datetime | date, words: tuple[tuple[str, str], ...]) -> Opened:
    said = tuple((label, text) for label, text in words if text)
    return Opened(kind, entry.student, at, said, entry.withdrawn_because)


def _of_contact(contact: Contact) -> tuple[tuple[str, str], ...]:
    with_whom = contact.parent_carer or contact.worker or contact.agency or contact.other_name
    return (
        ("With", str(with_whom)),
        ("What it was for", contact.get_purpose_display()),
        ("What was said", contact.narrative),
        ("Who answered the door", contact.who_answered),
        ("Safety", contact.safety_note),
        ("Next step", contact.next_step),
    )


def shares_of(contact: Contact) -> list[Share]:
    """Return with whom a contact was shared, for whoever reads its words."""
    return list(Share.objects.filter(contact=contact).select_related("to", "by"))


def shown_shares(shares: Iterable[Share]) -> list[tuple[Share, Opened]]:
    """Return the shares of a list with their entries."""
    return [(share, opened(share)) for share in shares]


def staff_to_ask(on: date) -> list[tuple[str, User]]:
    """Return everybody with a pastoral role on the day, as job and person, those with the widest reach first."""
    return colleagues_of(Q(pk__in=[]), on)[0]


def colleagues_of(gives: Q, on: date) -> tuple[list[tuple[str, User]], list[User]]:
    """Return whom `staff_to_ask` returns, and by name those of them with an assignment that passes; in one query.

    gives: the test, of `students.staff.giving`.
    """
    roles = [role for role in Role if Right.SEE_CONTACTS in RIGHTS_BY_ROLE[role]]
    held = StaffAssignment.objects.in_force(on).filter(role__in=roles, user__is_active=True)
    passes = Case(When(gives, then=True), default=False, output_field=BooleanField())
    found: dict[int, tuple[str, User]] = {}
    over: dict[int, User] = {}
    rows: Any = held.select_related("user", "year_group", "tutor_group").annotate(passes=passes)
    for each in rows:
        found.setdefault(each.user_id, (str(each), each.user))
        if each.passes:
            over[each.user_id] = each.user
    wide = (Role.DSL.label, Role.SENCO.label, Role.SLT.label)
    asked = sorted(found.values(), key=lambda pair: (not pair[0].startswith(wide), pair[1].surname, pair[1].forename))
    return asked, sorted(over.values(), key=lambda user: (user.surname, user.forename, user.pk))
