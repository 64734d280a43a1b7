"""Sessions that took place: logged in one tap or with all that is to say, put right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from interventions.models import DeliveredSession, Intervention, InterventionStudent, SessionPlace
from interventions.services.interventions import InterventionOver, NotOfIt
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.versions import Overtaken, version_of

FACTS = ("held_at", "minutes", "note")


@dataclass(frozen=True)
class Held:
    """A session as it is told. absent: keys of the places of who was not there; ratings: 1 to 5, by place."""

    held_at: datetime
    minutes: int
    note: str = ""
    absent: Collection[int] = field(default=())
    ratings: Mapping[int, int | None] = field(default_factory=dict)


@transaction.atomic
def session_log(
    *, intervention: Intervention, held: Held, token: UUID, by: User, now: datetime
) -> tuple[DeliveredSession, bool]:
    """Log a session for whoever was in it on the day, and say whether it is new; a second tap logs nothing.

    Raises InterventionOver for a day after its end, NotOfIt for one before it or without anybody in it.
    """
    record = Intervention.objects.select_for_update().get(pk=intervention.pk)
    known = DeliveredSession.objects.filter(token=token, intervention=record).first()
    if known:
        return known, False
    on = timezone.localdate(held.held_at)
    places = _places(record, on)
    made = DeliveredSession.objects.create(
        token=token,
        intervention=record,
        held_at=held.held_at,
        logged_at=now,
        minutes=held.minutes,
        by=by,
        note=held.note,
    )
    _seat(made, places, held)
    return made, True


@transaction.atomic
def session_change(*, session: DeliveredSession, held: Held, seen: str) -> None:
    """Put a session right, and who was there. Raises Overtaken, InterventionOver and NotOfIt."""
    record = DeliveredSession.objects.select_for_update().get(pk=session.pk)
    if session_version(record) != seen:
        raise Overtaken
    seated = set(record.places.values_list("member", flat=True))
    places = _places(record.intervention, timezone.localdate(held.held_at), seated)
    for name in FACTS:
        setattr(record, name, getattr(held, name))
    record.save(update_fields=list(FACTS))
    kept = {place.pk for place in places}
    record.places.exclude(member__in=kept).delete()
    _seat(record, places, held)


def session_version(session: DeliveredSession) -> str:
    """Return what tells this state of a session, who was there included, from any other."""
    rows = session.places.order_by("member_id").values_list("member", "was_there", "rating")
    return version_of(session, FACTS, [list(row) for row in rows])


def _places(intervention: Intervention, on: date, seated: Collection[int] = ()) -> list[InterventionStudent]:
    """Return who was in it on the day. seated: who was at the session before they left it that day."""
    if intervention.ended_on is not None and on > intervention.ended_on:
        raise InterventionOver(f"It ended on {in_words(intervention.ended_on)}.")
    if on < intervention.starts_on:
        raise NotOfIt(f"It begins on {in_words(intervention.starts_on)}: a session cannot be before that.")
    rows = intervention.students.select_related("student")
    places = [each for each in rows if each.is_in(on) or (each.pk in seated and each.left_on == on)]
    if not places:
        raise NotOfIt("Nobody was in it on that day: take a student in first.")
    return places


def _seat(session: DeliveredSession, places: Collection[InterventionStudent], held: Held) -> None:
    absent = set(held.absent)
    SessionPlace.objects.bulk_create(
        (
            SessionPlace(
                session=session,
                member=place,
                was_there=place.pk not in absent,
                rating=None if place.pk in absent else held.ratings.get(place.pk),
            )
            for place in places
        ),
        update_conflicts=True,
        unique_fields=["session", "member"],
        update_fields=["was_there", "rating"],
    )
