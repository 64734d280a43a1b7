"""Writes to actions, whatever they are of: set, changed, done with what shows it, or said not to be needed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from interventions.models import Action
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import facts_set


class Settled(Exception):
    """It was done, or said not to be needed, meanwhile; the message is fit for the form."""


def action_set(*, token: UUID, facts: Mapping[str, Any], by: User, place: int = 0) -> Action:
    """Set an action; the same sending again returns what it made. facts: columns, of what it is among them."""
    made, _ = Action.objects.get_or_create(token=token, place=place, defaults={**facts, "set_by": by})
    return made


@transaction.atomic
def action_change(*, action: Action, seen: str, facts: Mapping[str, Any]) -> None:
    """Change what is to be done, by whom and by when. Raises Overtaken, and Settled of one that is no longer open."""
    held = _open(action)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))


@transaction.atomic
def action_done(
    *, action: Action, on: date, by: User, note: str = "", evidence: Mapping[str, int] | None = None
) -> None:
    """Note that it was done, with what shows it. evidence: by column, the key of a contact, a letter's copy or a file.

    Done again by the same person, on the same day, adds what was not said yet. Raises Settled for anything else, and
    where another note or other evidence stands.
    """
    held = Action.objects.select_for_update().get(pk=action.pk)
    is_again = held.done_on == on and held.done_by_id == by.pk and not held.not_needed_because
    told = {name: said for name, said in {"done_note": note, **(evidence or {})}.items() if said}
    if not is_again or any(getattr(held, name) not in ("", None, said) for name, said in told.items()):
        held = _open(action)
    held.done_on, held.done_by = on, by
    for name, said in told.items():
        setattr(held, name, said)
    held.save(update_fields=["done_on", "done_by", *told])


@transaction.atomic
def action_drop(*, action: Action, on: date, by: User, because: str) -> None:
    """Note that it is not needed, and why. Raises Settled."""
    held = Action.objects.select_for_update().get(pk=action.pk)
    if held.not_needed_because == because:
        return
    held = _open(action)
    held.done_on, held.done_by, held.not_needed_because = on, by, because
    held.save(update_fields=["done_on", "done_by", "not_needed_because"])


@transaction.atomic
def action_reopen(*, action: Action, seen: str) -> None:
    """Open again what was settled by mistake; what it was settled with stays in the history.

    seen: its `settled_as` when it was shown; raises Settled where it was settled otherwise since.
    """
    held = Action.objects.select_for_update().get(pk=action.pk)
    if held.done_on is not None and seen != held.settled_as:
        raise Settled("Somebody settled it otherwise meanwhile: see what it says now.")
    held.done_on = held.done_by = None
    held.done_note = held.not_needed_because = ""
    held.evidence_contact = held.evidence_copy = held.evidence_file = None
    held.save()


def _open(action: Action) -> Action:
    held = Action.objects.select_for_update().get(pk=action.pk)
    if held.done_on is not None:
        how = "said not to be needed" if held.not_needed_because else "done"
        raise Settled(f"It was {how} on {day(held.done_on)} already.")
    return held
