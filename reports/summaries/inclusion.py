"""Stays in the inclusion and nurture rooms against the lessons of the day: what was missed, and who is excused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from attendance.summaries.times import SchoolTimes
from attendance.summaries.truancy import Slot
from behaviour.models import InclusionStay
from behaviour.querysets import InclusionStayQuerySet
from behaviour.summaries.rooms import day_span
from students.lessons import LessonTime
from students.models import Enrolment


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
    sessions: frozenset[tuple[date, str]] = frozenset()

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
    held = list(between(stays, first, last).order_by("-came_at"))
    sessions = frozenset((day, session) for _student, day, session in sessions_in(held, now, times))
    return StudentStays(tuple(_lost(stay, now, times) for stay in held), sessions)


@dataclass(frozen=True)
class RoomTotals:
    """One student in the rooms over a span. exclusions: sessions of internal exclusion among the sessions.

    without_work: stays for which nobody noted any work.
    """

    student_id: int
    name: str
    tutor_group: str
    stays: int
    sessions: int
    exclusions: int
    lesson_minutes: int
    without_work: int
    last_on: date
    is_in_now: bool


def sessions_in(stays: Iterable[InclusionStay], now: datetime, times: SchoolTimes) -> frozenset[tuple[int, date, str]]:
    """Return the sessions (student, day, half) that students spent in the rooms: half of its lessons' minutes or more.

    Several short stays in one session count together: leaving for a break does not make it none.
    """
    whole: Counter[str] = Counter()
    for lesson in times.lessons:
        whole[lesson.session] += lesson.minutes
    spent: Counter[tuple[int, date, str]] = Counter()
    for stay in stays:
        day = timezone.localdate(stay.came_at)
        for lesson, minutes in _overlaps(stay, now, times):
            spent[(stay.student_id, day, lesson.session)] += minutes
    return frozenset(key for key, minutes in spent.items() if 2 * minutes >= whole[key[2]])


def room_totals(
    stays: InclusionStayQuerySet, first: date, last: date, now: datetime, times: SchoolTimes
) -> tuple[RoomTotals, ...]:
    """Return the students who were in the rooms on the days, most sessions first, in two queries."""
    held = list(between(stays, first, last).select_related("student").order_by("came_at"))
    sessions = Counter(student for student, _day, _half in sessions_in(held, now, times))
    decided = [stay for stay in held if stay.kind == InclusionStay.Kind.EXCLUSION]
    exclusions = Counter(student for student, _day, _half in sessions_in(decided, now, times))
    by_student: dict[int, list[InclusionStay]] = {}
    for stay in held:
        by_student.setdefault(stay.student_id, []).append(stay)
    spells = Enrolment.objects.current(last).filter(student__in=by_student)
    groups = dict(spells.values_list("student_id", "tutor_group__name"))

    def row(student: int, own: list[InclusionStay]) -> RoomTotals:
        return RoomTotals(
            student_id=student,
            name=own[0].student.sort_name,
            tutor_group=groups.get(student, ""),
            stays=len(own),
            sessions=sessions[student],
            exclusions=exclusions[student],
            lesson_minutes=sum(_lost(stay, now, times).lesson_minutes for stay in own),
            without_work=sum(not stay.work for stay in own),
            last_on=timezone.localdate(own[-1].came_at),
            is_in_now=any(_goes_on(stay, now) for stay in own),
        )

    rows = (row(*pair) for pair in by_student.items())
    return tuple(sorted(rows, key=lambda each: (-each.sessions, -each.lesson_minutes, each.name)))


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
