"""Referrals as one person may read them: the list that is asked for, one of them with every try to reach the agency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from contacts.models import Contact, Party, Referral
from contacts.querysets import ReferralQuerySet
from contacts.reading import Reader
from contacts.summaries.asked import Asked
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.spreadsheets import Table
from pastoral.core.templatetags.pastoral import day as in_words

State = Referral.State
SHOWS = {
    "": "Open",
    "chase": "To chase",
    "sent": "Not answered",
    "accepted": "Accepted",
    "refused": "Refused",
    "done": "Done",
    "taken_back": "Withdrawn",
    "all": "All",
}
# An agency's accepted referrals hold those that are done since, as in the directory.
_STATES: Mapping[str, Sequence[str]] = {
    "": Referral.OPEN,
    "chase": Referral.OPEN,
    "sent": (State.SENT,),
    "accepted": (State.ACCEPTED, State.DONE),
    "refused": (State.REFUSED,),
    "done": (State.DONE,),
    "taken_back": (State.TAKEN_BACK,),
    "all": State.values,
}
HEADINGS = (
    "Student",
    "Group",
    "Year",
    "Agency",
    "Who there",
    "Sent on",
    "Consent",
    "State",
    "Since",
    "Ask again on",
    "Their reference",
    "Who answers for it",
)
HISTORY = (
    kind_of(
        Referral,
        {
            "state": "State",
            "state_on": "Since",
            "state_because": "Why",
            "outcome": "What came of it",
            "agency_id": "Agency",
            "worker_id": "Who there",
            "sent_on": "Sent on",
            "reason": "Why it was sent",
            "consent": "Consent",
            "consent_by_id": "Given by",
            "consent_on": "Given on",
            "without_because": "Why without consent",
            "shared": "What was shared",
            "basis": "Basis",
            "reference": "Their reference",
            "owner_id": "Who answers for it",
            "chase_on": "Ask again on",
            "withdrawn_because": "Withdrawn",
        },
    ),
)


@dataclass(frozen=True)
class ReferralRow:
    """One referral in a list. late: days since it was to be chased; 0 where it is not, or is not due."""

    row: Referral
    who: Reached
    late: int
    days: int

    @property
    def is_open(self) -> bool:
        """Test for one that was neither ended nor withdrawn."""
        return self.row.state in Referral.OPEN and self.row.withdrawn_at is None


def to_chase(user: User, on: date, *, is_mine: bool = False) -> ReferralQuerySet:
    """Return the referrals whose day to ask again has come."""
    due = Referral.objects.visible_to(user).standing(state__in=Referral.OPEN, chase_on__lte=on)
    return due.filter(owner=user) if is_mine else due


def referrals_asked(user: User, asked: Asked, on: date) -> QuerySet[Referral]:
    """Return what is asked for, for `rows_of`: what is open the longest overdue first, the rest latest first."""
    found = Referral.objects.visible_to(user).standing(state__in=_STATES[asked.show])
    if asked.show == "chase":
        found = to_chase(user, on)
    if asked.agency:
        found = found.filter(agency=asked.agency)
    if asked.is_mine:
        found = found.filter(owner=user)
    is_work = asked.show in ("", "chase", "sent")
    order = [F("chase_on").asc(nulls_last=True), "sent_on", "pk"] if is_work else ["-sent_on", "-pk"]
    return found.in_year(user, asked.year, on).select_related("agency", "worker", "owner").order_by(*order)


def rows_of(user: User, referrals: Iterable[Referral], on: date) -> list[ReferralRow]:
    """Return the rows, in two queries; whose agencies somebody sees, they reach."""
    held = list(referrals)
    students = reached(user, {each.student_id for each in held})
    return [_row(each, students[each.student_id], on) for each in held if each.student_id in students]


def _row(row: Referral, who: Reached, on: date) -> ReferralRow:
    is_due = row.state in Referral.OPEN and row.chase_on is not None
    late = max((on - row.chase_on).days, 0) if is_due and row.chase_on else 0
    return ReferralRow(row, who, late, (on - row.sent_on).days)


def table_of(rows: Sequence[ReferralRow], asked: Asked, on: date) -> Table:
    """Return the list as a file: who, where and how it stands; not a word of why, what was shared or what came."""
    about = (f"Referrals: {SHOWS[asked.show].lower()}", f"As at {in_words(on)}", f"{len(rows)} referrals")
    return Table("Referrals", about, HEADINGS, [_cells(each) for each in rows])


def _cells(each: ReferralRow) -> Sequence[Any]:
    row = each.row
    return (
        each.who.name,
        each.who.tutor_group,
        each.who.year,
        row.agency.name,
        row.worker.name if row.worker else "",
        row.sent_on,
        row.get_consent_display(),
        row.get_state_display(),
        row.state_on,
        row.chase_on if each.is_open else None,
        row.reference,
        row.owner.formal_name,
    )


@dataclass(frozen=True)
class Try:
    """One contact or attempt with the agency about the student. words: None where they may not be read."""

    row: Contact
    words: str | None
    is_before: bool

    @property
    def at(self) -> datetime:
        """When it happened."""
        return self.row.occurred_at


@dataclass(frozen=True)
class ReferralRecord:
    """One referral whole. tries: every contact or attempt with its agency about the student, oldest first."""

    shown: ReferralRow
    tries: tuple[Try, ...]
    changes: tuple[Change, ...]
    may_keep: bool


def referral_record(user: User, referral: Referral, on: date) -> ReferralRecord | None:
    """Return one referral whole; None where the person does not reach the student. In five queries."""
    rows = rows_of(user, [referral], on)
    if not rows:
        return None
    who = rows[0].who
    return ReferralRecord(
        shown=rows[0],
        tries=_tries(user, referral, who),
        changes=history_of(HISTORY, referral.pk, [referral]),
        may_keep=Right.KEEP_AGENCIES in who.rights and referral.withdrawn_at is None,
    )


def _tries(user: User, referral: Referral, who: Reached) -> tuple[Try, ...]:
    found = Contact.objects.visible_to(user).standing(
        student=referral.student_id, party=Party.AGENCY, agency=referral.agency_id
    )
    held = list(found.select_related("worker", "made_by").order_by("occurred_at", "pk"))
    reader = Reader.of(user, held, students={who.student_id: who})
    return tuple(
        Try(
            each,
            each.narrative if reader.may_read(each) else None,
            timezone.localdate(each.occurred_at) < referral.sent_on,
        )
        for each in held
    )
