"""Who of the staff may do a thing today, and what those whom the MIS knows by code are called."""

from collections.abc import Iterable
from datetime import date
from itertools import product

from django.db.models import Q, QuerySet

from pastoral.core.models import User
from pastoral.core.rights import RIGHTS_BY_ROLE, Right, Role
from students.models import Enrolment, StaffAssignment, Student
from students.scopes import WHOLE_SCHOOL_ROLES


def staff_names(codes: Iterable[str]) -> dict[str, str]:
    """Return what those with a staff code among these are called here, in one query; none when there is no code."""
    wanted = {code for code in codes if code}
    found = User.objects.filter(staff_code__in=wanted) if wanted else ()
    return {user.staff_code: user.formal_name for user in found}


def team_of(student: Student, on: date) -> list[StaffAssignment]:
    """Return who is responsible for a student on the date: the group's tutors, the year's team and SLT; two queries."""
    spell = Enrolment.objects.filter(student=student, starts_on__lte=on).order_by("-starts_on").first()
    reach = Q(role=Role.SLT)
    if spell:
        reach |= Q(year_group=spell.year_group_id) | Q(tutor_group=spell.tutor_group_id)
    held = StaffAssignment.objects.in_force(on).filter(reach, user__is_active=True)
    return list(held.select_related("user").order_by("user__surname", "user__forename", "pk"))


def staff_with(right: Right, *, year: int | None, on: date) -> QuerySet[User]:
    """Return those who hold the right over a year group on the date, by name; those of any year when year is None."""
    roles = [role for role in Role if right in RIGHTS_BY_ROLE[role]]
    held = StaffAssignment.objects.in_force(on).filter(role__in=roles)
    if year is not None:
        held = held.filter(Q(year_group=None, tutor_group=None) | Q(year_group=year))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("surname", "forename", "pk")


def staff_by_year(rights: Iterable[Right], *, years: Iterable[int], on: date) -> dict[tuple[Right, int], list[User]]:
    """Return for each of the rights and years whom `staff_with` returns for it, in one query for all."""
    found: dict[tuple[Right, int], dict[int, User]] = {pair: {} for pair in product(rights, years)}
    held = StaffAssignment.objects.in_force(on).filter(tutor_group=None, user__is_active=True)
    for each in held.select_related("user").order_by("user__surname", "user__forename", "user"):
        for (right, year), people in found.items():
            if right in RIGHTS_BY_ROLE[Role(each.role)] and each.year_group_id in (None, year):
                people[each.user_id] = each.user
    return {pair: list(people.values()) for pair, people in found.items()}


def giving(right: Right, *, year: int, tutor_group: int | None, has_sen: bool) -> Q:
    """Return the test for assignments that give the right over a student of that year and tutor group."""
    reaches = Q(role__in=WHOLE_SCHOOL_ROLES) | Q(year_group=year)
    if tutor_group is not None:
        reaches |= Q(tutor_group=tutor_group)
    if has_sen:
        reaches |= Q(role=Role.SENCO)
    return reaches & Q(role__in=[role for role in Role if right in RIGHTS_BY_ROLE[role]])


def staff_over(right: Right, *, year: int, tutor_group: int | None, has_sen: bool, on: date) -> QuerySet[User]:
    """Return those whose roles give the right over a student of that year and tutor group on the date, by name."""
    gives = giving(right, year=year, tutor_group=tutor_group, has_sen=has_sen)
    held = StaffAssignment.objects.in_force(on).filter(gives)
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("surname", "forename", "pk")
