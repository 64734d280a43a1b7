"""Whose students somebody may see: the reach that today's assignments give."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone

from pastoral.core.models import User
from pastoral.core.rights import Right, Role, rights_of

if TYPE_CHECKING:
    from students.models import StaffAssignment

WHOLE_SCHOOL_ROLES = frozenset({Role.SLT, Role.ATTENDANCE_OFFICER, Role.DSL})


@dataclass(frozen=True)
class Scope:
    """The reach of one person on one day."""

    on: date
    assignments: tuple["StaffAssignment", ...]

    @property
    def is_whole_school(self) -> bool:
        """Test for a role that sees every student."""
        return any(held.role in WHOLE_SCHOOL_ROLES for held in self.assignments)

    @property
    def sees_sen(self) -> bool:
        """Test for the SENCO's reach: students with SEN."""
        return any(held.role == Role.SENCO for held in self.assignments)

    @property
    def years(self) -> frozenset[int]:
        """Numbers of the year groups seen whole."""
        return frozenset(held.year_group_id for held in self.assignments if held.year_group_id)

    @property
    def tutor_groups(self) -> frozenset[int]:
        """Keys of the tutor groups seen."""
        return frozenset(held.tutor_group_id for held in self.assignments if held.tutor_group_id)

    def with_right(self, right: Right) -> "Scope":
        """Return the reach of those roles alone that give the right."""
        return Scope(self.on, tuple(held for held in self.assignments if right in rights_of([Role(held.role)])))

    def reason(self, year: int | None, tutor_group_id: int | None, *, has_sen: bool) -> str:
        """Return why a student of that year and tutor group may be seen, in words for the access log; "" if not."""
        for held in self._reaching(year, tutor_group_id, has_sen=has_sen):
            return f"{held.job_title}: student with SEN" if held.role == Role.SENCO else str(held)
        return ""

    def rights_on(self, year: int | None, tutor_group_id: int | None, *, has_sen: bool) -> frozenset[Right]:
        """Return the rights over a student of that year and tutor group: those of the roles that reach the student.

        Rights held for one reach say nothing of another: a Head of Year 7 who is tutor of 9B sees 9B as a tutor does.
        """
        return rights_of(Role(held.role) for held in self._reaching(year, tutor_group_id, has_sen=has_sen))

    def rights_over(self, year: int | None) -> frozenset[Right]:
        """Return the rights over a whole year group, or over the whole school when year is None."""
        return self.rights_on(year, None, has_sen=False)

    def years_with(self, right: Right) -> frozenset[int] | None:
        """Return the years over whose every student the person holds the right; None for the whole school."""
        if right in self.rights_over(None):
            return None
        return frozenset(year for year in self.years if right in self.rights_over(year))

    @property
    def school_years(self) -> list[int]:
        """Numbers of the years that the school has, which come with the assignments."""
        return sorted(getattr(self.assignments[0], "school_years", ())) if self.assignments else []

    def _reaching(self, year: int | None, tutor_group_id: int | None, *, has_sen: bool) -> Iterator["StaffAssignment"]:
        for held in self.assignments:
            is_whole_school = held.role in WHOLE_SCHOOL_ROLES
            is_their_year = held.year_group_id is not None and held.year_group_id == year
            is_their_group = held.tutor_group_id is not None and held.tutor_group_id == tutor_group_id
            if is_whole_school or is_their_year or is_their_group or (held.role == Role.SENCO and has_sen):
                yield held


def scope_of(user: User) -> Scope:
    """Return the person's reach today, read once for each request.

    Kept on the person as an attribute: a request's lazy user has a `__dict__` of its own beside the person's.
    """
    held: Scope | None = getattr(user, "scope_held", None)
    if held is None:
        from students.models import StaffAssignment, YearGroup

        today, years = timezone.localdate(), ArraySubquery(YearGroup.objects.values("pk"))
        held = Scope(today, tuple(StaffAssignment.objects.held_by(user, today).annotate(school_years=years)))
        setattr(user, "scope_held", held)  # noqa: B010 - no field of the model
    return held


def years_offered(user: User, right: Right) -> list[int]:
    """Return the years over which the person holds the right whole: all that the school has, for who holds it there."""
    scope = scope_of(user)
    years = scope.years_with(right)
    return scope.school_years if years is None else sorted(years)


def job_of(user: User) -> str:
    """Return the person's job as the frame of the page names it: "Head of Year 9", "Form Tutor 9B and 1 more"."""
    held = scope_of(user).assignments
    if not held:
        return ""
    return str(held[0]) if len(held) == 1 else f"{held[0]} and {len(held) - 1} more"
