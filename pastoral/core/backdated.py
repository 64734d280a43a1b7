"""What was written down long after it happened says so, everywhere by one rule (product.md T21)."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

LATE_AFTER = timedelta(hours=24)


def happened(day: date, at: time | None) -> date | datetime:
    """Return the moment at the school; the day alone where the time is not known."""
    return day if at is None else timezone.make_aware(datetime.combine(day, at))


def is_logged_late(on: date | datetime, logged: datetime | None) -> bool:
    """Test for what was written down more than 24 hours after it happened; a day without a time counts from its end."""
    if logged is None:
        return False
    if isinstance(on, datetime):
        return logged - on > LATE_AFTER
    return timezone.localdate(logged) - on > LATE_AFTER
