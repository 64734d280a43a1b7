"""The one rule for the day that figures are "up to": that of the latest marks (figures.md, "as-at date")."""

from datetime import date

from django.db.models import Subquery

from attendance.models import SessionMark
from students.calendar import friday_of, monday_of
from students.models import SchoolDay
from students.summaries import SchoolCalendar


def last_week(calendar: SchoolCalendar, marks_to: date | None, today: date) -> date:
    """Return the Monday of the last school week with marks, or of today's while there are none."""
    latest = monday_of(marks_to or today)
    return max((monday for monday in calendar.mondays if monday <= latest), default=latest)


def end_of_week(monday: date, marks_to: date | None) -> date:
    """Return the last day that a week's figures cover: its Friday, or the day of the latest marks while it runs."""
    friday = friday_of(monday)
    return min(friday, marks_to) if marks_to and monday <= marks_to else friday


def calendar_as_at(today: date) -> tuple[SchoolCalendar, date]:
    """Return the calendar, and the day that figures asked for today are up to, in one query."""
    latest = SessionMark.objects.filter(date__lte=today).order_by("-date").values("date")[:1]
    rows = list(SchoolDay.objects.order_by("day").values_list("day", Subquery(latest)))
    calendar = SchoolCalendar(tuple(day for day, _ in rows))
    marks_to = rows[0][1] if rows else None
    return calendar, end_of_week(last_week(calendar, marks_to, today), marks_to)
