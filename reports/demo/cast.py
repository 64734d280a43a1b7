"""Who acts in the demo school, and on which students: the same ones each time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Self

from django.utils import timezone

from attendance.models import SessionMark
from pastoral.core.models import User
from pastoral.core.rights import Role
from students.models import Enrolment, ParentCarerLink, StaffAssignment, Student
from students.summaries import RollEntry, SchoolCalendar, roll_of


class NobodyThere(Exception):
    """The school has no marks, or nobody in the roles that the day needs; the message is fit for the terminal."""


@dataclass(frozen=True)
class Cast:
    """The demo school on its last day with marks. today: the day on which it is looked at, that one or later."""

    day: date
    calendar: SchoolCalendar
    roll: tuple[RollEntry, ...]
    assignments: tuple[StaffAssignment, ...]
    today: date

    @classmethod
    def of(cls, today: date) -> Self:
        """Read the school. Raises NobodyThere without marks or without somebody in each role."""
        day = SessionMark.objects.latest_day(today)
        if day is None:
            raise NobodyThere("There are no marks yet: import the demo school first.")
        held = StaffAssignment.objects.in_force(today).select_related("user").order_by("user__staff_code", "pk")
        cast = cls(day, SchoolCalendar.load(), roll_of(Enrolment.objects.all(), day), tuple(held), today)
        for role in (Role.HEAD_OF_YEAR, Role.SLT, Role.ATTENDANCE_OFFICER, Role.PASTORAL_MANAGER):
            cast.holder(role)
        return cast

    def holder(self, role: Role, year: int | None = None) -> User:
        """Return somebody who holds the role, of that year where there is one."""
        holders = [held for held in self.assignments if held.role == role]
        if not holders:
            raise NobodyThere(f"Nobody is {role.label}.")
        return min(holders, key=lambda held: held.year_group_id != year).user

    @cached_property
    def tutors(self) -> dict[int, User]:
        """The tutor of each group, by the group's key."""
        return {held.tutor_group_id: held.user for held in reversed(self.assignments) if held.tutor_group_id}

    @cached_property
    def students(self) -> tuple[RollEntry, ...]:
        """Everybody on roll, by key: an order that has nothing to do with names or groups."""
        return tuple(sorted(self.roll, key=lambda member: member.student_id))

    def some(self, number: int, *, start: int) -> Sequence[RollEntry]:
        """Return so many students spread over the school; another start gives others."""
        if not self.students:
            return ()
        step = max(1, len(self.students) // max(1, number))
        return [self.students[(start + n * step) % len(self.students)] for n in range(min(number, len(self.students)))]

    def share(self, per_thousand: int) -> int:
        """Return how many students that share of the school is, one at least."""
        return max(1, len(self.students) * per_thousand // 1000)

    def days_back(self, number: int) -> tuple[date, ...]:
        """Return the last so many school days up to the last with marks, oldest first."""
        return self.calendar.between(date.min, self.day)[-number:]

    def ahead(self, number: int) -> date:
        """Return the school day so many school days after the last with marks; the last one held when there is none."""
        later = [day for day in self.calendar.days if day > self.day]
        return later[min(number, len(later)) - 1] if later else self.day


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the day in school time."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def weeks_on(day: date, weeks: int) -> date:
    """Return the same weekday some weeks later, or earlier."""
    return day + timedelta(weeks=weeks)


def student(member: RollEntry) -> Student:
    """Return the student behind a line of the roll."""
    return Student.objects.get(pk=member.student_id)


def first_parent(member: RollEntry) -> str:
    """Return the name of the parent whom the school telephones first; "Parent" when none is held."""
    link = ParentCarerLink.objects.filter(student=member.student_id).select_related("parent_carer")
    held = link.order_by("priority").first()
    return str(held.parent_carer) if held else "Parent"
