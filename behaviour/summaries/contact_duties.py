"""Parents to reach: what is owed to whom by whom until when, derived from what year teams did and from contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from behaviour.involvements import InvolvementQuerySet
from behaviour.models import ContactDuty, Incident, Involvement
from behaviour.naming import Mask
from behaviour.summaries.contact_clock import SOON, ContactClock, clock_in_force, span_words
from behaviour.summaries.incidents import Reader, ever_in
from pastoral.core.models import User
from pastoral.core.paging import keyset_page
from pastoral.core.rights import Right
from students.models import ParentCarerLink, Student, StudentFact


@dataclass(frozen=True)
class Duty:
    """One parent to reach about one student's part in one incident, as it stands at `now`.

    owner: who acted, to whom it belongs whoever makes the call. delegate: who makes it, "" when the owner does.
    """

    key: int
    student_id: int
    name: str
    tutor_group: str
    tutor_group_id: int | None
    year: int | None
    role: str
    incident_id: int
    type: str
    occurred_on: date
    action: str
    acted_at: datetime
    owner_id: int
    owner: str
    delegate_id: int | None
    delegate: str
    due_at: datetime
    reached_at: datetime | None
    attempts: int
    waived_at: datetime | None
    waived_by: str
    waived_because: str
    now: datetime

    @property
    def state(self) -> str:
        """Return how it stands: met, waived, overdue, soon (within 12 hours) or running."""
        if self.reached_at:
            return "met"
        if self.waived_at:
            return "waived"
        if self.due_at < self.now:
            return "overdue"
        return "soon" if self.due_at - self.now < SOON else "running"

    @property
    def is_open(self) -> bool:
        """Test for somebody still to be reached."""
        return not self.reached_at and not self.waived_at

    @property
    def is_in_time(self) -> bool:
        """Test for a parent who was reached before the time was up."""
        return self.reached_at is not None and self.reached_at <= self.due_at

    @property
    def took(self) -> timedelta:
        """Return how long it took, or has taken so far; a call made before anybody acted took no time."""
        return max((self.reached_at or self.now) - self.acted_at, timedelta())

    @property
    def words(self) -> str:
        """Return how it stands, in words."""
        if self.reached_at:
            return f"reached after {span_words(self.took)}"
        if self.waived_at:
            return "waived"
        if self.due_at < self.now:
            return f"{span_words(self.now - self.due_at)} overdue"
        return f"{span_words(self.due_at - self.now)} left"


def duties_of(rows: InvolvementQuerySet, *, user: User, now: datetime, on: date) -> tuple[Duty, ...]:
    """Return the duties for these rows of `owed_contact`, in their order, in five queries whatever they are."""
    return duties_read(list(rows.with_exceptions()), user=user, now=now, on=on)


def duties_read(held: Sequence[Any], *, user: User, now: datetime, on: date) -> tuple[Duty, ...]:
    """Return the duties for these parts, read `with_exceptions` from `owed_contact`."""
    with_whom = ever_in(row.incident_id for row in held)
    reader = Reader.of(user, set().union(*with_whom.values()), on)
    clock = clock_in_force()
    return tuple(_duty(row, reader, reader.mask(with_whom[row.incident_id]), clock, now) for row in held)


@dataclass(frozen=True)
class SettledPage:
    """A page of the duties that are over, those acted on last first."""

    rows: tuple[Duty, ...]
    next_cursor: str
    is_later: bool
    back_words: str = "Newest"
    next_words: str = "Older"

    @classmethod
    def load(cls, user: User, cursor: str, *, now: datetime, on: date) -> Self:
        """Read one page, and no more of them."""
        settled = Involvement.objects.visible_to(user).owed_contact().overseen_by(user).settled()
        page = keyset_page(settled.with_exceptions(), field="acted_at", cursor=cursor)
        return cls(duties_read(page.rows, user=user, now=now, on=on), page.next_cursor, page.is_later)


def duties_in(incident: Incident, *, user: User, reader: Reader, now: datetime) -> tuple[Duty, ...]:
    """Return the duties of one incident that the person oversees, in one query. reader: of everybody in it."""
    rows = Involvement.objects.visible_to(user).owed_contact().overseen_by(user).filter(incident=incident)
    mask, clock = reader.mask(reader.called), clock_in_force()
    return tuple(_duty(row, reader, mask, clock, now) for row in rows.with_exceptions())


def _duty(row: Any, reader: Reader, mask: Mask, clock: ContactClock, now: datetime) -> Duty:
    """Return one row of `owed_contact` as the person reads it: what was done may name others."""
    part = reader.part(row, mask)
    held = getattr(row, "contact_duty", None) or ContactDuty()
    return Duty(
        key=row.pk,
        student_id=row.student_id,
        name=part.name,
        tutor_group=part.tutor_group,
        tutor_group_id=reader.group_of.get(row.student_id),
        year=part.year,
        role=part.role,
        incident_id=row.incident_id,
        type=row.incident.type,
        occurred_on=row.incident.occurred_on,
        action=mask(row.action),
        acted_at=row.acted_at,
        owner_id=row.owner,
        owner=row.owner_name,
        delegate_id=held.delegate_id,
        delegate=held.delegate.formal_name if held.delegate else "",
        due_at=clock.due(row.acted_at),
        reached_at=row.reached_at,
        attempts=row.attempts,
        waived_at=held.waived_at,
        waived_by=held.waived_by.formal_name if held.waived_by else "",
        waived_because=mask(held.waived_because),
        now=now,
    )


def carers_to_call(user: User, student: int) -> tuple[ParentCarerLink, ...] | None:
    """Return the student's parents and carers in the order of contact; None for whoever may not see them."""
    if not Student.objects.with_right(user, Right.SEE_ALL_FLAGS).filter(pk=student).exists():
        return None
    links = ParentCarerLink.objects.filter(student=student).select_related("parent_carer")
    return tuple(links.order_by("priority"))


def has_sen(student: int, on: date) -> bool:
    """Test for SEN on the day: the SENCO reaches the student then."""
    return StudentFact.objects.in_force(on).filter(student=student, kind=StudentFact.Kind.SEN).exists()
