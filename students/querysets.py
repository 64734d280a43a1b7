"""Students and what hangs on them, by who may see them and by date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import add, and_, or_
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.db.models.lookups import GreaterThanOrEqual, StartsWith

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.calendar import academic_year_of
from students.scopes import Scope, scope_of

if TYPE_CHECKING:
    from students.models import Enrolment, SchoolDay, StaffAssignment, Student, StudentFact  # noqa: F401

M = TypeVar("M", bound=models.Model)
MOST_WORDS = 5
# A word shorter than this only finds what begins with it.
SHORTEST_PART = 3
# How much of a word's letters in threes must stand in a name: "Harvy" has 0.67 of Harvey, "Oldryd" 0.57 of Oldroyd.
LIKE_ENOUGH = 0.5


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
        return self._within(scope_of(user))

    def with_right(self, user: User, right: Right) -> Self:
        """Return the students over whom this person holds the right today, by the roles that give it."""
        return self._within(scope_of(user).with_right(right))

    def _within(self, scope: Scope) -> Self:
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

    def in_year(self, year: int, on: date) -> Self:
        """Return the students whose last spell by the date was in the year."""
        from students.models import Enrolment

        spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
        return self.annotate(last_year=models.Subquery(spells.values("year_group")[:1])).filter(last_year=year)

    def found_by(self, words: str) -> Self:
        """Return students whose names, admission number or UPN resemble the words, best first; slips are allowed.

        Every word must fit, each in its own way. Digits alone are an admission number, or its beginning.
        """
        if words.replace(" ", "").isdecimal():
            return self._numbered(words.replace(" ", ""))
        tokens = [_Token(word) for word in re.split(r"[\s,;]+", words) if word][:MOST_WORDS]
        if not tokens:
            return self.none()
        found = self.filter(*(token.fits for token in tokens))
        return found.annotate(
            kind=_kind_of_find(tokens), likeness=reduce(add, (token.likeness for token in tokens))
        ).order_by("kind", F("left_on").desc(nulls_first=True), "-likeness", "search_text", "pk")

    def _numbered(self, digits: str) -> Self:
        """Return students by admission number, leading zeros or not: the number itself, then those it begins."""
        short = digits.lstrip("0")
        bare = models.Func(F("admission_number"), Value("0"), function="LTRIM", output_field=models.TextField())
        is_it = Q(admission_number=digits) | Q(bare_number=short)
        begins = Q(admission_number__startswith=digits)
        if not digits.startswith("0"):
            begins |= Q(bare_number__startswith=short)
        return (
            self.annotate(bare_number=bare)
            .filter(is_it | begins)
            .annotate(kind=Case(When(is_it, then=0), default=1))
            .order_by("kind", "admission_number", "pk")
        )


class _Token:
    """One word of a search, and how a student fits it."""

    def __init__(self, word: str) -> None:
        self.folded = _fold(word)
        self.begins_surname = Q(search_text__startswith=self.folded)
        self.begins_word = self.begins_surname | Q(search_text__contains=_fold(f" {word}"))
        self.likeness = TrigramWordSimilarity(self.folded, "search_text")  # type: ignore[arg-type]  # an expression works
        self.fits = self.begins_word
        if len(word) >= SHORTEST_PART:
            similarity = models.expressions.ExpressionWrapper(self.likeness, output_field=models.FloatField())
            self.fits |= Q(search_text__contains=self.folded) | Q(GreaterThanOrEqual(similarity, Value(LIKE_ENOUGH)))


def _fold(words: str) -> Lower:
    return Lower(Unaccent(Value(words)))


def _kind_of_find(tokens: Sequence[_Token]) -> Case:
    """Return the order of finds: a surname begins so, a forename does, some word does, and whatever resembles it."""
    first = tokens[0].folded
    forename = Q(StartsWith(Lower(Unaccent(F("preferred_forename"))), first)) | Q(
        StartsWith(Lower(Unaccent(F("legal_forename"))), first)
    )
    begin = reduce(and_, (token.begins_word for token in tokens))
    surname = reduce(or_, (token.begins_surname for token in tokens))
    return Case(
        When(begin & surname, then=0),
        When(begin & forename, then=1),
        When(begin, then=2),
        default=3,
        output_field=models.SmallIntegerField(),
    )


class OfStudents(WithdrawableQuerySet[M]):
    """Records of one student each."""

    def visible_to(self, user: User) -> Self:
        """Return those of students this user may see; empty, never an error, when none."""
        from students.models import Student

        return self.filter(student__in=Student.objects.visible_to(user))

    def with_right(self, user: User, right: Right) -> Self:
        """Return those of students over whom this person holds the right, by the roles that give it."""
        from students.models import Student

        return self.filter(student__in=Student.objects.with_right(user, right))

    def in_year(self, user: User, year: int, on: date) -> Self:
        """Return those of students whom this person sees and who were last in the year by the date; of all for 0."""
        from students.models import Student

        if not year:
            return self
        return self.filter(student__in=Student.objects.visible_to(user).in_year(year, on).values("pk"))


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

    def group_names(self) -> list[tuple[int, str]]:
        """Return the years and tutor groups of the spells, in the order of lists, in one query."""
        names = self.order_by("year_group", "tutor_group__name").values_list("year_group", "tutor_group__name")
        return list(names.distinct())


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
