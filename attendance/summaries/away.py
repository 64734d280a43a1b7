"""What attendance answers when another app asks who is away."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.utils import timezone

from attendance.summaries.planned import expected_in
from attendance.summaries.times import SchoolTimes


def away_at(students: Collection[int], day: date, at: time) -> frozenset[int]:
    """Return the students of whom something agreed says that they are not in school then."""
    moment = timezone.make_aware(datetime.combine(day, at))
    expected = expected_in(students, day, SchoolTimes.load().session_at(moment))
    return frozenset(student for student, each in expected.items() if not each.is_refused)
