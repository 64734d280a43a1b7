"""Writes to the priorities of year groups: set at a meeting, put right, done or dropped, and gone on with after all."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from interventions.models import Meeting, Priority
from interventions.services.meetings import meeting_opened
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day
from pastoral.core.versions import facts_set


class Ended(Exception):
    """It was done or dropped meanwhile; the message is fit for the page."""


@transaction.atomic
def priorities_set(
    *, meeting: Meeting, lines: Iterable[str], owner: User | None, token: UUID, by: User
) -> list[Priority]:
    """Set priorities at a meeting, one of each line, and return those that are new; the same sending sets them once.

    What goes on from an earlier meeting of the year is not set a second time. Raises MinutesClosed.
    """
    held = meeting_opened(meeting)
    before = Priority.objects.carried_to(held).filter(ended_on=None) | Priority.objects.open().filter(meeting=held)
    there = {words.casefold() for words in before.values_list("words", flat=True)}
    fresh = list[str]()
    for line in lines:
        if line.casefold() not in there:
            there.add(line.casefold())
            fresh.append(line)
    if Priority.objects.filter(token=token).exists():
        return []
    return Priority.objects.bulk_create(
        Priority(token=token, place=place, meeting=held, words=words, owner=owner, set_by=by)
        for place, words in enumerate(fresh)
    )


@transaction.atomic
def priority_change(*, priority: Priority, seen: str, facts: Mapping[str, Any]) -> None:
    """Put right what it says, or hand it on. Raises Overtaken, and Ended of one that is no longer open."""
    held = _going_on(priority)
    facts_set(held, seen, facts)
    held.save(update_fields=list(facts))


@transaction.atomic
def priority_end(*, priority: Priority, outcome: str, note: str, by: User, on: date) -> None:
    """End it: done with what, or dropped why. The same again changes nothing; raises Ended for anything else."""
    held = Priority.objects.select_for_update().get(pk=priority.pk)
    if (held.outcome, held.ended_note) == (outcome, note):
        return
    held = _going_on(priority)
    held.outcome, held.ended_note, held.ended_by, held.ended_on = outcome, note, by, on
    held.save(update_fields=["outcome", "ended_note", "ended_by", "ended_on"])


@transaction.atomic
def priority_reopen(*, priority: Priority, seen: str) -> None:
    """Go on with what was ended by mistake; how it ended stays in the history.

    seen: its `ended_as` when it was shown; raises Ended where it was ended otherwise since.
    """
    held = Priority.objects.select_for_update().get(pk=priority.pk)
    if held.ended_on is not None and seen != held.ended_as:
        raise Ended("Somebody ended it otherwise meanwhile: see what it says now.")
    held.outcome, held.ended_note, held.ended_by, held.ended_on = "", "", None, None
    held.save(update_fields=["outcome", "ended_note", "ended_by", "ended_on"])


def _going_on(priority: Priority) -> Priority:
    held = Priority.objects.select_for_update().get(pk=priority.pk)
    if held.ended_on is not None:
        raise Ended(f"It was {held.outcome} on {day(held.ended_on)} already.")
    return held
