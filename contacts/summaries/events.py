"""Events that families are asked to: how many come, who came, and whom to ring because they did not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import Count, Q, QuerySet

from attendance.summaries.reach import Reached, reached
from contacts.models import Contact, EventPlace, ParentEvent
from contacts.summaries.carers import Carer, carers_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event with the numbers of the families whom the person sees."""

    event: ParentEvent
    asked: int
    coming: int
    came: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One family at an event. carers: who may have come, nobody barred. reached_since: home was reached afterwards."""

    place: EventPlace
    who: Reached
    carers: tuple[Carer, ...]
    reached_since: datetime | None

    @property
    def came_with(self) -> str:
        """Who came, in words."""
        return str(self.place.came_with) if self.place.came_with else "somebody of the family"


@dataclass(frozen=True)
class EventPage:
    """One event as one person sees it, by name of the student."""

    event: ParentEvent
    rows: tuple[PlaceRow, ...]
    is_over: bool

    @classmethod
    def load(cls, user: User, pk: int, today: date) -> Self | None:
        """Read the event in four queries; None for one to which no family of the person's students is asked."""
        event = events_of(user).filter(pk=pk).select_related("made_by", "withdrawn_by").first()
        if event is None:
            return None
        places = list(places_of(user).filter(event=event).select_related("came_with"))
        keys = [place.student_id for place in places]
        who = reached(user, keys)
        carers = carers_of(keys)
        since = _reached_since(keys, event)
        rows = [
            PlaceRow(
                place,
                who[place.student_id],
                tuple(carer for carer in carers[place.student_id] if not carer.is_barred),
                since.get(place.student_id),
            )
            for place in places
            if place.student_id in who
        ]
        return cls(event, tuple(sorted(rows, key=lambda row: row.who.name)), event.held_on <= today)

    def answered(self, answer: str) -> list[PlaceRow]:
        """Return those who answered so."""
        return [row for row in self.rows if row.place.answer == answer]

    @property
    def came(self) -> list[PlaceRow]:
        """Who came."""
        return [row for row in self.rows if row.place.came]

    @property
    def to_call(self) -> list[PlaceRow]:
        """Who did not come, once it is over, and was not reached since; those who had said they would come first."""
        gone = [row for row in self.rows if self.is_over and not row.place.came and row.reached_since is None]
        return sorted(gone, key=lambda row: row.place.answer != EventPlace.Answer.COMING)


def places_of(user: User) -> QuerySet[EventPlace]:
    """Return the places of families of the students about whom the person logs contacts."""
    return EventPlace.objects.filter(student__in=Student.objects.with_right(user, Right.LOG_CONTACTS))


def events_of(user: User) -> QuerySet[ParentEvent]:
    """Return the standing events to which such a family is asked, and those that the person made; latest first."""
    asked = places_of(user).values("event")
    return ParentEvent.objects.filter(withdrawn_at=None).filter(Q(made_by=user) | Q(pk__in=asked))


def events_shown(user: User) -> list[EventRow]:
    """Return the events with their numbers, in one query."""
    mine = Q(places__student__in=Student.objects.with_right(user, Right.LOG_CONTACTS))
    held = events_of(user).annotate(
        asked=Count("places", filter=mine),
        coming=Count("places", filter=mine & Q(places__answer=EventPlace.Answer.COMING)),
        were_there=Count("places", filter=mine & Q(places__came=True)),
    )
    return [EventRow(each, each.asked, each.coming, each.were_there) for each in held]


def _reached_since(students: Collection[int], event: ParentEvent) -> dict[int, datetime]:
    """Return when home was reached first after the event's day."""
    contacts = Contact.objects.standing(student__in=students).with_carers().reached()
    later = contacts.filter(occurred_at__date__gt=event.held_on).order_by("-occurred_at")
    return dict(later.values_list("student_id", "occurred_at"))
