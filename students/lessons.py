"""What is taught when: a place that the app which keeps registers fills, for all who ask about a student's day.

The application holds no timetable; what lesson registers of the last weeks tell stands in for one. Without a source,
or for a student in no lesson register, nothing is known, and those who ask must do without.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from students.models import Student

BEFORE, BREAK, LUNCH, AFTER = "Before school", "Break", "Lunch", "After school"
FORM_TIME = "Form time"
NOON = time(12)


class LessonTime(NamedTuple):
    """One lesson of the day: P3, from 11:20 up to 12:20, in the morning session."""

    name: str
    starts: time
    ends: time
    session: str

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute

    def has_begun(self, day: date, now: datetime) -> bool:
        """Test whether it has begun by the moment, on that day."""
        return has_begun(self.starts, day, now)


def has_begun(starts: time | None, day: date, now: datetime) -> bool:
    """Test whether a lesson of the day has begun by the moment; one without a time has."""
    local = timezone.localtime(now)
    return day < local.date() or (day == local.date() and (starts is None or starts <= local.time()))


def lesson_at(at: time, lessons: Iterable[LessonTime]) -> LessonTime | None:
    """Return the lesson that is on; None between lessons."""
    return next((lesson for lesson in lessons if lesson.starts <= at < lesson.ends), None)


def slot_of(period: str, at: time | None, lessons: Sequence[LessonTime]) -> str:
    """Return the part of the day: as it was said, else the lesson or the time between lessons that the clock says."""
    if period or at is None or not lessons:
        return period
    if at < lessons[0].starts:
        return BEFORE
    if at >= lessons[-1].ends:
        return AFTER
    on = lesson_at(at, lessons)
    return on.name if on else LUNCH if at >= NOON else BREAK


def in_day(lessons: Sequence[LessonTime], found: Collection[str]) -> tuple[str, ...]:
    """Return the parts of the day that are found, as the day goes: break after two lessons, lunch before the last."""
    names = [lesson.name for lesson in lessons]
    order = [BEFORE, FORM_TIME, *names[:2], BREAK, *names[2:-1], LUNCH, *names[-1:], AFTER]
    rest = sorted(set(found) - set(order) - {""})
    return tuple(slot for slot in (*order, *rest) if slot in found)


class Taught(NamedTuple):
    """One student's lesson of a day.

    teacher: the staff code, as the timetable writes it; name: whose it is, where somebody here has it. is_away: known
    not to be in it. starts: where the school day knows the period.
    """

    student_id: int
    period: str
    subject: str
    teacher: str
    is_away: bool = False
    name: str = ""
    starts: time | None = None
    day: date | None = None

    @property
    def taught_by(self) -> str:
        """Return who teaches it, by name where that is known."""
        return self.name or self.teacher


class Teacher(NamedTuple):
    """Somebody who teaches a student: the staff code, and what they teach them."""

    student_id: int
    code: str
    subject: str


@dataclass(frozen=True)
class Lessons:
    """What can be asked, each in few queries whatever the number of students.

    periods: the lessons of a school day. on: the students' lessons of days, marked or to be expected. teachers: who
    taught them from one day to another. taught_by: keys of the students in a teacher's lessons of a day, as a query to
    narrow others with.
    """

    periods: Callable[[], tuple[LessonTime, ...]]
    on: Callable[[Collection[int], Collection[date]], list[Taught]]
    teachers: Callable[[Collection[int], date, date], list[Teacher]]
    taught_by: Callable[[str, date], QuerySet[Any, Any]]


_UNKNOWN = Lessons(
    periods=lambda: (),
    on=lambda _students, _days: [],
    teachers=lambda _students, _first, _last: [],
    taught_by=lambda _code, _day: Student.objects.none().values("pk"),
)
_source: list[Lessons] = [_UNKNOWN]


def register(source: Lessons) -> None:
    """Have the source asked; the last one stands."""
    _source[0] = source


def lessons() -> Lessons:
    """Return what can be asked about lessons."""
    return _source[0]
