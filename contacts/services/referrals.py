"""Writes to referrals: sent once, then step by step, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from contacts.models import Referral
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from students.models import ParentCarerLink, Student

State = Referral.State


class NotTheirs(Exception):
    """Nobody may consent who is no carer, or whom a court order bars; the message is fit for the form."""


class OutOfOrder(Exception):
    """The step does not follow from how it stands; the message is fit for the form."""


@dataclass(frozen=True)
class Step:
    """One step: from which states it may be taken, and which one it leads to; None for one that changes none."""

    begins: tuple[str, ...]
    ends: str | None


STEPS = {
    "accept": Step((State.SENT,), State.ACCEPTED),
    "refuse": Step((State.SENT,), State.REFUSED),
    "done": Step((State.ACCEPTED,), State.DONE),
    "chase": Step(Referral.OPEN, None),
    "take_back": Step(Referral.OPEN, State.TAKEN_BACK),
    "put_back": Step((State.ACCEPTED, State.REFUSED, State.DONE, State.TAKEN_BACK), State.SENT),
}


@transaction.atomic
def referral_send(*, student: Student, facts: Mapping[str, Any], token: UUID, by: User, now: datetime) -> Referral:
    """Note a referral; the same sending again returns what it made. Raises NotTheirs."""
    may_consent(student.pk, facts.get("consent_by_id"))
    fresh = {**facts, "student": student, "made_by": by, "made_at": now}
    referral, _is_new = Referral.objects.get_or_create(token=token, defaults=fresh)
    return referral


def may_consent(student: int, person: int | None, *, stood: int | None = None) -> None:
    """Refuse the consent of somebody who is no carer of the student, or is barred by a court order.

    stood: whose consent the record holds already; given once, it stays with it.
    """
    if person == stood:
        return
    links = ParentCarerLink.objects.filter(student=student, parent_carer=person, has_court_order=False)
    if person is not None and not links.exists():
        raise NotTheirs("Choose a parent or carer of the student whom no court order bars.")


@transaction.atomic
def referral_step(*, referral: Referral, do: str, on: date | None, facts: Mapping[str, Any]) -> None:
    """Take one step. on: its day, for a step with one. A second click changes nothing.

    Raises OutOfOrder, also where a colleague took the step with another day or other words: these are not lost.
    """
    held = Referral.objects.select_for_update().get(pk=referral.pk)
    step = STEPS[do]
    if held.state not in step.begins:
        if held.state == step.ends and _is_noted(held, on, facts):
            return
        since = f" since {day(held.state_on)}" if held.state_on else ""
        raise OutOfOrder(f"It stands otherwise by now: {held.get_state_display().lower()}{since}.")
    _dated(held, on)
    if step.ends:
        held.state, held.state_on = step.ends, None if step.ends == State.SENT else on
    for name, value in facts.items():
        setattr(held, name, value)
    held.save()


def _is_noted(held: Referral, on: date | None, facts: Mapping[str, Any]) -> bool:
    return on in (None, held.state_on) and all(getattr(held, name) == value for name, value in facts.items())


def _dated(held: Referral, on: date | None) -> None:
    if on and on < held.sent_on:
        raise OutOfOrder(f"It was sent only on {day(held.sent_on)}.")
    if on and held.state_on and on < held.state_on:
        raise OutOfOrder(f"It was accepted only on {day(held.state_on)}.")
