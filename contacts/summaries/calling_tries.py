"""What was tried already about an absence: by whom, with whom, when, and what came of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils import timezone

from contacts.models import Channel, Contact, Outcome, Party, Result
from contacts.summaries.calling_absent import Absent
from pastoral.core.models import User
from pastoral.core.rights import Right


@dataclass(frozen=True, slots=True)
class Try:
    """One contact about an absence, without what was said. day: of the absence; carer: the key of whom, or None.

    is_with_carer: it was with a parent or carer whom no court order barred; any other is shown, and ends nothing.
    """

    contact_id: int
    student_id: int
    day: date
    at: datetime
    by: str
    is_own: bool
    is_with_carer: bool
    carer: int | None
    whom: str
    channel: str
    number: str
    result: str
    outcome: str
    retry_at: datetime | None

    @property
    def is_reached(self) -> bool:
        """Test for a parent or carer reached who may say why."""
        return self.is_with_carer and self.result == Result.REACHED

    @property
    def is_on_the_way(self) -> bool:
        """Test for word that the student is coming, later."""
        return self.is_reached and self.outcome == Outcome.INFORMED

    @property
    def came_of_it(self) -> str:
        """What came of it, in words."""
        if self.is_on_the_way:
            return "On the way"
        if self.result == Result.REACHED and self.outcome:
            return Outcome(self.outcome).label
        return Result(self.result).label

    @property
    def words(self) -> str:
        """Who tried whom, when and how it went: "08:52 Mrs Okafor, phone: No answer (Mr Reid)"."""
        by = "you" if self.is_own else self.by
        at = timezone.localtime(self.at)
        return f"{at:%H:%M} {self.whom}, {Channel(self.channel).label.lower()}: {self.came_of_it} ({by})"


def with_carers(tries: Iterable[Try]) -> list[Try]:
    """Return those that explain an absence, reach somebody or take a step of the ladder."""
    return [each for each in tries if each.is_with_carer]


def tries_about(absent: Collection[Absent], *, since: date, user: User) -> dict[int, tuple[Try, ...]]:
    """Return the contacts about absences since the day, by student, the earliest first; one query."""
    sees = {each.student_id: Right.SEE_AGENCIES in each.rights for each in absent}
    rows = (
        Contact.objects.standing(student__in=list(sees), abouts__absent_on__gte=since)
        .annotate(absent_on=F("abouts__absent_on"))
        .select_related("parent_carer", "agency", "made_by")
        .order_by("occurred_at", "pk")
    )
    found: dict[int, list[Try]] = defaultdict(list)
    for row in rows:
        found[row.student_id].append(_try(row, user, sees_agencies=sees[row.student_id]))
    return {student: tuple(found[student]) for student in sees}


def _try(row: Contact, user: User, *, sees_agencies: bool) -> Try:
    return Try(
        contact_id=row.pk,
        student_id=row.student_id,
        day=getattr(row, "absent_on"),  # noqa: B009 - annotated
        at=row.occurred_at,
        by=row.made_by.formal_name,
        is_own=row.made_by_id == user.pk,
        is_with_carer=row.is_with_carer,
        carer=row.parent_carer_id,
        whom=_whom(row, sees_agencies=sees_agencies),
        channel=row.channel,
        number=row.number,
        result=row.result,
        outcome=row.outcome,
        retry_at=row.retry_at,
    )


def _whom(row: Contact, *, sees_agencies: bool) -> str:
    """Return with whom it was; a name that may tell of an agency only to who may see the student's agencies."""
    if row.party == Party.CARER or sees_agencies:
        return str(row.parent_carer or row.agency or row.other_name)
    return "an agency" if row.party == Party.AGENCY else "Somebody else"
