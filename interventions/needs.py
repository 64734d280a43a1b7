"""What of cases, interventions, plans and meetings needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from interventions import needs_cases, needs_interventions, needs_meetings, needs_plans
from pastoral.core.needs import Counted, Line, Look


def lines(look: Look) -> Iterator[Line | Counted]:
    """Return what waits for the person, part by part."""
    yield from needs_cases.lines(look)
    yield from needs_meetings.lines(look)
    yield from needs_plans.lines(look)
    yield from needs_interventions.lines(look)
