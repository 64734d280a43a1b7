"""Whose step a proposal is, by name: who holds the rule's role for the student on the day."""

from collections.abc import Iterable, Mapping
from datetime import date

from attendance.models import Proposal
from attendance.summaries.reach import Reached
from pastoral.core.rights import Role
from students.models import StaffAssignment

# Where nobody holds the role for the student just now, the step is for whoever comes next.
_INSTEAD = (Role.FORM_TUTOR, Role.PASTORAL_MANAGER, Role.HEAD_OF_YEAR, Role.SLT)


def people_named(proposals: Iterable[Proposal], people: Mapping[int, Reached], on: date) -> dict[int, str]:
    """Return whose step each proposal is, by its key: the name of who holds the role for the student; one query."""
    held = StaffAssignment.objects.in_force(on).filter(role__in=[*_INSTEAD, Role.ATTENDANCE_OFFICER])
    rows = list(held.filter(user__is_active=True).select_related("user").order_by("user__surname", "pk"))
    return {
        one.pk: _person_named(one.person, people[one.student_id], rows) for one in proposals if one.student_id in people
    }


def _person_named(role: str, who: Reached, rows: Iterable[StaffAssignment]) -> str:
    chain = _INSTEAD[_INSTEAD.index(Role(role)) :] if role in _INSTEAD else (Role(role), Role.SLT)
    for each in chain:
        names = [row.user.formal_name for row in rows if row.role == each and _is_theirs(row, who)]
        if names:
            instead = "" if each == role else f", as there is no {Role(role).label} just now"
            return f"{names[0]}{f' and {len(names) - 1} more' if len(names) > 1 else ''}{instead}"
    return f"nobody: there is no {Role(role).label} just now"


def _is_theirs(row: StaffAssignment, who: Reached) -> bool:
    if row.tutor_group_id:
        return row.tutor_group_id == who.tutor_group_id
    return row.year_group_id is None or row.year_group_id == who.year
