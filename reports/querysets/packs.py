"""Packs, by the students they are about and the rights that their text takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.models import Student

if TYPE_CHECKING:
    from reports.models import Pack, PackProfile  # noqa: F401 named in quotes below

M = TypeVar("M", bound=models.Model)


class PackProfileQuerySet(models.QuerySet["PackProfile"]):
    """Purposes of packs; settings, with nothing about a student."""

    def visible_to(self, user: User) -> Self:
        """Return all to who builds packs or keeps the profiles."""
        return self if user.rights & {Right.BUILD_PACKS, Right.KEEP_PACK_PROFILES} else self.none()


class PackQuerySet(WithdrawableQuerySet["Pack"]):
    """Packs of students."""

    def visible_to(self, user: User) -> Self:
        """Return those of students whose packs the person builds, where they hold each right that the pack takes.

        Who built one sees it while they still have the student; no longer when a right that it takes is gone. One that
        names other students by choice is for who may see all of those.
        """
        missing = Q()
        for right in PACK_RIGHTS:
            missing |= Q(needs__contains=[right]) & ~Q(student__in=Student.objects.with_right(user, right))
        from reports.models import PackName

        named = PackName.objects.filter(pack=OuterRef("pk"), is_named=True)
        beyond = named.exclude(student__in=Student.objects.visible_to(user))
        found = self.filter(student__in=Student.objects.with_right(user, Right.BUILD_PACKS))
        return found.exclude(missing).exclude(Exists(beyond))


class OfPackQuerySet(models.QuerySet[M]):
    """What belongs to packs."""

    def visible_to(self, user: User) -> Self:
        """Return what belongs to packs that the person sees."""
        from reports.models import Pack

        return self.filter(pack__in=Pack.objects.visible_to(user))


# What the text of a pack may take beside the student and the right to build packs.
PACK_RIGHTS = (
    Right.SEE_SENSITIVE_CODES,
    Right.SEE_ALL_FLAGS,
    Right.SEE_YEAR_DASHBOARD,
    Right.SEE_CONTACTS,
    Right.SEE_BEHAVIOUR_NARRATIVE,
    Right.MARK_FORM_TIME,
    Right.SET_DETENTIONS,
    Right.KEEP_INCLUSION,
    Right.SEE_SUSPENSIONS,
    Right.SEE_CONTACT_NARRATIVE,
    Right.SEE_RESTRICTED,
    Right.SEE_AGENCIES,
    Right.SEE_PA_CASES,
    Right.SEE_INTERVENTIONS,
    Right.SEE_PLANS,
    Right.SEE_MEETINGS,
    Right.KEEP_CASES,
    Right.ANSWER_CALLS,
    Right.MAKE_FIRST_CALLS,
    Right.WORK_TRUANCY,
    Right.CHASE_REGISTERS,
    Right.ASK_TEACHERS,
    Right.READ_DSL_CONCERNS,
)
