"""Information received as one person may read it: the list, what is to be followed up, and one whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from attendance.summaries.reach import Reached, reached
from contacts.models import Information, Share
from contacts.querysets import InformationQuerySet
from contacts.reading import Reader
from contacts.summaries.asked import Asked
from contacts.summaries.history import history_of, kind_of
from pastoral.core.changes import Change
from pastoral.core.models import User
from pastoral.core.rights import Right

SHOWS = {"": "All", "open": "To follow up", "due": "Follow-up due"}
HISTORY = (
    kind_of(
        Information,
        {
            "received_on": "Received on",
            "channel": "How",
            "agency_id": "Agency",
            "worker_id": "Who there",
            "from_name": "From",
            "title": "What it is",
            "narrative": "What it says",
            "filed_at": "Where it is kept",
            "is_restricted": "Restricted",
            "follow_up": "What follows",
            "follow_up_owner_id": "Who does it",
            "follow_up_on": "By",
            "follow_up_done": "What was done",
            "withdrawn_because": "Withdrawn",
        },
    ),
)


@dataclass(frozen=True)
class InformationRow:
    """One in the list. is_read: the person may read it; else only that something came in, and when.

    late: days since what follows was to be done; shared, opened: with how many, and by how many it was opened.
    """

    row: Information
    name: str
    tutor_group: str
    year: int | None
    is_read: bool
    late: int
    shared: int
    opened: int

    @property
    def source(self) -> str:
        """From whom it came."""
        return self.row.agency.name if self.row.agency else self.row.from_name


def follow_ups_due(user: User, on: date, *, is_mine: bool = False) -> InformationQuerySet:
    """Return what is to be followed up by the day; is_mine: by this person."""
    open_ones = Information.objects.visible_to(user).standing(follow_up_done_at=None)
    due = open_ones.exclude(follow_up="").filter(follow_up_on__lte=on)
    return due.filter(follow_up_owner=user) if is_mine else due


def information_asked(user: User, asked: Asked, on: date) -> Any:
    """Return what is asked for, for `rows_of`: latest first, what is to be followed up by its date."""
    found = Information.objects.visible_to(user).standing()
    if asked.show == "open":
        found = found.filter(follow_up_done_at=None).exclude(follow_up="")
    elif asked.show == "due":
        found = follow_ups_due(user, on)
    if asked.agency:
        found = found.filter(agency=asked.agency)
    if asked.is_mine:
        found = found.filter(follow_up_owner=user)
    order = ("follow_up_on", "pk") if asked.show else ("-received_on", "-pk")
    return _counted(found.in_year(user, asked.year, on)).order_by(*order)


def _counted(found: InformationQuerySet) -> Any:
    read = Count("shares", filter=Q(shares__read_at__isnull=False))
    related = found.select_related("student", "agency", "worker", "taken_by", "follow_up_owner")
    return related.annotate(shared=Count("shares"), opened=read)


def rows_of(user: User, found: Iterable[Any], on: date) -> list[InformationRow]:
    """Return the rows of what is asked for, also of students whom the person reaches only by what was shared.

    In three queries.
    """
    held = list(found)
    students = reached(user, {each.student_id for each in held})
    reader = Reader.of(user, held, students=students)
    return [_row(each, students.get(each.student_id), reader, on) for each in held]


def _row(row: Any, who: Reached | None, reader: Reader, on: date) -> InformationRow:
    is_due = row.follow_up_on is not None and row.follow_up_done_at is None
    return InformationRow(
        row=row,
        name=row.student.sort_name,
        tutor_group=who.tutor_group if who else "",
        year=who.year if who else None,
        is_read=reader.may_read(row),
        late=max((on - row.follow_up_on).days, 0) if is_due else 0,
        shared=row.shared,
        opened=row.opened,
    )


@dataclass(frozen=True)
class InformationRecord:
    """One whole, for somebody who may read it. receipts: who was shown it, when they opened it, what they answered."""

    shown: InformationRow
    receipts: tuple[Share, ...]
    changes: tuple[Change, ...]
    may_keep: bool
    may_follow_up: bool


def information_record(user: User, key: int, on: date) -> InformationRecord | None:
    """Return one whole; None where the person may not read what it says."""
    found = _counted(Information.objects.visible_to(user).filter(pk=key)).select_related("withdrawn_by")
    row = found.first()
    if row is None:
        return None
    students = reached(user, [row.student_id])
    who = students.get(row.student_id)
    reader = Reader.of(user, [row], students=students)
    if not reader.may_read(row):
        return None
    keeps = who is not None and Right.KEEP_AGENCIES in who.rights and row.withdrawn_at is None
    keeps = keeps and reader.may_hand_on(row)
    is_open = bool(row.follow_up) and row.follow_up_done_at is None and row.withdrawn_at is None
    return InformationRecord(
        shown=_row(row, who, reader, on),
        receipts=tuple(row.shares.select_related("to", "by").order_by("at", "pk")),
        changes=history_of(HISTORY, row.pk, [row]),
        may_keep=keeps,
        may_follow_up=is_open and (keeps or row.follow_up_owner_id == user.pk),
    )
