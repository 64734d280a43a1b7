"""One contact as its reader may have it, with the other tries about the same matter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from behaviour.models import BullyingCase, Incident, ReportCard, Suspension
from contacts.models import Channel, Contact, ContactAbout, Party, Visitor
from contacts.models.contacts import MATTERS
from contacts.querysets import ContactQuerySet
from contacts.reading import Reader
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day
from students.models import Enrolment, ParentCarerLink

ICONS = {
    Channel.PHONE: "phone",
    Channel.IN_PERSON: "user",
    Channel.MEETING: "users",
    Channel.HOME_VISIT: "home",
    Channel.EMAIL: "mail",
    Channel.TEXT: "mail",
    Channel.LETTER: "file",
}
TOLD = {
    "occurred_at": "When",
    "direction": "Direction",
    "channel": "How",
    "result": "How it went",
    "purpose": "What it was for",
    "outcome": "What came of it",
    "narrative": "What was said",
    "is_restricted": "For few",
    "retry_at": "Try again",
    "next_step": "Next step",
    "next_on": "By",
    "next_done_at": "Next step done",
    "who_answered": "Who answered",
    "safety_note": "Safety",
    "owner_id": "Who answers for it",
}
# What was written in somebody's own words is told only to whoever may read the words.
WRITTEN = frozenset({"narrative", "next_step", "who_answered", "safety_note"})


@dataclass(frozen=True)
class Shown:
    """One contact. words: what only some may read; None for the others, who know that it took place."""

    row: Contact
    who: str
    relationship: str
    tutor_group: str
    words: Contact | None

    @property
    def icon(self) -> str:
        """The icon of its channel."""
        return ICONS[Channel(self.row.channel)]

    @property
    def is_attempt(self) -> bool:
        """Test for one that reached nobody."""
        return self.row.result != "reached"

    @property
    def tone(self) -> str:
        """How its result is marked."""
        return {"reached": "good", "sent": "", "refused": "bad"}.get(self.row.result, "warn")


def with_people(contacts: ContactQuerySet) -> ContactQuerySet:
    """Read with each contact whom it was with and who made it, and where the student is now, all in one query."""
    links = ParentCarerLink.objects.filter(student=OuterRef("student"), parent_carer=OuterRef("parent_carer"))
    spells = Enrolment.objects.filter(student=OuterRef("student"), starts_on__lte=timezone.localdate())
    return contacts.select_related(
        "student", "parent_carer", "agency", "worker", "made_by", "logged_by", "owner"
    ).annotate(
        relationship=Subquery(links.values("relationship")[:1]),
        tutor_group=Subquery(spells.order_by("-starts_on").values("tutor_group__name")[:1]),
    )


def shown_of(contacts: Iterable[Any], reader: Reader | None = None) -> list[Shown]:
    """Return the contacts of `with_people` as they are shown; without a reader, as the central ledger has them."""
    return [
        Shown(
            row=row,
            who=_who(row, is_named=reader is not None and reader.may_read(row)),
            relationship=row.relationship or "",
            tutor_group=row.tutor_group or "",
            words=row if reader is not None and reader.may_read(row) else None,
        )
        for row in contacts
    ]


def _who(row: Contact, *, is_named: bool) -> str:
    if row.party == Party.CARER:
        return str(row.parent_carer)
    if row.party == Party.AGENCY:
        return f"{row.agency}, {row.worker}" if row.worker else str(row.agency)
    return row.other_name if is_named else "Somebody else"


@dataclass(frozen=True)
class Record:
    """The page of one contact.

    tries: contacts about the same matter, oldest first; changes: who changed what; went: on a visit.
    """

    shown: Shown
    abouts: Sequence[tuple[str, str]]
    tries: Sequence[Shown]
    changes: Sequence[Change]
    went: Sequence[str]
    may_change: bool
    is_owner: bool


def record_of(user: User, contact: Any, reader: Reader) -> Record:
    """Return the page of a contact of `with_people`, as this person may have it."""
    abouts = list(contact.abouts.select_related("involvement__incident").annotate(**_seen_by(user)))
    tries = _about_the_same(Contact.objects.visible_to(user), contact, abouts)
    (shown,) = shown_of([contact], reader)
    told = {name: label for name, label in TOLD.items() if shown.words or name not in WRITTEN}
    return Record(
        shown=shown,
        abouts=_matters(abouts),
        tries=shown_of(with_people(tries).order_by("occurred_at", "pk")),
        changes=history_of((kind_of(Contact, told), _WENT), contact.pk, [contact], known=_people(contact)),
        went=_went(contact),
        may_change=may_change(user, contact, reader),
        is_owner=contact.owner_id == user.pk,
    )


_WENT = kind_of(
    Visitor,
    {},
    of="contact_id",
    about=lambda row: f"{User.objects.get(pk=row['user_id']).formal_name} went",
)


def _went(contact: Contact) -> list[str]:
    if contact.channel != Channel.HOME_VISIT:
        return []
    return [user.formal_name for user in contact.visited_by.order_by("surname", "forename", "pk")]


def may_change(user: User, contact: Contact, reader: Reader) -> bool:
    """Test for whoever spoke, wrote it down or answers for it, and for the year's team; while it stands.

    Nobody changes, shares or passes on what they read only because it was shared with them.
    """
    if contact.withdrawn_at is not None or not reader.may_hand_on(contact):
        return False
    own = {contact.made_by_id, contact.logged_by_id, contact.owner_id}
    over = reader.students.get(contact.student_id)
    return user.pk in own or (over is not None and Right.KEEP_ENQUIRIES in over.rights)


def _about_the_same(contacts: ContactQuerySet, contact: Contact, abouts: Sequence[ContactAbout]) -> ContactQuerySet:
    """Return the contacts about one of the same matters; of one that is about none, those of the same day."""
    mine = contacts.standing(student=contact.student_id)
    if not abouts:
        return mine.filter(occurred_at__date=timezone.localdate(contact.occurred_at))
    tests = (Q(**{name: value}) for each in abouts for name, value in _matter(each))
    return mine.filter(pk__in=ContactAbout.objects.filter(reduce(or_, tests)).values("contact"))


def _matter(about: ContactAbout) -> Iterable[tuple[str, Any]]:
    for name in MATTERS:
        column = name if name == "absent_on" else f"{name}_id"
        if getattr(about, column) is not None:
            yield column, getattr(about, column)


def _people(contact: Contact) -> tuple[User, ...]:
    return contact.made_by, contact.logged_by, contact.owner


def _matters(abouts: Sequence[Any]) -> list[tuple[str, str]]:
    """Return what it is about as words and address: nothing of a record that is not for this person to see."""
    found = []
    for about in abouts:
        if about.absent_on:
            found.append((f"Absence of {day(about.absent_on)}", ""))
        elif about.notice_id:
            found.append(("Penalty notice", ""))
        elif about.enquiry_id:
            found.append(("Enquiry", ""))
        else:
            found += _record(about)
    return found


_RECORDS: Mapping[str, tuple[Any, str]] = {
    "incident": (Incident, "involvement__incident"),
    "suspension": (Suspension, "suspension"),
    "case": (BullyingCase, "bullying_case"),
    "card": (ReportCard, "report_card"),
}


def _seen_by(user: User) -> dict[str, Exists]:
    """Return, as columns of what a contact is about, whether the person may see the record of behaviour."""
    return {
        f"sees_{name}": Exists(model.objects.visible_to(user).filter(pk=OuterRef(column)))
        for name, (model, column) in _RECORDS.items()
    }


def _record(about: Any) -> Iterable[tuple[str, str]]:
    """Yield the one record of behaviour, where the person may see it."""
    incident = about.involvement.incident if about.involvement else None
    on = f" of {day(incident.occurred_on)}" if incident else ""
    records: Sequence[tuple[int | None, str, str]] = (
        (incident.pk if incident else None, f"Incident{on}", "incident"),
        (about.suspension_id, "Suspension", "suspension"),
        (about.bullying_case_id, "Case", "case"),
        (about.report_card_id, "Report card", "card"),
    )
    for key, words, name in records:
        if key and getattr(about, f"sees_{name}"):
            yield words, reverse(f"behaviour:{name}_detail", args=[key])
