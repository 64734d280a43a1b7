"""What of attendance cases needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from interventions.summaries.cases import late_cases, to_review
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Counted]:
    """Return one's own cases that are to be looked at, and those with actions whose day is over."""
    if not look.user.may(Right.SEE_PA_CASES):
        return
    address = reverse("interventions:case_list")
    due, late = to_review(look.user, look.day), late_cases(look.user, look.day)
    yield Counted(
        (due,),
        "attendance case to review",
        "attendance cases to review",
        f"{address}?show=review&mine=1",
        38,
        Tone.WARN,
    )
    yield Counted(
        (late,),
        "attendance case with overdue actions",
        "attendance cases with overdue actions",
        f"{address}?show=overdue&mine=1",
        38,
        Tone.BAD,
    )
