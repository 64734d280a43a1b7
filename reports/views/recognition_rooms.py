"""The pages of recognition, which are rooms of one entry: the way from each to the others."""

from django.urls import reverse

from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.conduct.asked import Asked

OVERVIEW, UNSEEN, BASICS = "reports:recognition", "reports:recognition_unseen", "reports:recognition_basics"
GOOD_NEWS, ACHIEVEMENTS, CAMPAIGNS = "reports:good_news", "reports:achievement_list", "reports:campaign_list"
_ROOMS = (
    (OVERVIEW, "Overview"),
    (UNSEEN, "Not recognised"),
    (BASICS, "Basics"),
    (GOOD_NEWS, "Good news home"),
    (ACHIEVEMENTS, "Achievements"),
)


def rooms_for(user: User, page: str, asked: Asked | None = None) -> list[tuple[str, str, bool]]:
    """Return the rooms that the person may enter, for the same days and group where those were asked for."""
    keep = asked.without("type", "activity", "staff", "weekday", "student", "roles", "reach") if asked else None
    rooms = [
        (keep.url(name) if keep and name != BASICS else reverse(name), words, name == page) for name, words in _ROOMS
    ]
    if user.may(Right.KEEP_CAMPAIGNS):
        rooms.append((reverse(CAMPAIGNS), "Campaigns", page == CAMPAIGNS))
    return rooms
