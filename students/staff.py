"""Who of the staff may do a thing today."""

from datetime import date

from django.db.models import Q, QuerySet

from pastoral.core.models import User
from pastoral.core.rights import RIGHTS_BY_ROLE, Right, Role
from students.models import StaffAssignment
from students.scopes import WHOLE_SCHOOL_ROLES


def staff_with(right: Right, *, year: int | None, on: date) -> QuerySet[User]:
    """Return those who hold the right over a year group on the date, by name; those of any year when year is None."""
    roles = [role for role in Role if right in RIGHTS_BY_ROLE[role]]
    held = StaffAssignment.objects.in_force(on).filter(role__in=roles)
    if year is not None:
        held = held.filter(Q(year_group=None, tutor_group=None) | Q(year_group=year))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("surname", "forename", "pk")


def staff_over(right: Right, *, year: int, tutor_group: int | None, has_sen: bool, on: date) -> QuerySet[User]:
    """Return those whose roles give the right over a student of that year and tutor group on the date, by name."""
    roles = [role for role in Role if right in RIGHTS_BY_ROLE[role]]
    reaches = Q(role__in=WHOLE_SCHOOL_ROLES) | Q(year_group=year)
    if tutor_group is not None:
        reaches |= Q(tutor_group=tutor_group)
    if has_sen:
        reaches |= Q(role=Role.SENCO)
    held = StaffAssignment.objects.in_force(on).filter(reaches, role__in=roles)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("surname", "forename", "pk")
