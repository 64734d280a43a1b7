"""What of plans needs somebody now."""

from collections.abc import Iterator

from django.urls import reverse

from interventions.summaries.plan_list import reviews_due, shares_owed, shares_unread
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Counted]:
    """Return one's own reviews that are due, what colleagues showed the person, and what they wait for."""
    if look.user.may(Right.KEEP_PLANS):
        due, address = reviews_due(look.user, look.day), f"{reverse('interventions:plan_list')}?show=reviews&mine=1"
        yield Counted((due,), "plan to review", "plans to review", address, 35, Tone.WARN)
    shared = reverse("interventions:plan_share_list")
    owed, one, many = shares_owed(look.user), "answer owed to a plan", "answers owed to plans"
    yield Counted((owed,), one, many, f"{shared}?show=owed", 36, Tone.WARN)
    unread, one, many = shares_unread(look.user), "plan shared with you", "plans shared with you"
    yield Counted((unread,), one, many, f"{shared}?show=unread", 37)
