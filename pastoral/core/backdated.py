"""What was written down long after it happened says so, everywhere by one rule (product.md T21)."""

from datetime import date, datetime, timedelta

from django.utils import timezone

LATE_AFTER = timedelta(hours=24)


def is_logged_late(happened: date | datetime, logged: datetime | None) -> bool:
    """Test for what was written down more than 24 hours after it happened; a day without a time counts from its end."""
    if logged is None:
        return False
    if isinstance(happened, datetime):
        return logged - happened > LATE_AFTER
    return timezone.localdate(logged) - happened > LATE_AFTER
