"""A campaign, for tests."""

from datetime import date

from behaviour.models import Campaign
from pastoral.core.models import User


def campaign(by: User, **also: object) -> Campaign:
    """A campaign of the whole school for three achievement points, over the half term."""
    facts = {
        "name": "Breakfast club",
        "reward": "Breakfast",
        "criteria": {"points": 3},
        "first_day": date(2026, 11, 2),
        "last_day": date(2026, 12, 18),
        "created_by": by,
    }
    return Campaign.objects.create(**facts | also)
