"""What was said is a right of its own: who may read the words of an entry, beside knowing that there is one.

One rule serves every page, search, export and document (T14). Whoever made or wrote an entry reads it, and whom it was
shared with, or who owns it; anybody else needs, over that very student, the right that its matter asks for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from django.db.models import BigIntegerField, Case, CharField, Exists, OuterRef, Q, QuerySet, UUIDField, Value, When

from attendance.summaries.reach import Reached, reached
from behaviour.models import IncidentType
from contacts.models import (
    Contact,
    ContactAbout,
    Enquiry,
    Information,
    Letter,
    LetterTemplate,
    Party,
    Purpose,
    Seen,
    Share,
)
from pastoral.core.models import User
from pastoral.core.rights import Right

_OF_BEHAVIOUR = frozenset({Purpose.BEHAVIOUR, Purpose.UNIFORM, Purpose.HOMEWORK})
_SEEN_ABOUT_BEHAVIOUR = frozenset({Seen.Reason.BEHAVIOUR})
_ASKED_ABOUT_BEHAVIOUR = frozenset({Enquiry.Topic.BEHAVIOUR, Enquiry.Topic.BULLYING, Enquiry.Topic.UNIFORM})

_PURPOSES = {
    LetterTemplate.Kind.ATTENDANCE_1: Purpose.ABSENCE,
    LetterTemplate.Kind.ATTENDANCE_2: Purpose.ABSENCE,
    LetterTemplate.Kind.ATTENDANCE_3: Purpose.ABSENCE,
    LetterTemplate.Kind.MINUTES_LATE: Purpose.LATENESS,
    LetterTemplate.Kind.UNIFORM: Purpose.UNIFORM,
    LetterTemplate.Kind.EQUIPMENT: Purpose.UNIFORM,
    LetterTemplate.Kind.PRAISE: Purpose.GOOD_NEWS,
    LetterTemplate.Kind.ACKNOWLEDGEMENT: Purpose.ENQUIRY,
}

# What reading of a matter that a contact is about takes, on its own page too.
_MATTERS = {
    "case": frozenset({Right.KEEP_CASES}),
    "suspension": frozenset({Right.SEE_SUSPENSIONS}),
    "dsl": frozenset({Right.SEE_BEHAVIOUR_NARRATIVE, Right.READ_DSL_CONCERNS}),
    "behaviour": frozenset({Right.SEE_BEHAVIOUR_NARRATIVE}),  # an incident, a report card, an enquiry about it
}

Entry = Contact | Seen | Information | Enquiry | Letter


def purpose_of(kind: str) -> Purpose:
    """Return what a letter of the kind, and the contact that it is, are for."""
    return _PURPOSES.get(LetterTemplate.Kind(kind), Purpose.OTHER)


def needed_for(entry: Entry, matters: frozenset[Right] = frozenset()) -> frozenset[Right]:
    """Return the rights over the student that reading the words of an entry takes; all of them.

    matters: what the matters linked to it ask for.
    """
    needs = {Right.SEE_CONTACT_NARRATIVE, *matters}
    if isinstance(entry, Letter):
        is_of_behaviour = purpose_of(entry.step) in _OF_BEHAVIOUR
        return frozenset(needs | {Right.SEE_BEHAVIOUR_NARRATIVE} if is_of_behaviour else needs)
    if not isinstance(entry, Enquiry) and entry.is_restricted:
        needs.add(Right.SEE_RESTRICTED)
    if isinstance(entry, Information) or (
        isinstance(entry, Contact) and (entry.party == Party.AGENCY or entry.purpose == Purpose.REFERRAL)
    ):
        needs.add(Right.SEE_AGENCIES)
    if (
        (isinstance(entry, Contact) and entry.purpose in _OF_BEHAVIOUR)
        or (isinstance(entry, Seen) and entry.reason in _SEEN_ABOUT_BEHAVIOUR)
        or (isinstance(entry, Enquiry) and entry.topic in _ASKED_ABOUT_BEHAVIOUR)
    ):
        needs.add(Right.SEE_BEHAVIOUR_NARRATIVE)
    return frozenset(needs)


@dataclass(frozen=True)
class Reader:
    """One person before a list of entries. students: those that the person reaches, with the rights over each.

    matters: by sending, what the matters that a contact is about ask for beside its purpose. What was said stands in
    the file of a brother or sister too, whosever the matter is: so all files of one sending ask for the same.
    """

    user: User
    students: dict[int, Reached]
    shared: frozenset[tuple[str, int]]
    matters: dict[UUID, frozenset[Right]]

    @classmethod
    def of(cls, user: User, entries: Iterable[Entry], *, students: dict[int, Reached] | None = None) -> Self:
        """Return the reader of the entries, in two queries; in one where the students were read already."""
        held = list(entries)
        known = (
            reached(user, {entry.student_id for entry in held if entry.student_id}) if students is None else students
        )
        return cls(user, known, *_shared_and_matters(user, held))

    def may_read(self, entry: Entry) -> bool:
        """Test whether the person may read the words of the entry."""
        return (_kind(entry), entry.pk) in self.shared or self.may_hand_on(entry)

    def may_hand_on(self, entry: Entry) -> bool:
        """Test for somebody who reads it as their own or by right, so that it is theirs to show to others.

        Not for whoever was only shown it.
        """
        if self.user.pk in _writers(entry):
            return True
        if isinstance(entry, Enquiry) and entry.student_id is None:
            return True  # of nobody yet: whoever sees it has to find out about whom
        who = self.students.get(entry.student_id or 0)
        matters = self.matters.get(entry.token, frozenset()) if isinstance(entry, Contact) else frozenset()
        return who is not None and needed_for(entry, matters) <= who.rights


def _writers(entry: Entry) -> Collection[int]:
    if isinstance(entry, Contact):
        return {entry.made_by_id, entry.logged_by_id, entry.owner_id}
    if isinstance(entry, Enquiry):
        return {entry.taken_by_id, entry.owner_id}
    if isinstance(entry, Letter):
        return {entry.batch.made_by_id}
    return {entry.by_id} if isinstance(entry, Seen) else {entry.taken_by_id}


def _kind(entry: Entry) -> str:
    return entry._meta.model_name or ""


def _shared_and_matters(
    user: User, entries: Collection[Entry]
) -> tuple[frozenset[tuple[str, int]], dict[UUID, frozenset[Right]]]:
    """Return which entries were shared with the person, and what the contacts' matters ask for, in one query."""
    shared: set[tuple[str, int]] = set()
    matters: dict[UUID, frozenset[Right]] = defaultdict(frozenset)
    if not entries:
        return frozenset(), {}
    rows: Any = _shares(user).union(_matters([each.token for each in entries if isinstance(each, Contact)]), all=True)
    for contact, information, seen, token, matter in rows:
        if matter:
            matters[token] |= _MATTERS[matter]
        else:
            held = (("contact", contact), ("information", information), ("seen", seen))
            shared.update((kind, key) for kind, key in held if key is not None)
    return frozenset(shared), dict(matters)


