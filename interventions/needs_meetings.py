"""What of meetings and actions needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from interventions.summaries.actions import overdue_of
from interventions.summaries.meeting_list import theirs_on
from pastoral.core.needs import Counted, Look, Tone


def lines(look: Look) -> Iterator[Counted]:
    """Return how many of the person's actions are overdue, and the meetings they are expected at today."""
    address = f"{reverse('interventions:action_list')}?show=overdue&only=actions"
    overdue = overdue_of(look.user, look.day)
    today = theirs_on(look.user, look.day)
    yield Counted(
        (today,), "meeting today", "meetings today", f"{reverse('interventions:meeting_list')}?show=today", 30
    )
    yield Counted((overdue,), "action overdue", "actions overdue", address, 30, Tone.BAD)
