"""Who the figures are about: names, groups and flags of a set of members, in one query."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, TextField, Value

from pastoral.core.rights import Role
from students.models import StaffAssignment, Student, StudentFact
from students.querysets import EnrolmentQuerySet
from students.summaries import Flag, has_flag

_BETWEEN = ":"
_KIND_ORDER = {kind: place for place, kind in enumerate(StudentFact.Kind)}


class Person(NamedTuple):
    """One member on a date, with every flag that is true of them; who may see which flag is for the caller."""

    student_id: int
    admission_number: str
    left_on: date | None
    tutor_group: str
    year: int
    surname: str
    forename: str
    sex: str
    admitted_on: date
    sort_key: str
    flags: tuple[Flag, ...]
    tutors: tuple[str, ...] = ()
    house: str = ""

    @property
    def name(self) -> str:
        """Surname first, as lists are sorted."""
        return f"{self.surname}, {self.forename}"

    def has(self, kind: str, value: str = "") -> bool:
        """Test for a flag of the kind, with that value when one is given."""
        return has_flag(self.flags, kind, value)

    def has_left(self, on: date) -> bool:
        """Test for somebody off roll on the day; whoever is yet to leave is still there, on the last day as well."""
        return self.left_on is not None and self.left_on < on


def people_on(enrolments: EnrolmentQuerySet, on: date) -> tuple[Person, ...]:
    """Return the members among the enrolments on the date, in the order of year, tutor group and name."""
    facts = (
        StudentFact.objects.in_force(on)
        .filter(student=OuterRef("student"))
        .order_by()
        .values(fact=_joined(_BETWEEN, "kind", "value"))
    )
    tutors = (
        StaffAssignment.objects.in_force(on)
        .filter(role=Role.FORM_TUTOR, tutor_group=OuterRef("tutor_group"))
        .order_by("user__surname", "pk")
        .values(name=_joined(" ", "user__title", "user__surname"))
    )
    rows = (
        enrolments.members_on(on)
        .order_by("year_group", "tutor_group__name", "student__search_text", "student")
        .values_list(
            "student_id",
            "student__admission_number",
            "student__left_on",
            "tutor_group__name",
            "year_group_id",
            "student__legal_surname",
            "student__preferred_forename",
            "student__legal_forename",
            "student__sex",
            "student__admitted_on",
            "student__search_text",
            ArraySubquery(facts),
            ArraySubquery(tutors),
        )
    )
    return tuple(_person(*row) for row in rows)


def _joined(between: str, *names: str) -> Func:
    """Join fields into one word; `Concat` would wrap each pair anew, and compiling that costs more than the joining."""
    return Func(Value(between), *names, function="concat_ws", output_field=TextField())


def _person(
    student_id: int,
    admission_number: str,
    left_on: date | None,
    tutor_group: str,
    year: int,
    surname: str,
    preferred: str,
    legal: str,
    sex: Student.Sex,
    admitted_on: date,
    sort_key: str,
    facts: list[str],
    tutors: list[str],
) -> Person:
    return Person(
        student_id=student_id,
        admission_number=admission_number,
        left_on=left_on,
        tutor_group=tutor_group,
        year=year,
        surname=surname,
        forename=preferred or legal,
        sex=sex,
        admitted_on=admitted_on,
        sort_key=sort_key,
        flags=_flags(tuple(facts)),
        tutors=tuple(map(str.strip, tutors)),
    )


# Hundreds of students share the same few sets of flags: each is put in order once.
@lru_cache(maxsize=1000)
def _flags(facts: tuple[str, ...]) -> tuple[Flag, ...]:
    """Return the facts, each its kind and value in one word, as flags in the order of the kinds."""
    parts = (fact.partition(_BETWEEN) for fact in facts)
    flags = (Flag(kind, value) for kind, _, value in parts)
    return tuple(sorted(flags, key=lambda flag: _KIND_ORDER[StudentFact.Kind(flag.kind)]))
