"""Writes to the 48-hour clock: who makes the call, and a reason why nobody has to."""

from datetime import datetime

from django.db import transaction

from behaviour.models import BehaviourRules, ContactDuty, Involvement
from pastoral.core.models import User
from pastoral.core.versions import facts_set, version_of

WHO_CALLS = ("delegate_id",)


class DutySettled(Exception):
    """A parent was reached, or it was waived for another reason, meanwhile: nothing was saved."""


@transaction.atomic
def duty_delegate(*, involvement: Involvement, to: User | None, seen: str) -> ContactDuty:
    """Have a colleague make the call, or nobody but the owner again; whose duty it is does not change.

    seen: `duty_version` as the page was made. Raises Overtaken, and DutySettled once nobody is to be called.
    """
    duty = _held(involvement)
    if duty.waived_at is not None or _is_reached(involvement):
        raise DutySettled
    facts_set(duty, seen, {"delegate_id": to.pk if to else None})
    duty.save()
    return duty


def duty_version(involvement: Involvement) -> str:
    """Return what tells one who calls from another."""
    return version_of(ContactDuty.objects.filter(involvement=involvement).first() or ContactDuty(), WHO_CALLS)


@transaction.atomic
def duty_waive(*, involvement: Involvement, because: str, by: User, now: datetime) -> ContactDuty:
    """Say why no parent has to be reached; the same said twice, the first one stands. Raises DutySettled."""
    duty = _held(involvement)
    if _is_reached(involvement) or duty.waived_because not in ("", because):
        raise DutySettled
    if duty.waived_at is None:
        duty.waived_at, duty.waived_by, duty.waived_because = now, by, because
        duty.save()
    return duty


@transaction.atomic
def duty_owe_again(*, involvement: Involvement) -> ContactDuty:
    """Take the waiver back: the clock runs on from where it began."""
    duty = _held(involvement)
    if duty.waived_at is not None:
        duty.waived_at, duty.waived_by, duty.waived_because = None, None, ""
        duty.save()
    return duty


def _is_reached(involvement: Involvement) -> bool:
    return Involvement.objects.filter(pk=involvement.pk).reached().exists()


def _held(involvement: Involvement) -> ContactDuty:
    duty, _is_new = ContactDuty.objects.get_or_create(involvement=involvement)
    return ContactDuty.objects.select_for_update().get(pk=duty.pk)


@transaction.atomic
def contact_clock_set(*, rule: str) -> BehaviourRules:
    """Set which hours count of the 48; every clock runs by them from now on, those that began before too."""
    held = BehaviourRules.objects.select_for_update().get()
    if held.contact_clock != rule:
        held.contact_clock = rule
        held.save()
    return held
