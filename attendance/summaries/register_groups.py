"""The registers that one person may take on a day."""

from dataclasses import dataclass
from datetime import date

from attendance.models import Register
from attendance.summaries.register import Taken
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment
from students.scopes import scope_of


@dataclass(frozen=True)
class GroupDay:
    """One tutor group's two registers of a day; None while one is not taken."""

    group_id: int
    group: str
    year: int
    morning: Taken | None
    afternoon: Taken | None


def groups_to_take(user: User, day: date) -> tuple[GroupDay, ...]:
    """Return the groups whose registers the person may take, with those of the day, in two queries."""
    scope = scope_of(user)
    members = Enrolment.objects.visible_to(user).members_on(day)
    groups = members.values_list("year_group_id", "tutor_group_id", "tutor_group__name").distinct()
    held = {
        (year, group): name
        for year, group, name in groups.order_by("year_group_id", "tutor_group__name")
        if Right.TAKE_REGISTER in scope.rights_on(year, group, has_sen=False)
    }
    taken = _taken([group for _year, group in held], day)
    return tuple(
        GroupDay(group, name, year, taken.get((group, "AM")), taken.get((group, "PM")))
        for (year, group), name in held.items()
    )


def _taken(groups: list[int], day: date) -> dict[tuple[int, str], Taken]:
    rows = Register.objects.filter(date=day, tutor_group__in=groups).select_related("taken_by")
    return {(row.tutor_group_id, row.session): Taken(row.taken_by.formal_name, row.taken_at) for row in rows}
