"""Writes to calls for help: made, somebody is coming, arrived, ended, and the incident written afterwards."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from behaviour.models import Incident, OnCall
from pastoral.core.models import User

Outcome = OnCall.Outcome
# Ends without anybody having come.
WITHOUT_ANYBODY = (Outcome.SETTLED, Outcome.NOBODY)


class CallClash(Exception):
    """A colleague was quicker; the message says who and when."""


@dataclass(frozen=True)
class Asked:
    """What a call says. about: the name of a student whom the caller could not choose."""

    room: str
    reason: str
    period: str = ""
    subject: str = ""
    about: str = ""
    student_id: int | None = None


@transaction.atomic
def call_make(*, asked: Asked, token: UUID, by: User, now: datetime) -> OnCall:
    """Call for help; the same sending again returns the call that it made."""
    fields = {each.name: getattr(asked, each.name) for each in dataclasses.fields(asked)}
    call, _is_new = OnCall.objects.get_or_create(token=token, defaults={**fields, "asked_by": by, "asked_at": now})
    return call


@transaction.atomic
def call_take(*, call: OnCall, by: User, now: datetime) -> OnCall:
    """Say that one is on the way; twice is once. Raises CallClash when a colleague is, or it is over."""
    held = _open(call)
    if held.coming_by_id not in (None, by.pk):
        raise CallClash(f"{_name(held.coming_by)} is on the way since {_at(held.coming_at)}.")
    if held.coming_by_id is None:
        held.coming_by, held.coming_at = by, now
        held.save(update_fields=["coming_by", "coming_at"])
    return held


@transaction.atomic
def call_arrive(*, call: OnCall, by: User, now: datetime) -> OnCall:
    """Say that one is there; twice is once. Raises CallClash when a colleague is, or it is over."""
    held = _open(call)
    if held.arrived_by_id not in (None, by.pk):
        raise CallClash(f"{_name(held.arrived_by)} is there since {_at(held.arrived_at)}.")
    if held.arrived_by_id is None:
        _arrive(held, by, now)
    return held


@transaction.atomic
def call_end(*, call: OnCall, outcome: str, note: str, by: User, now: datetime) -> OnCall:
    """End a call with how it went; the same again changes nothing.

    Who took a student somewhere was there: without an arrival noted, they arrived now. Raises CallClash when it was
    ended otherwise.
    """
    held = OnCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if held.ended_at is not None:
        if (held.outcome, held.note) != (outcome, note):
            raise CallClash(f"It was ended at {_at(held.ended_at)}: {held.get_outcome_display().lower()}.")
        return held
    if held.arrived_by_id is None and outcome not in WITHOUT_ANYBODY:
        _arrive(held, by, now)
    held.outcome, held.note, held.ended_at = outcome, note, now
    held.save(update_fields=["outcome", "note", "ended_at"])
    return held


@transaction.atomic
def call_withdraw(*, call: OnCall, because: str, by: User, now: datetime) -> OnCall:
    """Withdraw a call that was made by mistake; done twice, the first one stands."""
    held = OnCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


@transaction.atomic
def call_written(*, call: OnCall, incident: Incident) -> OnCall:
    """Note the incident that was written of a call; the first one stands."""
    held = OnCall.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if held.incident_id is None:
        held.incident = incident
        held.save(update_fields=["incident"])
    return held


def _open(call: OnCall) -> OnCall:
    held = OnCall.objects.select_for_update(of=("self",)).select_related("coming_by", "arrived_by").get(pk=call.pk)
    if held.ended_at is not None:
        raise CallClash(f"It was ended at {_at(held.ended_at)}: {held.get_outcome_display().lower()}.")
    return held


def _arrive(held: OnCall, by: User, now: datetime) -> None:
    held.arrived_by, held.arrived_at = by, now
    held.save(update_fields=["arrived_by", "arrived_at"])


def _name(user: User | None) -> str:
    return user.formal_name if user else "Somebody"


def _at(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""
