"""A year as a calendar: months of weeks of days, each day its two sessions or the reason why it has none."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.aggregates import ArrayAgg

from reports.summaries.shown import MarkShown
from students.calendar import monday_of
from students.models import CalendarSpan
from students.summaries import SchoolCalendar


@dataclass(frozen=True, slots=True)
class SessionCell:
    """One session in the calendar: the mark as this person may see it, or none.

    why_none: "not marked" where a mark is due, "no school", or "" (still to come, or before the student came).
    """

    session: str
    shown: MarkShown | None
    minutes: int | None
    is_behind: bool
    why_none: str = ""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One date in the calendar: a school day with two sessions, or the reason why it is none."""

    day: date | None
    kind: str
    words: str = ""
    sessions: tuple[SessionCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """One month as rows of weeks, Monday to Sunday."""

    first: date
    weeks: tuple[tuple[DayCell, ...], ...]


@dataclass(frozen=True)
class SchoolDates:
    """The school's days and the names of the spans that make and break them, read in one query."""

    calendar: SchoolCalendar
    breaks: dict[date, str]

    @classmethod
    def load(cls) -> "SchoolDates":
        """Read spans and school days together."""
        spans = CalendarSpan.objects.annotate(days=ArrayAgg("school_days__day", default=[])).order_by("first_day")
        days: list[date] = []
        breaks: dict[date, str] = {}
        for span in spans:
            days.extend(day for day in span.days if day)
            if span.kind != CalendarSpan.Kind.TERM:
                breaks.update(dict.fromkeys(_dates(span.first_day, span.last_day), span.name))
        return cls(SchoolCalendar(tuple(sorted(days))), breaks)


def _dates(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def weeks_of(month: date, cell: Callable[[date], DayCell]) -> tuple[tuple[DayCell, ...], ...]:
    """Return the month as weeks of seven cells; dates of other months are empty."""
    start = monday_of(month)
    weeks = []
    while start.replace(day=1) <= month:
        days = [start + timedelta(days=n) for n in range(7)]
        weeks.append(tuple(cell(day) if day.month == month.month else DayCell(None, "other") for day in days))
        start += timedelta(days=7)
    return tuple(weeks)
