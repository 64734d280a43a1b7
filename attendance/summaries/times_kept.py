"""The times of a school day as they were then: changing them leaves what was on time, and who was late, as it was."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import DateTimeField, Exists, F, JSONField, OuterRef, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from attendance.models import Period, Register, RegisterTimes
from attendance.summaries.times import SESSIONS, TIMES_SET, SchoolTimes
from students.lessons import LessonTime


@dataclass(frozen=True)
class TimesKept:
    """The times that are set, and those that were before. before: each with the moment it was changed, oldest first."""

    now: SchoolTimes
    before: tuple[tuple[datetime, SchoolTimes], ...] = ()

    @classmethod
    def load(cls, *, with_lessons: bool = False) -> Self:
        """Read them in one query.

        What was changed before the first register was taken here is setting up: no register went by it. That the MIS
        took them until then is kept: none of those days' registers was ever due here.
        """
        went_by = Exists(Register.objects.filter(taken_at__lt=OuterRef("pgh_created_at")))
        events = RegisterTimes.pgh_event_model.objects.filter(went_by | Q(is_taken_here=False))  # type: ignore[attr-defined]
        set_now = RegisterTimes.objects.annotate(until=Value(None, DateTimeField()), held=_lessons(with_lessons))
        changed = events.annotate(until=F("pgh_created_at"), held=_lessons(wanted=False))
        rows = set_now.values_list("until", "held", *TIMES_SET).union(
            changed.values_list("until", "held", *TIMES_SET), all=True
        )
        read = list(rows)
        lessons = tuple(_lesson(**lesson) for _, found, *_ in read for lesson in found or ())
        held = [(until, replace(SchoolTimes(*times), lessons=lessons)) for until, _, *times in read]
        before = sorted((row for row in held if row[0] is not None), key=lambda row: row[0])
        return cls(next(times for until, times in held if until is None), tuple(before))

    @property
    def lessons(self) -> tuple[LessonTime, ...]:
        """The lessons as they are set now."""
        return self.now.lessons

    def at(self, day: date, session: str) -> SchoolTimes:
        """Return the times that were set when the session's register began.

        Where registers are now taken in the MIS, no register of an earlier session can be taken here either.
        """
        then = next((times for until, times in self.before if times.starts_at(day, session) <= until), self.now)
        return then if self.now.is_taken_here else replace(then, is_taken_here=False)

    def is_taken_here_on(self, day: date) -> bool:
        """Test for a day with a session whose register was to be taken here."""
        return any(self.at(day, session).is_taken_here for session in SESSIONS)


def _lessons(wanted: bool) -> Combinable:
    """Return the lessons of the day as one column of the row of times."""
    if not wanted:
        return Value(None, ArrayField(JSONField()))
    row = JSONObject(name="name", starts="starts", ends="ends", session="session")
    return ArraySubquery(Period.objects.order_by("starts").values(row=row))


def _lesson(*, name: str, starts: str, ends: str, session: str) -> LessonTime:
    return LessonTime(name, time.fromisoformat(starts), time.fromisoformat(ends), session)
