"""What of contacts needs somebody now, as lines of the strip, all counted in one query with other apps'."""

from collections.abc import Iterator

from django.urls import reverse

from contacts.summaries.seen import reviews_due
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Counted]:
    """Return what waits for the person."""
    if look.user.may(Right.MARK_SEEN):
        due = reviews_due(look.user, look.day, is_mine=True)
        address = reverse("contacts:seen_reviews")
        yield Counted((due,), "student to see again", "students to see again", address, 34, Tone.WARN)
