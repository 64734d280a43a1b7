"""What was said is a right of its own: who may read the words of an entry, beside knowing that there is one.

One rule serves every page, search, export and document (T14). Whoever made or wrote an entry reads it, and whom it was
shared with, or who owns it; anybody else needs, over that very student, the right that its matter asks for.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Self

from attendance.summaries.reach import Reached, reached
from contacts.models import Contact, Enquiry, Information, Letter, LetterTemplate, Party, Purpose, Seen, Share
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

Entry = Contact | Seen | Information | Enquiry | Letter


def purpose_of(kind: str) -> Purpose:
    """Return what a letter of the kind, and the contact that it is, are for."""
    return _PURPOSES.get(LetterTemplate.Kind(kind), Purpose.OTHER)


def needed_for(entry: Entry) -> frozenset[Right]:
    """Return the rights over the student that reading the words of an entry takes; all of them."""
    needs = {Right.SEE_CONTACT_NARRATIVE}
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
    """One person before a list of entries. students: those that the person reaches, with the rights over each."""

    user: User
    students: dict[int, Reached]
    shared: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, user: User, entries: Iterable[Entry], *, students: dict[int, Reached] | None = None) -> Self:
        """Return the reader of the entries, in two queries; in one where the students were read already."""
        held = list(entries)
        known = (
            reached(user, {entry.student_id for entry in held if entry.student_id}) if students is None else students
        )
        return cls(user, known, _shared_with(user, held))

    def may_read(self, entry: Entry) -> bool:
        """Test whether the person may read the words of the entry."""
        if self.user.pk in _writers(entry) or (_kind(entry), entry.pk) in self.shared:
            return True
        if isinstance(entry, Enquiry) and entry.student_id is None:
            return True  # of nobody yet: whoever sees it has to find out about whom
        who = self.students.get(entry.student_id or 0)
        return who is not None and needed_for(entry) <= who.rights


def _writers(entry: Entry) -> Collection[int]:
    if isinstance(entry, Contact):
        return {entry.made_by_id, entry.logged_by_id}
    if isinstance(entry, Enquiry):
        return {entry.taken_by_id, entry.owner_id}
    if isinstance(entry, Letter):
        return {entry.batch.made_by_id}
    return {entry.by_id} if isinstance(entry, Seen) else {entry.taken_by_id}


def _kind(entry: Entry) -> str:
    return entry._meta.model_name or ""


def _shared_with(user: User, entries: Collection[Entry]) -> frozenset[tuple[str, int]]:
    if not entries:
        return frozenset()
    rows = Share.objects.filter(to=user).values_list("contact", "information", "seen")
    kinds = ("contact", "information", "seen")
    return frozenset((kind, key) for row in rows for kind, key in zip(kinds, row, strict=True) if key is not None)
