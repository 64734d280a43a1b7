"""Students as one person reaches them: who they are, where they are, and what the person may do about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.functions import JSONObject

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student, StudentFact
from students.querysets import StudentQuerySet
from students.scopes import scope_of

_NO_KEY = 2**63  # an address may hold any number


@dataclass(frozen=True, slots=True)
class Reached:
    """One student as the person reaches them. rights: over this student, not of any other role the person holds."""

    student_id: int
    name: str
    year: int | None
    tutor_group_id: int | None
    tutor_group: str
    born_on: date
    admitted_on: date
    left_on: date | None
    rights: frozenset[Right]
    reason: str

    def is_on_roll(self, day: date) -> bool:
        """Test whether the student was on roll on the day."""
        return self.admitted_on <= day and (self.left_on is None or self.left_on >= day)

    @property
    def sees_sensitive(self) -> bool:
        """Test whether the person sees this student's codes whole."""
        return Right.SEE_SENSITIVE_CODES in self.rights


def reached(user: User, keys: Iterable[int]) -> dict[int, Reached]:
    """Return those of the students that the person may see, by key, in one query."""
    return reached_of(user, Student.objects.filter(pk__in=[key for key in keys if key < _NO_KEY]))


def reached_of(user: User, students: StudentQuerySet) -> dict[int, Reached]:
    """Return those among the students that the person may see, by key, in the order of lists, in one query."""
    on = scope_of(user).on
    spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
    sen = StudentFact.objects.in_force(on).filter(kind=StudentFact.Kind.SEN, student=OuterRef("pk"))
    row = JSONObject(year="year_group_id", group_id="tutor_group_id", group="tutor_group__name")
    visible = students.visible_to(user).annotate(spell=ArraySubquery(spells.values(row=row)[:1]), has_sen=Exists(sen))
    return {student.pk: _reached(user, student) for student in visible}


def _reached(user: User, student: Any) -> Reached:
    spell: dict[str, Any] = student.spell[0] if student.spell else {"year": None, "group_id": None, "group": ""}
    place = (spell["year"], spell["group_id"])
    scope = scope_of(user)
    return Reached(
        student_id=student.pk,
        name=student.sort_name,
        year=spell["year"],
        tutor_group_id=spell["group_id"],
        tutor_group=spell["group"],
        born_on=student.born_on,
        admitted_on=student.admitted_on,
        left_on=student.left_on,
        rights=scope.rights_on(*place, has_sen=student.has_sen),
        reason=scope.reason(*place, has_sen=student.has_sen),
    )
