"""Whom the counts are about: students on roll at any time in a span, where they were last, in one query."""

from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, Q, TextField, Value
from django.db.models.functions import JSONObject

from pastoral.core.models import User
from pastoral.core.rights import Right
from reports.summaries.people import Person
from reports.summaries.sight import Sight
from students.models import Enrolment, Student, StudentFact
from students.scopes import scope_of
from students.summaries import Flag, flags_shown_with

_NOWHERE = {"year": 0, "group": ""}
_BETWEEN = ":"


def members_of(user: User, right: Right, first: date, last: date) -> tuple[Person, ...]:
    """Return the students over whom the person holds the right and who were on roll in the span, in list order.

    Year and tutor group are those of the last spell begun by its last day, flags those in force on that day that the
    person may see: who left in the span is among them, with all that was logged by then.
    """
    spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=last).order_by("-starts_on")
    fact = Func(Value(_BETWEEN), "kind", "value", function="concat_ws", output_field=TextField())
    facts = StudentFact.objects.in_force(last).filter(student=OuterRef("pk")).order_by().values(fact=fact)
    place = JSONObject(year="year_group_id", group="tutor_group__name")
    students = (
        Student.objects.with_right(user, right)
        .filter(Q(left_on=None) | Q(left_on__gte=first), admitted_on__lte=last)
        .select_related("house")
        .annotate(spell=ArraySubquery(spells.values(row=place)[:1]), facts_held=ArraySubquery(facts))
    )
    sight = Sight(scope_of(user))
    found = [_seen(_person(student), sight) for student in students]
    return tuple(sorted(found, key=lambda person: (person.year, person.tutor_group, person.sort_key)))


def _seen(person: Person, sight: Sight) -> Person:
    kinds = flags_shown_with(sight.of(person))
    return person._replace(flags=tuple(flag for flag in person.flags if flag.kind in kinds))


def _person(student: Student) -> Person:
    spell = (getattr(student, "spell", None) or [_NOWHERE])[0]
    facts = (fact.partition(_BETWEEN) for fact in getattr(student, "facts_held", ()))
    return Person(
        student_id=student.pk,
        admission_number=student.admission_number,
        left_on=student.left_on,
        tutor_group=spell["group"],
        year=spell["year"],
        surname=student.legal_surname,
        forename=student.forename,
        sex=student.sex,
        admitted_on=student.admitted_on,
        sort_key=student.search_text,
        flags=tuple(Flag(kind, value) for kind, _, value in facts),
        house=student.house.name if student.house else "",
    )
