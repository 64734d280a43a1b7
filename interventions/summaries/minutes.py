"""What closed minutes say of their actions: as each stood when they were closed, with what became of it beside."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from interventions.models import Action, Meeting
from interventions.summaries.actions import ActionRow
from pastoral.core.templatetags.pastoral import day as day_words


def as_closed(meeting: Meeting, actions: Sequence[ActionRow]) -> list[ActionRow]:
    """Return the actions as the minutes say them: of closed ones what, who and by when as they stood then; one query.

    How each stands is of today. Minutes that are open say everything as of today.
    """
    if meeting.closed_at is None or not actions:
        return list(actions)
    # django-pghistory adds the model of the history: each event holds a row as it was until then.
    events: Any = Action.pgh_event_model.objects  # type: ignore[attr-defined]
    later = events.filter(pgh_obj_id__in=[each.row.pk for each in actions], pgh_created_at__gt=meeting.closed_at)
    first = later.order_by("pgh_obj_id", "pgh_id").distinct("pgh_obj_id").select_related("owner")
    were = {event.pgh_obj_id: event for event in first}
    return [_as_it_was(each, were[each.row.pk]) if each.row.pk in were else each for each in actions]


def _as_it_was(shown: ActionRow, was: Any) -> ActionRow:
    row = shown.row
    if (row.what, row.owner_id, row.due_on) == (was.what, was.owner_id, was.due_on):
        return shown
    since = f"{row.what}, {row.owner.formal_name}, by {day_words(row.due_on)}" if shown.words else ""
    row.what, row.owner, row.due_on = was.what, was.owner, was.due_on
    return replace(shown, words=was.what if shown.words else "", since=since)
