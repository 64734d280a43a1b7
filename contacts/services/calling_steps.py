"""Writes to the ladder of first-day calls as the school sets it."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from contacts.models import CallingStep
from pastoral.core.versions import facts_set


class StepFault(Exception):
    """The step cannot be so; the message is fit for the form."""


@transaction.atomic
def calling_step_set(*, step: CallingStep | None, seen: str, facts: Mapping[str, Any]) -> CallingStep:
    """Add a step, or change one; what it was stays in history, and what was taken by it keeps its words.

    seen: its `version_of` these facts as the person saw it. Raises Overtaken where somebody changed it since, and
    StepFault where the ladder has that step already.
    """
    held = CallingStep.objects.select_for_update().get(pk=step.pk) if step else CallingStep(**facts)
    if step:
        facts_set(held, seen, facts)
    same = CallingStep.objects.filter(kind=held.kind, starts_at=held.starts_at, first_day=held.first_day)
    if same.exclude(pk=held.pk).exists():
        raise StepFault("The ladder has this step at that time already. Change that one, or choose another time.")
    try:
        held.validate_constraints()
    except ValidationError as fault:
        raise StepFault(" ".join(fault.messages)) from fault
    held.save()
    return held
