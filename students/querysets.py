"""Students and what hangs on them, by who may see them and by date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Lower

from pastoral.core.models import User
from students.calendar import academic_year_of
from students.scopes import Scope, scope_of

if TYPE_CHECKING:
    from students.models import Enrolment, SchoolDay, StaffAssignment, Student, StudentFact  # noqa: F401


class Unaccent(models.Func):
    """PostgreSQL's unaccent."""

    function = "UNACCENT"
    output_field = models.TextField()


def in_force(on: date) -> Q:
    """Return the test for rows whose starts_on to ends_on holds the date."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gte=on))


class StudentQuerySet(models.QuerySet["Student"]):
    """Students."""

    def visible_to(self, user: User) -> Self:
        """Return the students this person may see today; empty, never an error, when none.

        A tutor or year team sees the students whose current spell of this academic year is theirs: who moved on to
        another group is gone from the old tutor at once, who left stays with the last team until the year ends.
        """
        scope = scope_of(user)
        if scope.is_whole_school:
            return self
        return self.filter(self._reached_by(scope)) if scope.assignments else self.none()

    def _reached_by(self, scope: Scope) -> Q:
        from students.models import Enrolment, StudentFact

        reached = Exists(
            Enrolment.objects.current(scope.on)
            .filter(Q(year_group__in=scope.years) | Q(tutor_group__in=scope.tutor_groups))
            .filter(student=OuterRef("pk"))
        )
        if not scope.sees_sen:
            return Q(reached)
        return Q(reached) | Q(Exists(StudentFact.objects.in_force(scope.on).filter(kind="sen", student=OuterRef("pk"))))

    def on_roll(self, on: date) -> Self:
        """Return the students on roll on the date: admitted by then and not yet left."""
        return self.filter(admitted_on__lte=on).filter(Q(left_on=None) | Q(left_on__gte=on))

    def with_tutor_group(self, on: date) -> Self:
        """Add `tutor_group`, the name of the last one that the student was in by the date; None before the first."""
        from students.models import Enrolment

        spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
        return self.annotate(tutor_group=models.Subquery(spells.values("tutor_group__name")[:1]))

    def found_by(self, words: str) -> Self:
        """Return students whose names, admission number or UPN resemble the words, best first; slips are allowed."""
        folded = Lower(Unaccent(Value(words)))
        return (
            self.filter(Q(search_text__contains=folded) | Q(search_text__trigram_word_similar=folded))
            .annotate(likeness=TrigramWordSimilarity(folded, "search_text"))  # type: ignore[arg-type]  # an expression works
            .order_by(F("left_on").desc(nulls_first=True), "-likeness", "search_text", "pk")
        )


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Spells in year and tutor groups."""

    def visible_to(self, user: User) -> Self:
        """Return the spells of students this person may see."""
        from students.models import Student

        return self.filter(student__in=Student.objects.visible_to(user))

    def members_on(self, on: date) -> Self:
        """Return the spells that make the groups' members on the date: in force, of students on roll that day."""
        return self.filter(in_force(on), student__admitted_on__lte=on).filter(
            Q(student__left_on=None) | Q(student__left_on__gte=on)
        )

    def current(self, on: date) -> Self:
        """Return each student's last spell begun by the date, if it is of the date's academic year."""
        later = self.model._default_manager.filter(
            student=OuterRef("student"),
            starts_on__gt=OuterRef("starts_on"),
            starts_on__lte=on,
        )
        return self.filter(academic_year=academic_year_of(on), starts_on__lte=on).filter(~Exists(later))


class StaffAssignmentQuerySet(models.QuerySet["StaffAssignment"]):
    """Who holds which role over whom."""

    def held_by(self, user: User, on: date) -> Self:
        """Return the assignments in force for the person, with their groups."""
        return self.filter(in_force(on), user=user).select_related("year_group", "tutor_group").order_by("pk")

    def in_force(self, on: date) -> Self:
        """Return the assignments in force on the date."""
        return self.filter(in_force(on))


class StudentFactQuerySet(models.QuerySet["StudentFact"]):
    """Dated facts."""

    def in_force(self, on: date) -> Self:
        """Return the facts true on the date."""
        return self.filter(in_force(on))


class SchoolDayQuerySet(models.QuerySet["SchoolDay"]):
    """The days on which school meets."""

    def after(self, on: date) -> Self:
        """Return the school days after the date, to the end of its academic year."""
        return self.filter(academic_year=academic_year_of(on), day__gt=on)
