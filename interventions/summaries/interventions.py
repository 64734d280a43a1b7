"""Interventions as one person may read them: the list that is asked for, with dosage, progress and the next review.

What a restricted one says is for few (`reading`): others are told that there is one, for whom, and whose it is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from attendance.summaries.reach import Reached, reached
from interventions.figures.dosage import Dosage
from interventions.models import (
    DeliveredSession,
    Intervention,
    InterventionReview,
    InterventionSource,
    InterventionStudent,
    SessionPlace,
)
from interventions.reading import RESTRICTED, may_read
from interventions.summaries.asked import Asked, in_state, narrowed, without_outcome
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.querysets import StudentQuerySet
from students.summaries import SchoolCalendar

NAMED = 4  # in a list


@dataclass(frozen=True, slots=True)
class Member:
    """A student of an intervention whom the person may see in it. who: None where they reach the student no other way.

    there: at how many of its sessions the student was.
    """

    place: InterventionStudent
    who: Reached | None
    there: int

    @property
    def name(self) -> str:
        """Surname first."""
        return self.place.student.sort_name

    @property
    def group(self) -> str:
        """The tutor group, where it is known to the person."""
        return self.who.tutor_group if self.who else ""

    def is_in(self, on: date) -> bool:
        """Test for somebody who is in it on the day, and on roll."""
        return self.place.is_in(on)


@dataclass(frozen=True)
class Row:
    """One intervention in a list. hidden: how many of its students the person may not see; reads: its words."""

    row: Any
    members: tuple[Member, ...]
    hidden: int
    dosage: Dosage
    reads: bool
    keeps: bool
    logs: bool
    today: date
    calendar: SchoolCalendar

    @property
    def title(self) -> str:
        """What it is called; a restricted one says no more to who may not read it."""
        return str(self.row.type) if self.reads else f"{RESTRICTED} intervention"

    @property
    def is_running(self) -> bool:
        """Test for one that has not ended; it may be still to begin."""
        return self.row.ended_on is None and self.row.withdrawn_at is None

    @property
    def is_to_come(self) -> bool:
        """Test for one that has not begun."""
        begins: date = self.row.starts_on
        return begins > self.today

    @property
    def next_review(self) -> date | None:
        """The next day on which it is looked at; None once it ended."""
        return self.row.review_on if self.is_running else None

    @property
    def late(self) -> int:
        """Days since a review was due, or since its time was up; 0 for none."""
        days = [day for day in (self.next_review, self.row.planned_until) if day and self.is_running]
        return max(((self.today - day).days for day in days), default=0) if days else 0

    @property
    def is_over_time(self) -> bool:
        """Test for one whose planned end is past."""
        return self.is_running and self.row.planned_until < self.today

    @cached_property
    def now_in(self) -> tuple[Member, ...]:
        """Who is in it today, of those shown."""
        return tuple(member for member in self.members if member.is_in(self.today))

    @property
    def is_logged_today(self) -> bool:
        """Test for a session that was logged for today."""
        last: datetime | None = self.row.last_at
        return last is not None and timezone.localdate(last) == self.today

    @property
    def there_words(self) -> str:
        """How many were there: of one student at how many sessions, of a group at the last one."""
        if not self.dosage.delivered:
            return ""
        if self.row.seats == 1 and len(self.members) == 1:
            there = self.members[0].there
            return "there each time" if there == self.dosage.delivered else f"there at {there}"
        return f"{self.row.there_last or 0} of {self.row.seats_last or 0} there last time"

    @property
    def more(self) -> int:
        """How many students are not named in a list."""
        return max(len(self.members) - NAMED, 0) + self.hidden

    @cached_property
    def token(self) -> UUID:
        """The sending of the button that logs a session."""
        return uuid4()

    @property
    def lacks_outcome(self) -> bool:
        """Test for one that ended without an outcome for somebody shown."""
        return self.row.ended_on is not None and any(not member.place.outcome for member in self.members)

    @property
    def who_gives(self) -> str:
        """Who delivers it, as people are called."""
        row = self.row
        who: str = row.deliverer.formal_name if row.deliverer else row.delivered_by or row.owner.formal_name
        return who


def listed(user: User) -> Any:
    """Return what the person may see, standing, with what a row of a list needs."""
    return with_numbers(Intervention.objects.visible_to(user).standing())


def with_numbers(found: QuerySet[Intervention]) -> Any:
    """Add to interventions what a row shows: sessions, the last one and who was there, seats, the next review."""
    sessions = DeliveredSession.objects.filter(intervention=OuterRef("pk"), withdrawn_at=None).order_by()
    last = sessions.order_by("-held_at", "-pk")
    seated = SessionPlace.objects.filter(session=OuterRef("last_session")).order_by().values("session")
    reviews = InterventionReview.objects.filter(intervention=OuterRef("pk"), held_on=None).order_by()
    seats = InterventionStudent.objects.filter(intervention=OuterRef("pk")).order_by().values("intervention")
    tells = Q(involvement__isnull=False) | Q(bullying_case__isnull=False) | Q(tutor_mark__isnull=False)
    return found.select_related("type", "owner", "deliverer", "withdrawn_by").annotate(
        delivered=Subquery(sessions.values("intervention").annotate(n=Count("pk")).values("n")),
        last_at=Subquery(last.values("held_at")[:1]),
        last_session=Subquery(last.values("pk")[:1]),
        seats_last=Subquery(seated.annotate(n=Count("pk")).values("n")),
        there_last=Subquery(seated.annotate(n=Count("pk", filter=Q(was_there=True))).values("n")),
        review_on=Subquery(reviews.values("intervention").annotate(n=Min("due_on")).values("n")),
        seats=Subquery(seats.annotate(n=Count("pk")).values("n")),
        tells_of_behaviour=Exists(InterventionSource.objects.filter(tells, intervention=OuterRef("pk"))),
    )


def interventions_asked(
    user: User, asked: Asked, on: date, calendar: SchoolCalendar, covered: Collection[int] | None = None
) -> list[Row]:
    """Return the rows asked for in three queries, what presses on top. covered: whom `cover` holds, if it is asked."""
    found = narrowed(in_state(listed(user), asked.show, on), user, asked, on)
    if covered is not None:
        found = found.filter(students__in=InterventionStudent.objects.live(on).filter(student__in=covered)).distinct()
    order = ["-ended_on", "-pk"] if asked.show in ("ended", "outcome", "all") else [F("review_on").asc(nulls_last=True)]
    rows = rows_of(user, found.order_by(*order, "-starts_on", "-pk"), on, calendar)
    if asked.kind or asked.aim:  # what it is about is among the words of a restricted one
        rows = [row for row in rows if row.reads]
    return rows


def rows_of(user: User, found: Iterable[Intervention], on: date, calendar: SchoolCalendar | None = None) -> list[Row]:
    """Return the interventions as the person may read them; three queries, and the calendar's where it is not given."""
    held = list(found)
    days = calendar or SchoolCalendar.load()
    members = _members(user, held)
    return [_row(user, each, members[each.pk], days, on) for each in held]


