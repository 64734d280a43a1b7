"""Penalty notices that were issued: what each costs, which it is in its three years, and its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from attendance.figures.notices import (
    FRAMEWORK_BEGINS,
    NOTICE_LIMIT,
    counting_since,
)
from attendance.models import PenaltyNotice

FIRST_AMOUNT = "£160, or £80 if it is paid within 21 days"

SECOND_AMOUNT = "£160 flat within 28 days, no reduction: the second to this parent for this child in three years"

AMOUNT_SOURCE = "National Framework for Penalty Notices, DfE, offences from 19 Aug 2024"

NO_THIRD = (
    "No third notice in three years: the local authority looks at other measures, "
    "such as prosecution or an education supervision order."
)


class Change(NamedTuple):
    """What a notice's status was until somebody changed it, and why."""

    status: str
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class NoticeShown:
    """A notice as issued, with the history of its status. number: which one in its three years, from 1."""

    notice: PenaltyNotice
    number: int
    history: tuple[Change, ...]

    @property
    def counts(self) -> bool:
        """Test whether it counts towards the limit at all."""
        is_of_framework = self.notice.issued_on >= FRAMEWORK_BEGINS
        return is_of_framework and self.notice.status != PenaltyNotice.Status.WITHDRAWN

    @property
    def amount(self) -> str:
        """What was to be paid."""
        if self.notice.issued_on < FRAMEWORK_BEGINS:
            return "before the National Framework: does not count towards the limit"
        return SECOND_AMOUNT if self.number >= NOTICE_LIMIT else FIRST_AMOUNT


_HISTORY = """
    SELECT e.pgh_obj_id, e.status, e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')),
           coalesce(c.metadata ->> 'reason', '')
      FROM attendance_penaltynoticeevent e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     WHERE e.pgh_obj_id = ANY(%s)
     ORDER BY e.pgh_id DESC
"""


def issued_to(student_id: int) -> tuple[NoticeShown, ...]:
    """Return the notices issued for the student, newest first, with the history of each."""
    held: Sequence[PenaltyNotice] = list(
        PenaltyNotice.objects.filter(student=student_id)
        .select_related("parent_carer", "recorded_by")
        .order_by("-issued_on", "-pk")
    )
    history: dict[int, list[Change]] = {notice.pk: [] for notice in held}
    for key, *change in _changes(list(history)) if history else ():
        history[key].append(Change(*change))
    return tuple(NoticeShown(notice, _number(notice, held), tuple(history[notice.pk])) for notice in held)


def _changes(notices: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [notices])
        return [(key, PenaltyNotice.Status(status).label, *rest) for key, status, *rest in cursor.fetchall()]


def _number(notice: PenaltyNotice, held: Sequence[PenaltyNotice]) -> int:
    """Return which notice to the parent it is in the three years before its issue."""
    first = counting_since(notice.issued_on)
    return 1 + sum(
        other.parent_carer_id == notice.parent_carer_id
        and first <= other.issued_on < notice.issued_on
        and other.status != PenaltyNotice.Status.WITHDRAWN
        for other in held
    )
