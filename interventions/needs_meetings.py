"""What of meetings and actions needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from interventions.summaries.actions import overdue_of
from pastoral.core.needs import Counted, Look, Tone


def lines(look: Look) -> Iterator[Counted]:
    """Return how many of the person's actions are overdue, and the meetings they are expected at today."""
    address = f"{reverse('interventions:action_list')}?show=overdue&only=actions"
    overdue = overdue_of(look.user, look.day)
    yield Counted((overdue,), "action overdue", "actions overdue", address, 30, Tone.BAD)