def _members(user: User, held: Sequence[Intervention]) -> dict[int, list[Member]]:
    there = Count("places", filter=Q(places__was_there=True, places__session__withdrawn_at=None))
    places = InterventionStudent.objects.visible_to(user).filter(intervention__in=[each.pk for each in held])
    named = places.select_related("student").annotate(sessions_there=there)
    seen: list[Any] = list(named.order_by("student__search_text", "pk"))
    who = reached(user, {place.student_id for place in seen})
    found: dict[int, list[Member]] = defaultdict(list)
    for place in seen:
        found[place.intervention_id].append(Member(place, who.get(place.student_id), place.sessions_there))
    return found


def _row(user: User, row: Any, members: Sequence[Member], calendar: SchoolCalendar, on: date) -> Row:
    rights = rights_on_all(members, row.seats or 0)
    own = (row.owner_id, row.deliverer_id)
    reads = may_read(user, is_restricted=row.is_restricted, own=own, rights=rights)
    keeps = any(member.who and Right.KEEP_INTERVENTIONS in member.who.rights for member in members)
    last = min(row.planned_until, row.ended_on) if row.ended_on else row.planned_until
    days = calendar.between(row.starts_on, row.planned_until)
    today = min(on, last) if row.ended_on else on
    return Row(
        row=row,
        members=tuple(members),
        hidden=max((row.seats or 0) - len(members), 0),
        dosage=Dosage.of(row.planned_sessions, row.delivered or 0, days, today),
        reads=reads,
        keeps=reads and (keeps or (row.owner_id == user.pk and user.may(Right.KEEP_INTERVENTIONS))),
        logs=reads and (keeps or user.pk in own),
        today=on,
        calendar=calendar,
    )


def rights_on_all(members: Sequence[Member], seats: int) -> frozenset[Right]:
    """Return the rights that the person holds over every student of an intervention; none where one is not theirs."""
    if not members or len(members) < seats or any(member.who is None for member in members):
        return frozenset()
    return frozenset.intersection(*(member.who.rights for member in members if member.who))


def reads_because(user: User, row: Any, rights: frozenset[Right]) -> bool:
    """Test whether the person may read why it was begun: what came of behaviour takes the right to read of that."""
    is_own = user.pk in (row.owner_id, row.deliverer_id)
    return is_own or not row.tells_of_behaviour or Right.SEE_BEHAVIOUR_NARRATIVE in rights


def kept_students(user: User) -> StudentQuerySet:
    """Return the students for whom the person begins and keeps interventions."""
    return Student.objects.with_right(user, Right.KEEP_INTERVENTIONS)


def reviews_due(user: User, on: date) -> QuerySet[Intervention]:
    """Return the person's running interventions with a review that is due."""
    due = InterventionReview.objects.filter(intervention=OuterRef("pk"), held_on=None, due_on__lte=on)
    return _own(user).filter(Exists(due), ended_on=None)


def outcomes_due(user: User) -> QuerySet[Intervention]:
    """Return the person's interventions that ended without an outcome for somebody."""
    return _own(user).filter(without_outcome())


def _own(user: User) -> QuerySet[Intervention]:
    return Intervention.objects.visible_to(user).standing().filter(Q(owner=user) | Q(deliverer=user))
