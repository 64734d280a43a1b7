"""The weekly RAG's rows: who may see which run, document and frozen student."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of
from students.models import Student
from students.scopes import Scope, scope_of

if TYPE_CHECKING:
    from reports.models import RagDocument, RagNotice, RagStudent, WeeklyRagRun  # noqa: F401 named in quotes below

FIRST_YEAR_GROUP = 7


def intake(academic_year: int, year: int) -> int:
    """Return the academic year in which a year group's students began Year 7: what stays theirs as they move up."""
    return academic_year - year + FIRST_YEAR_GROUP


def year_of(intake_year: int, academic_year: int) -> int:
    """Return the year group that an intake is in during an academic year."""
    return academic_year - intake_year + FIRST_YEAR_GROUP


def _intakes(scope: Scope) -> list[int]:
    return [intake(academic_year_of(scope.on), year) for year in scope.years]


class WeeklyRagRunQuerySet(models.QuerySet["WeeklyRagRun"]):
    """Runs of the weekly RAG; a run by itself says nothing about a student."""

    def visible_to(self, user: User) -> Self:
        """Return every run to those who see year sheets, this academic year's to other readers of the weekly RAG."""
        if user.may(Right.SEE_YEAR_RAG):
            return self
        if not user.may(Right.SEE_WEEKLY_RAG):
            return self.none()
        return self.filter(academic_year=academic_year_of(scope_of(user).on))

    def newest(self, week: date) -> WeeklyRagRun | None:
        """Return the week's newest issue; None when the week has none."""
        return self.filter(week=week).order_by("-issue").first()


class RagDocumentQuerySet(models.QuerySet["RagDocument"]):
    """Sheets of a tutor group or a year."""

    def visible_to(self, user: User) -> Self:
        """Return the finished sheets this person may see.

        A tutor: their own group's of this academic year, since the group has other students next year. A year team:
        those wholly about students who are in their years now: last year's Year 8 is this year's Head of Year 9's.
        """
        if not user.may(Right.SEE_WEEKLY_RAG):
            return self.none()
        scope = scope_of(user)
        made = self.made()
        if scope.is_whole_school:
            return made
        reach = Q(tutor_group__in=scope.tutor_groups, run__academic_year=academic_year_of(scope.on))
        if user.may(Right.SEE_YEAR_RAG):
            reach |= Q(intakes__contained_by=_intakes(scope))
        return made.filter(reach)

    def made(self) -> Self:
        """Return the sheets that are drawn and filed."""
        return self.exclude(made_at=None)

    def pending(self) -> Self:
        """Return the sheets still to be drawn."""
        return self.filter(made_at=None)


class RagStudentQuerySet(models.QuerySet["RagStudent"]):
    """Students' figures as they stood when a run was frozen."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of students this person may see today."""
        if not user.may(Right.SEE_WEEKLY_RAG):
            return self.none()
        return self.filter(student__in=Student.objects.visible_to(user))

    def of(self, document: RagDocument) -> Self:
        """Return the members that a document is about."""
        if document.tutor_group_id:
            return self.filter(run=document.run_id, tutor_group=document.name)
        return self.filter(run=document.run_id, year=document.year)

    def moved_or_dipped(self) -> Self:
        """Return those whose band is another than the week before, or who dipped; a first band is no move."""
        moved = ~Q(band=models.F("band_before")) & ~Q(band="none") & ~Q(band_before="none")
        return self.filter(moved | Q(has_dipped=True))


class RagNoticeQuerySet(models.QuerySet["RagNotice"]):
    """Notices to tutors."""

    def visible_to(self, user: User) -> Self:
        """Return the notices of runs this person may ask for."""
        return self if user.may(Right.ASK_WEEKLY_RAG) else self.none()

    def unsent(self) -> Self:
        """Return those still to be sent."""
        return self.filter(sent_at=None)

    def since(self, day: date) -> Self:
        """Return the notices of runs that were complete on the day or later."""
        return self.filter(run__completed_at__date__gte=day)
