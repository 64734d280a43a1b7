"""Requests for references as one person may see them, and what a draft begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Q, QuerySet

from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.reach import Reached, reached
from attendance.summaries.weeks import Member, WeekFigures
from behaviour.models import Achievement
from contacts.models import ReferenceRequest
from contacts.querysets import ReferenceRequestQuerySet
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.templatetags.pastoral import percent
from pastoral.core.versions import version_of
from students.calendar import academic_year_of, academic_year_start, monday_of
from students.models import Enrolment, Student

SHOWS = {"": "Open", "write": "Mine to write", "sign": "To sign off", "send": "To send", "sent": "Sent", "all": "All"}
HISTORY = (
    kind_of(
        ReferenceRequest,
        {
            "requester": "Who asks",
            "received_on": "Received on",
            "due_on": "Due on",
            "consent": "Consent",
            "is_restricted": "Restricted",
            "owner_id": "Who writes it",
            "draft": "The reference",
            "ready_at": "Handed on",
            "signed_off_by_id": "Signed off by",
            "sent_on": "Sent on",
            "sent_to": "Sent to",
            "withdrawn_because": "Withdrawn",
        },
    ),
)


@dataclass(frozen=True)
class ReferenceRow:
    """One in the register. late: days since it was due and is not sent."""

    row: ReferenceRequest
    name: str
    tutor_group: str
    late: int

    @property
    def state(self) -> str:
        """How far it is, in a word."""
        return state_of(self.row)


def state_of(row: ReferenceRequest) -> str:
    """Return how far a request is, in a word."""
    if row.sent_on:
        return "Sent"
    if row.signed_off_at:
        return "Signed off"
    if row.ready_at:
        return "To sign off"
    return "Drafted" if row.draft else "Not begun"


def to_write(user: User) -> ReferenceRequestQuerySet:
    """Return those that the person has still to write."""
    return ReferenceRequest.objects.standing(owner=user, ready_at=None, signed_off_at=None, sent_on=None)


def to_sign(user: User) -> ReferenceRequestQuerySet:
    """Return those that wait for the person's signature: of somebody else's writing."""
    signed = ReferenceRequest.objects.with_right(user, Right.SIGN_REFERENCES)
    waiting = signed.standing(signed_off_at=None).exclude(ready_at=None)
    return waiting.exclude(Q(owner=user) | Q(drafted_by=user))


def references_asked(user: User, show: str) -> QuerySet[ReferenceRequest]:
    """Return what is asked for, for `rows_of`: what is due first, what was sent latest first."""
    seen = ReferenceRequest.objects.visible_to(user).standing()
    found: Mapping[str, ReferenceRequestQuerySet] = {
        "": seen.filter(sent_on=None),
        "write": to_write(user),
        "sign": to_sign(user),
        "send": seen.filter(sent_on=None).exclude(signed_off_at=None),
        "sent": seen.exclude(sent_on=None),
        "all": seen,
    }
    order = ("-due_on", "-pk") if show in ("sent", "all") else ("due_on", "pk")
    return found[show].select_related("student", "owner", "signed_off_by").order_by(*order)


def rows_of(user: User, found: Iterable[ReferenceRequest], on: date) -> list[ReferenceRow]:
    """Return the rows, in two queries; of a student whom its writer does not reach any more without the group."""
    held = list(found)
    students = reached(user, {each.student_id for each in held})
    return [_row(each, students.get(each.student_id), on) for each in held]


def _row(row: ReferenceRequest, who: Reached | None, on: date) -> ReferenceRow:
    late = max((on - row.due_on).days, 0) if row.sent_on is None else 0
    return ReferenceRow(row, row.student.sort_name, who.tutor_group if who else "", late)


@dataclass(frozen=True)
class ReferenceRecord:
    """One whole, with what the person may do. seen: the words that a signature stands for."""

    shown: ReferenceRow
    changes: tuple[Change, ...]
    seen: str
    may_keep: bool
    may_write: bool
    may_sign: bool
    may_unsign: bool
    may_send: bool

    @classmethod
    def of(cls, user: User, row: ReferenceRequest, on: date) -> Self:
        """Return it, in three queries."""
        who = reached(user, [row.student_id]).get(row.student_id)
        rights = who.rights if who else frozenset()
        is_own, signs = row.owner_id == user.pk, Right.SIGN_REFERENCES in rights
        stands, is_open = row.withdrawn_at is None, row.sent_on is None
        is_anothers = not is_own and row.drafted_by_id != user.pk
        is_signed = row.signed_off_at is not None
        return cls(
            shown=_row(row, who, on),
            changes=history_of(HISTORY, row.pk, [row]),
            seen=version_of(row, ("draft",)),
            may_keep=stands and (is_own or signs or Right.KEEP_AGENCIES in rights),
            may_write=stands and is_own and not is_signed,
            may_sign=stands and signs and is_anothers and row.ready_at is not None and not is_signed,
            may_unsign=stands and is_open and is_signed and (signs or is_own),
            may_send=stands and is_open and is_signed and (signs or is_own),
        )


def draft_begun(student: Student, today: date) -> str:
    """Return what a draft begins with: facts of the record alone, not a word of behaviour or of agencies."""
    spell = Enrolment.objects.filter(student=student, starts_on__lte=today).order_by("-starts_on").first()
    place = f"Year {spell.year_group_id}, {spell.tutor_group}" if spell else "no tutor group"
    until = f" until {student.left_on:%-d %B %Y}" if student.left_on and student.left_on < today else ""
    lines = [
        f"{student.full_name}, born {student.born_on:%-d %B %Y}, {place}.",
        f"At this school since {student.admitted_on:%-d %B %Y}{until}.",
        _attendance(student, spell, today),
        _achievements(student, today),
        "Roles and responsibilities: …",
        "Strengths: …",
        "Interests: …",
    ]
    return "\n\n".join(line for line in lines if line)


def _attendance(student: Student, spell: Enrolment | None, today: date) -> str:
    calendar, as_at = calendar_as_at(today)
    member = Member(
        student.pk,
        student.admission_number,
        student.left_on,
        spell.tutor_group.name if spell and spell.tutor_group else "",
        spell.year_group_id if spell else 0,
    )
    week = WeekFigures.load(monday_of(as_at), calendar=calendar, members=[member], as_at=as_at)
    counts = week.students[0].ytd
    if not counts.possible:
        return "Attendance this school year: no sessions yet."
    rate = percent(counts.attended, counts.possible)
    since = academic_year_start(academic_year_of(as_at))
    return (
        f"Attendance from {in_words(since)} to {in_words(as_at)}: {rate}, "
        f"{counts.attended} of {counts.possible} sessions (half days)."
    )


def _achievements(student: Student, today: date) -> str:
    since = academic_year_start(academic_year_of(today))
    number = Achievement.objects.standing(student=student, awarded_on__gte=since).count()
    return f"Achievements recorded this school year: {number}." if number else ""
