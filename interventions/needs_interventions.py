"""What of interventions needs somebody now: reviews that are due, and ends that nobody said the outcome of."""

from collections.abc import Iterator

from django.urls import reverse

from interventions.summaries.interventions import outcomes_due, reviews_due
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Counted]:
    """Return what waits for the person in their own interventions."""
    if not look.user.may(Right.KEEP_INTERVENTIONS):
        return
    address = reverse("interventions:intervention_list")
    due, ended = reviews_due(look.user, look.day), outcomes_due(look.user)
    one, many = "intervention to review", "interventions to review"
    yield Counted((due,), one, many, f"{address}?show=due&mine=1", 36, Tone.WARN)
    one, many = "intervention ended without outcome", "interventions ended without outcome"
    yield Counted((ended,), one, many, f"{address}?show=outcome&mine=1", 37, Tone.WARN)
