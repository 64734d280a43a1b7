"""Everything that is owed by a moment, as one kind of row: derived from what was done, never stored.

Each kind has the rule by which it counts, in words that stand on its page.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from behaviour.summaries.contact_clock import clock_in_force
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.clock_reviews import EARLY_HELP, FOLLOW_UPS, SEEN_AGAIN
from contacts.summaries.clock_sources import ACKNOWLEDGEMENTS, CALLS, NEXT_STEPS, RETRIES
from contacts.summaries.clocked import Clocked, Part, Source, clocked, clocked_page
from pastoral.core.models import User
from pastoral.core.paging import ListPage
from pastoral.core.rights import Right
from students.summaries import Window


@dataclass(frozen=True)
class Clock:
    """One kind of clock: its name, by which rule it counts, and where its rows are."""

    slug: str
    name: str
    right: Right
    rule: Callable[[], str]
    sources: tuple[Source, ...]

    def rows(self, user: User, window: Window, now: datetime) -> list[Clocked]:
        """Return everything of a window, to be counted."""
        held = [list(source.found(user, window)) for source in self.sources]
        return clocked(self.sources, held, user, now)

    def page(
        self, user: User, window: Window, part: Part, now: datetime, *, cursor: str, size: int
    ) -> ListPage[Clocked]:
        """Return one page of a part of them, what is due first on top."""
        return clocked_page(self.sources, user, window, part, now, cursor=cursor, size=size)


def clocks_for(user: User) -> list[Clock]:
    """Return the kinds that the person may look at."""
    return [clock for clock in CLOCKS if user.may(clock.right)]


CLOCKS = (
    Clock(
        "calls",
        "Parents to reach",
        Right.REVIEW_INCIDENTS,
        lambda: f"Reached within {clock_in_force().rule.label}. By the day on which the incident was dealt with.",
        (CALLS,),
    ),
    Clock(
        "acknowledged",
        "Acknowledgements",
        Right.KEEP_ENQUIRIES,
        lambda: f"Acknowledged {AckClock.load().words}. By the day on which it came.",
        (ACKNOWLEDGEMENTS,),
    ),
    Clock(
        "retries",
        "Tried again",
        Right.SEE_CONTACTS,
        lambda: (
            "An attempt with a time to try again is followed by another contact, whether it reaches anybody or not,"
            " by the end of that day. By the day of the attempt."
        ),
        (RETRIES,),
    ),
    Clock(
        "reviews",
        "Reviews",
        Right.MARK_SEEN,
        lambda: (
            "A student is seen again on the day set for it or within a week; information is followed up, and early"
            " help reviewed, by the end of the day set. By that day."
        ),
        (SEEN_AGAIN, FOLLOW_UPS, EARLY_HELP),
    ),
    Clock(
        "steps",
        "Next steps",
        Right.SEE_CONTACTS,
        lambda: "What was promised in a contact is done by the end of the day set for it. By that day.",
        (NEXT_STEPS,),
    ),
)