def _shares(user: User) -> QuerySet[Share, Any]:
    rows = Share.objects.filter(to=user).order_by()
    no_token, no_matter = Value(None, output_field=UUIDField()), Value("", output_field=CharField())
    return rows.values_list("contact", "information", "seen", no_token, no_matter)


def _matters(sendings: Collection[UUID]) -> QuerySet[ContactAbout, Any]:
    """Return, by sending, each matter as `_MATTERS` names it, in the columns of `_shares`."""
    of_the_dsl = IncidentType.objects.filter(name=OuterRef("involvement__incident__type"), goes_to_dsl=True)
    kind = Case(
        When(bullying_case__isnull=False, then=Value("case")),
        When(suspension__isnull=False, then=Value("suspension")),
        When(Exists(of_the_dsl), then=Value("dsl")),
        default=Value("behaviour"),
        output_field=CharField(),
    )
    nothing = Value(None, output_field=BigIntegerField())
    told = Q(bullying_case__isnull=False) | Q(suspension__isnull=False) | Q(involvement__isnull=False)
    told |= Q(report_card__isnull=False) | Q(enquiry__topic__in=_ASKED_ABOUT_BEHAVIOUR)
    rows = ContactAbout.objects.filter(told, contact__token__in=sendings).order_by()
    return rows.values_list(nothing, nothing, nothing, "contact__token", kind)
