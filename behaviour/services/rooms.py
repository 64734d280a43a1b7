"""Writes to the rooms' register: students signed in and out, and what was signed wrongly put right."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from behaviour.models import Incident, InclusionStay
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import daytime as said
from pastoral.core.versions import facts_set
from students.models import Student


class StayClash(Exception):
    """The student is or was in a room at that time, or it was withdrawn; the message is fit for the form."""


class StayTimes(Exception):
    """The times cannot be: to come, or leaving before coming; the message is fit for the form."""


def stay_begin(
    *,
    student: Student,
    room: str,
    reason: str,
    work: str,
    adult: str,
    came_at: datetime,
    by: User,
    now: datetime,
    kind: str = InclusionStay.Kind.REMOVED,
    incident: Incident | None = None,
) -> InclusionStay:
    """Sign a student into a room. incident: what it is for, kept if the student was in it.

    Raises StayClash while the student is in a room, or was at that moment; StayTimes for a moment to come.
    """
    if came_at > now:
        raise StayTimes("The time is still to come. Sign the student in when they are here.")
    held = InclusionStay.objects.standing(student=student).filter(Q(left_at=None) | Q(left_at__gt=came_at)).first()
    if held and (held.left_at is None or held.came_at <= came_at):
        raise StayClash(_clash(held))
    was_in_it = incident is not None and incident.involvements.filter(student=student).exists()
    try:
        with transaction.atomic():
            return InclusionStay.objects.create(
                student=student,
                room=room,
                kind=kind,
                incident=incident if was_in_it else None,
                reason=reason,
                work=work,
                adult=adult,
                came_at=came_at,
                recorded_by=by,
            )
    except IntegrityError as fault:  # somebody was quicker: the database lets one open stay stand
        held = InclusionStay.objects.open().filter(student=student).first()
        raise StayClash(_clash(held) if held else str(fault)) from fault


def _clash(held: InclusionStay) -> str:
    came = timezone.localtime(held.came_at)
    room = held.get_room_display().lower()
    if held.left_at is None:
        name, since = held.student.full_name, said(came)
        return f"{name} is in the {room} since {since}, with {held.adult}. Sign them out first."
    return f"{held.student.full_name} was in the {room} from {came:%H:%M} to {timezone.localtime(held.left_at):%H:%M}."


@transaction.atomic
def stay_work(*, stay: InclusionStay, seen: str, work: str, adult: str) -> InclusionStay:
    """Note the work that came later, or another adult who took over; what it said before stays in the history.

    seen: the `version_of` the two as the page was made. Raises Overtaken.
    """
    held = InclusionStay.objects.select_for_update().get(pk=stay.pk)
    facts_set(held, seen, {"work": work, "adult": adult})
    held.save(update_fields=["work", "adult"])
    return held


@dataclass(frozen=True)
class Stayed:
    """When, where and why somebody was in a room. left_at: None for one who still is."""

    came_at: datetime
    left_at: datetime | None
    room: str
    kind: str


@transaction.atomic
def stay_correct(*, stay: InclusionStay, stayed: Stayed, now: datetime) -> InclusionStay:
    """Put right what was signed wrongly; what it said before stays in the history.

    Raises StayTimes for times that cannot be, StayClash for those of another stay of the student.
    """
    held = _locked(stay)
    ends = stayed.left_at or now
    if ends > now or stayed.came_at > now:
        raise StayTimes("The time is still to come.")
    if ends < stayed.came_at:
        raise StayTimes("They cannot leave before they came.")
    others = InclusionStay.objects.standing(student=held.student_id, came_at__lt=ends).exclude(pk=held.pk)
    other = others.filter(Q(left_at=None) | Q(left_at__gt=stayed.came_at)).first()
    if other:
        raise StayClash(_clash(other))
    for each in dataclasses.fields(stayed):
        setattr(held, each.name, getattr(stayed, each.name))
    held.save(update_fields=[each.name for each in dataclasses.fields(stayed)])
    return held


@transaction.atomic
def stay_withdraw(*, stay: InclusionStay, because: str, by: User, now: datetime) -> InclusionStay:
    """Withdraw a stay that never was: it counts nowhere; done twice, the first one stands."""
    held = InclusionStay.objects.select_for_update().get(pk=stay.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


def _locked(stay: InclusionStay) -> InclusionStay:
    held = InclusionStay.objects.select_for_update().get(pk=stay.pk)
    if held.withdrawn_at is not None:
        raise StayClash("It was withdrawn meanwhile.")
    return held


@transaction.atomic
def stay_end(*, stay: InclusionStay, outcome: str, left_at: datetime, now: datetime) -> InclusionStay:
    """Sign a student out; done twice, the first one stands.

    Raises StayTimes when they would leave before they came, or in time to come; StayClash when it was withdrawn.
    """
    held = _locked(stay)
    if held.left_at is not None:
        return held
    if left_at < held.came_at:
        raise StayTimes(f"They came at {timezone.localtime(held.came_at):%H:%M}: they cannot leave before that.")
    if left_at > now:
        raise StayTimes("The time is still to come. Sign the student out when they leave.")
    held.left_at, held.outcome = left_at, outcome
    held.save(update_fields=["left_at", "outcome"])
    return held
