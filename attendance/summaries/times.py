"""The times of a school day: when registers begin, close and are overdue, and which lesson is on."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Self

from django.utils import timezone

from attendance.models import Period, RegisterTimes
from students.lessons import LessonTime, lesson_at

SESSIONS = ("AM", "PM")
TIMES_SET = ("am_starts", "pm_starts", "open_minutes", "overdue_minutes", "is_taken_here")  # in SchoolTimes' order

TAKEN_IN_MIS = "Registers are taken in the MIS, and its marks are imported: no register is taken here."


@dataclass(frozen=True)
class SchoolTimes:
    """The times as the school has set them; moments are aware, in the school's own time zone.

    is_taken_here: registers are taken in Pastoral; otherwise in the MIS, and none is due here.
    """

    am_starts: time
    pm_starts: time
    open_minutes: int
    overdue_minutes: int
    is_taken_here: bool
    lessons: tuple[LessonTime, ...] = ()

    @classmethod
    def load(cls, *, with_lessons: bool = False) -> Self:
        """Read the times in one query, two with the lessons."""
        times = cls.of(RegisterTimes.objects.get())
        return replace(times, lessons=lessons_set() if with_lessons else ())

    @classmethod
    def of(cls, times: RegisterTimes) -> Self:
        """Return the times of a row read already, without the lessons."""
        return cls(*(getattr(times, name) for name in TIMES_SET))

    def starts_at(self, day: date, session: str) -> datetime:
        """Return the moment at which the session's register begins."""
        return _at(day, self.am_starts if session == "AM" else self.pm_starts)

    def closes_at(self, day: date, session: str) -> datetime:
        """Return the moment at which the register closes: who arrives after it is U."""
        return self.starts_at(day, session) + timedelta(minutes=self.open_minutes)

    def overdue_at(self, day: date, session: str) -> datetime:
        """Return the moment from which a register that is not taken is overdue."""
        return self.starts_at(day, session) + timedelta(minutes=self.overdue_minutes)

    def session_at(self, moment: datetime) -> str:
        """Return the session that the moment belongs to: the afternoon from its register on, the morning before."""
        return "PM" if timezone.localtime(moment).time() >= self.pm_starts else "AM"

    def lesson_at(self, moment: datetime) -> LessonTime | None:
        """Return the lesson that is on; None between lessons."""
        return lesson_at(timezone.localtime(moment).time(), self.lessons)

    def late_letters(self, minutes: int) -> str:
        """Return L for an arrival that many minutes late while the register was open, U after it had closed."""
        return "L" if minutes <= self.open_minutes else "U"


def lessons_set() -> tuple[LessonTime, ...]:
    """Read the lessons of the day, in order, in one query."""
    rows = Period.objects.order_by("starts").values_list("name", "starts", "ends", "session")
    return tuple(LessonTime(*row) for row in rows)


def _at(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))
