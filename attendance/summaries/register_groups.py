"""The registers that one person may take on a day."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from django.utils import timezone

from attendance.models import Register
from attendance.summaries.register import Taken, opens_at
from attendance.summaries.times import SchoolTimes
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment
from students.scopes import scope_of


@dataclass(frozen=True)
class GroupDay:
    """One tutor group's two registers of a day; None while one is not taken. session: the one to take now."""

    group_id: int
    group: str
    morning: Taken | None
    afternoon: Taken | None
    session: str = "AM"

    @property
    def is_morning(self) -> bool:
        """Test for the morning's register to be taken now."""
        return self.session == "AM"

    @property
    def is_afternoon(self) -> bool:
        """Test for the afternoon's register to be taken now."""
        return self.session == "PM"

    def at(self, now: datetime, times: SchoolTimes) -> Self:
        """Return the group with the register to take at the moment: the afternoon's once it begins.

        With the morning's taken, the afternoon's is next from the moment at which it can be taken.
        """
        is_next = self.morning is not None and now >= opens_at(timezone.localtime(now).date(), "PM", times)
        return replace(self, session="PM" if is_next else times.session_at(now))


def groups_to_take(user: User, day: date) -> tuple[GroupDay, ...]:
    """Return the groups whose registers the person may take, with those of the day, in two queries.

    Each group once, though it may hold students of several years.
    """
    scope = scope_of(user)
    members = Enrolment.objects.visible_to(user).members_on(day)
    groups = members.values_list("year_group_id", "tutor_group_id", "tutor_group__name").distinct()
    held = {
        group: name
        for year, group, name in groups.order_by("year_group_id", "tutor_group__name")
        if Right.TAKE_REGISTER in scope.rights_on(year, group, has_sen=False)
    }
    taken = _taken(list(held), day)
    return tuple(
        GroupDay(group, name, taken.get((group, "AM")), taken.get((group, "PM"))) for group, name in held.items()
    )


def _taken(groups: list[int], day: date) -> dict[tuple[int, str], Taken]:
    rows = Register.objects.filter(date=day, tutor_group__in=groups).select_related("taken_by")
    return {(row.tutor_group_id, row.session): Taken(row.taken_by.formal_name, row.taken_at) for row in rows}
