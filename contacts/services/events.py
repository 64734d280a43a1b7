"""Writes to events that families are asked to: who is asked, what they answered, and who came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils import timezone

from contacts.models import Channel, Contact, Direction, EventPlace, Outcome, ParentEvent, Party, Purpose, Result
from contacts.services.contacts import Told, With, contact_log
from contacts.services.withdrawal import record_withdraw
from pastoral.core.models import User
from students.models import ParentCarer, Student

NOON = time(12, 0)
NOT_THERE = "Ticked by mistake: the family was not there"


class NotYet(Exception):
    """The event is still to come; the message is fit for the page."""


@dataclass(frozen=True)
class Occasion:
    """What is told of an event."""

    name: str
    held_on: date
    starts_at: time | None = None
    place: str = ""


@transaction.atomic
def event_make(*, occasion: Occasion, students: Sequence[Student], token: UUID, by: User, now: datetime) -> ParentEvent:
    """Make an event and ask the families of the students; the same sending again returns what it made."""
    event, is_new = ParentEvent.objects.get_or_create(
        token=token,
        defaults={
            "name": occasion.name,
            "held_on": occasion.held_on,
            "starts_at": occasion.starts_at,
            "place": occasion.place,
            "made_by": by,
            "made_at": now,
        },
    )
    if is_new:
        event_ask(event=event, students=students)
    return event


def event_ask(*, event: ParentEvent, students: Sequence[Student]) -> int:
    """Ask the families of the students, and return how many were not asked yet."""
    with transaction.atomic():
        held = set(EventPlace.objects.filter(event=event).values_list("student", flat=True))
        fresh = [student for student in students if student.pk not in held]
        EventPlace.objects.bulk_create(EventPlace(event=event, student=student) for student in fresh)
        return len(fresh)


@transaction.atomic
def place_answer(*, place: EventPlace, answer: str) -> None:
    """Note what a family answered; "" takes it back."""
    held = EventPlace.objects.select_for_update().get(pk=place.pk)
    held.answer = answer
    held.save(update_fields=["answer"])


@transaction.atomic
def place_came(*, place: EventPlace, person: ParentCarer | None, by: User, now: datetime) -> None:
    """Note that the family came, and log it as a contact in person; a second tick changes and logs nothing.

    person: which parent or carer; None for somebody else of the family. Raises NotYet, or CarerBarred.
    """
    held = EventPlace.objects.select_for_update().select_related("event", "student").get(pk=place.pk)
    if held.event.held_on > timezone.localdate(now):
        raise NotYet("The event is still to come: who comes is ticked on the day.")
    if held.came:
        return
    told = Told(
        With.carer(person) if person else With(Party.OTHER, other_name="Somebody of the family"),
        occurred_at=_at(held.event, now),
        channel=Channel.IN_PERSON,
        result=Result.REACHED,
        purpose=Purpose.OTHER,
        direction=Direction.OUT if person else Direction.IN,
        also={"outcome": Outcome.INFORMED, "narrative": f"Came to: {held.event.name}"},
    )
    contact_log(told=told, students=[held.student], token=_token(held), by=by, now=now)
    held.came, held.came_with = True, person
    held.save(update_fields=["came", "came_with"])


@transaction.atomic
def place_not_there(*, place: EventPlace, by: User, now: datetime) -> None:
    """Note that the family was not there; what was logged for it is withdrawn."""
    held = EventPlace.objects.select_for_update().get(pk=place.pk)
    for contact in Contact.objects.standing(token=_token(held), student=held.student_id):
        record_withdraw(record=contact, because=NOT_THERE, by=by, now=now)
    held.came, held.came_with = False, None
    held.save(update_fields=["came", "came_with"])


def _token(place: EventPlace) -> UUID:
    """Return the token of the contact that the tick logs: another one for each time it was taken back, or withdrawn."""
    withdrawn = Contact.objects.filter(student=place.student_id).exclude(withdrawn_at=None)
    held = set(withdrawn.values_list("token", flat=True))
    tries = (uuid5(NAMESPACE_OID, f"event {place.event_id} {place.pk} {turn}") for turn in range(len(held) + 1))
    return next(token for token in tries if token not in held)


def _at(event: ParentEvent, now: datetime) -> datetime:
    """Return when the family was there: when it began, but never later than now."""
    begins = timezone.make_aware(datetime.combine(event.held_on, event.starts_at or NOON))
    return min(begins, now)
