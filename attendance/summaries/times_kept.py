"""The times of a school day as they were then: changing them leaves what was on time, and who was late, as it was."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.db.models import DateTimeField, Exists, OuterRef, Value

from attendance.models import Register, RegisterTimes
from attendance.summaries.times import LessonTime, SchoolTimes, lessons_set


@dataclass(frozen=True)
class TimesKept:
    """The times that are set, and those that were before. before: each with the moment it was changed, oldest first."""

    now: SchoolTimes
    before: tuple[tuple[datetime, SchoolTimes], ...] = ()

    @classmethod
    def load(cls, *, with_lessons: bool = False) -> Self:
        """Read them in one query, two with the lessons.

        What was changed before the first register was taken here is setting up: no register went by it.
        """
        events = RegisterTimes.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
            Exists(Register.objects.filter(taken_at__lt=OuterRef("pgh_created_at")))
        )
        names = ("am_starts", "pm_starts", "open_minutes", "overdue_minutes")
        set_now = RegisterTimes.objects.values_list(Value(None, DateTimeField()), *names)
        lessons = lessons_set() if with_lessons else ()
        held = [
            (until, SchoolTimes(am, pm, open_for, overdue, lessons))
            for until, am, pm, open_for, overdue in set_now.union(
                events.values_list("pgh_created_at", *names), all=True
            )
        ]
        before = sorted((row for row in held if row[0] is not None), key=lambda row: row[0])
        return cls(next(times for until, times in held if until is None), tuple(before))

    @property
    def lessons(self) -> tuple[LessonTime, ...]:
        """The lessons as they are set now."""
        return self.now.lessons

    def at(self, day: date, session: str) -> SchoolTimes:
        """Return the times that were set when the session's register began."""
        return next((times for until, times in self.before if times.starts_at(day, session) <= until), self.now)
