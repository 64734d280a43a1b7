"""Why a student cannot be kept back at a time, and the next time at which one can."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from behaviour.models import Detention
from behaviour.summaries.detention_days import day_fault
from behaviour.summaries.out import kept_out
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.away import away_at
from students.models import Student
from students.summaries import SchoolCalendar

# How far ahead the day of the next detention is looked for, in school days.
DAYS_AHEAD = 10
NOON = time(12)


@dataclass(frozen=True)
class Slot:
    """A stretch of time on one day."""

    day: date
    starts_at: time
    minutes: int

    @property
    def ends_at(self) -> time:
        """When it is over."""
        return (datetime.combine(self.day, self.starts_at) + timedelta(minutes=self.minutes)).time()

    def meets(self, other: "Slot") -> bool:
        """Test whether the two have a minute in common."""
        return self.day == other.day and self.starts_at < other.ends_at and other.starts_at < self.ends_at


def clashes(
    students: Sequence[Student], slot: Slot, calendar: SchoolCalendar, by: User, *, today: date, but: int = 0
) -> list[str]:
    """Return why the students cannot be kept back then, a sentence for each reason; nothing when all can.

    by: who reads it; why somebody is not in school is for those with the right. but: a detention that counts not.
    """
    said = f"{slot.day:%a} {slot.day.day} {slot.day:%b}"
    if slot.day < today:
        return [f"{said} is over: choose a day to come."]
    if fault := day_fault(slot.day, calendar):
        return [fault]
    return [*_left(students, slot.day), *_held(students, slot, but), *_away(students, slot, by)]


def next_free(
    student: Student, starts_at: time, minutes: int, calendar: SchoolCalendar, by: User, *, after: date
) -> Slot | None:
    """Return the first time after the day at which the student can be kept back; None when none is near."""
    day = calendar.next_school_day(after)
    for _n in range(DAYS_AHEAD):
        if day is None:
            return None
        slot = Slot(day, starts_at, minutes)
        if not clashes([student], slot, calendar, by, today=after):
            return slot
        day = calendar.next_school_day(day)
    return None


def _left(students: Sequence[Student], day: date) -> Iterator[str]:
    for student in students:
        if student.left_on and student.left_on < day:
            yield f"{student.full_name} has left by then."


def _held(students: Sequence[Student], slot: Slot, but: int) -> Iterator[str]:
    rows = Detention.objects.standing(student__in=students, day=slot.day).exclude(pk=but)
    for row in rows.select_related("student"):
        other = Slot(row.day, row.starts_at, row.minutes)
        if row.status == Detention.Status.EXCUSED:
            if row.starts_at == slot.starts_at:
                yield f"{row.student.full_name} was excused from a detention at that time. Take that back instead."
        elif other.meets(slot):
            said = f"{other.starts_at:%H:%M} to {other.ends_at:%H:%M}"
            yield f"{row.student.full_name} has a detention from {said} that day already. Choose another time."


def _away(students: Sequence[Student], slot: Slot, by: User) -> Iterator[str]:
    keys = [student.pk for student in students]
    session = "AM" if slot.starts_at < NOON else "PM"
    out = set(kept_out(keys, slot.day, session))
    told = set(Student.objects.with_right(by, Right.SEE_SUSPENSIONS).filter(pk__in=out).values_list("pk", flat=True))
    away = away_at(keys, slot.day, slot.starts_at) | out
    for student in students:
        if student.pk in away:
            why = "is suspended then" if student.pk in told else "is known not to be in school then"
            yield f"{student.full_name} {why}. Choose another day, or take them off."
