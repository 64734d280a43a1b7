"""When to try again after an attempt that reached nobody: proposed by the school's rule, never outside its day."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Subquery
from django.utils import timezone

from attendance.models import RegisterTimes
from contacts.models import Contact, ContactRules
from students.models import SchoolDay

MOST_DOUBLINGS = 10  # the day is over long before


@dataclass(frozen=True)
class RetryRule:
    """The school's rule, with the school days that it may need.

    minutes: after the first attempt, doubled after each further one of the day. opens, closes: between these times the
    office calls. days: the next two school days, today among them where school meets.
    """

    minutes: int
    opens: time
    closes: time
    days: Sequence[date]

    @classmethod
    def load(cls, students: Collection[int], now: datetime) -> tuple[Self, int]:
        """Read the rule as it stands, and how many attempts reached nobody today about the most tried; one query."""
        on = timezone.localdate(now)
        days = SchoolDay.objects.filter(day__gte=on).order_by("day").values("day")[:2]
        tried = Contact.objects.tried_between(_at(on, time.min), now).filter(student__in=students)
        row: Any = ContactRules.objects.annotate(
            opens=Subquery(RegisterTimes.objects.values("am_starts")[:1]),
            days=ArraySubquery(days),
            tried=Subquery(tried.order_by().values("student").annotate(n=Count("pk")).order_by("-n").values("n")[:1]),
        ).get()
        return cls(row.retry_minutes, row.opens, row.office_closes, row.days), row.tried or 0

    def proposed(self, *, attempts: int, now: datetime) -> datetime | None:
        """Return when to try again; None where the calendar ends. attempts: those made that day before this one."""
        today = timezone.localdate(now)
        wait = timedelta(minutes=self.minutes * 2 ** min(attempts, MOST_DOUBLINGS))
        at = timezone.localtime(now.astimezone(UTC) + wait)  # minutes are minutes, whatever the clocks do meanwhile
        if today in self.days and at.date() == today and at.time() <= self.closes:
            return max(at, _at(today, self.opens))
        following = next((day for day in self.days if day > today), None)
        return _at(following, self.opens) if following else None


def _at(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
