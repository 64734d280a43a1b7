"""Stays in the inclusion and nurture rooms against the lessons of the day: what was missed, and who is excused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from attendance.summaries.times import LessonTime, SchoolTimes
from attendance.summaries.truancy import Slot
from behaviour.models import InclusionStay
from behaviour.querysets import InclusionStayQuerySet
from behaviour.summaries.rooms import day_span


@dataclass(frozen=True)
class StayLost:
    """One stay with the lessons it cost. lesson_minutes: of lessons, breaks not counted."""

    stay: InclusionStay
    minutes: int
    lesson_minutes: int
    periods: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True)
class StudentStays:
    """A student's stays in a span of days, newest first."""

    rows: tuple[StayLost, ...]

    @property
    def minutes(self) -> int:
        """Minutes in the rooms."""
        return sum(row.minutes for row in self.rows)

    @property
    def lesson_minutes(self) -> int:
        """Minutes of lessons missed."""
        return sum(row.lesson_minutes for row in self.rows)

    @property
    def periods(self) -> int:
        """Lessons missed whole or in part."""
        return sum(len(row.periods) for row in self.rows)


def stays_of(stays: InclusionStayQuerySet, first: date, last: date, now: datetime, times: SchoolTimes) -> StudentStays:
    """Return the stays of the days with what they cost, in one query."""
    return StudentStays(tuple(_lost(stay, now, times) for stay in between(stays, first, last).order_by("-came_at")))


def between(stays: InclusionStayQuerySet, first: date, last: date) -> InclusionStayQuerySet:
    """Return the stays begun on the days from first to last."""
    return stays.filter(came_at__gte=day_span(first)[0], came_at__lt=day_span(last)[1])


def excused_slots(stays: Iterable[InclusionStay], now: datetime, times: SchoolTimes) -> frozenset[Slot]:
    """Return the students and periods that the stays excuse: more than half the lesson, or going on now."""
    return frozenset(
        (stay.student_id, timezone.localdate(stay.came_at), lesson.name)
        for stay in stays
        for lesson, minutes in _overlaps(stay, now, times)
        if 2 * minutes > lesson.minutes or _goes_on(stay, now)
    )


def _goes_on(stay: InclusionStay, now: datetime) -> bool:
    """Test for a stay of today that nobody has signed out of."""
    return stay.left_at is None and timezone.localdate(stay.came_at) == timezone.localdate(now)


def _lost(stay: InclusionStay, now: datetime, times: SchoolTimes) -> StayLost:
    overlaps = _overlaps(stay, now, times)
    return StayLost(
        stay,
        _minutes(stay.came_at, _end(stay, now)),
        sum(minutes for _lesson, minutes in overlaps),
        tuple(lesson.name for lesson, _minutes in overlaps),
        stay.left_at is None,
    )


def _end(stay: InclusionStay, now: datetime) -> datetime:
    """Return when the stay ended: one that nobody signed out of ends with its day, or goes on today."""
    return stay.left_at or max(stay.came_at, min(now, day_span(timezone.localdate(stay.came_at))[1]))


def _overlaps(stay: InclusionStay, now: datetime, times: SchoolTimes) -> list[tuple[LessonTime, int]]:
    """Return the lessons that the stay overlaps with, and by how many minutes."""
    day, ends = timezone.localdate(stay.came_at), _end(stay, now)
    found = []
    for lesson in times.lessons:
        begins_at = timezone.make_aware(datetime.combine(day, lesson.starts))
        ends_at = timezone.make_aware(datetime.combine(day, lesson.ends))
        minutes = _minutes(max(stay.came_at, begins_at), min(ends, ends_at))
        if minutes > 0:
            found.append((lesson, minutes))
    return found


def _minutes(first: datetime, last: datetime) -> int:
    return max(0, int((last - first).total_seconds() // 60))
