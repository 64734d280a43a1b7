"""Which colleagues a form about one student may name."""

from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student, StudentFact
from students.staff import staff_over


def keepers_of(student: Student, right: Right, on: date, *, also: int | None = None) -> QuerySet[User]:
    """Return those who hold the right over the student, by name. also: whom the record names already."""
    sen = StudentFact.objects.in_force(on).filter(student=student, kind=StudentFact.Kind.SEN)
    spells: Any = Enrolment.objects.filter(student=student, starts_on__lte=on).annotate(has_sen=Exists(sen))
    spell = spells.order_by("-starts_on").first()
    held = staff_over(
        right,
        year=spell.year_group_id if spell else 0,
        tutor_group=spell.tutor_group_id if spell else None,
        has_sen=spell.has_sen if spell else sen.exists(),
        on=on,
    )
    return User.objects.filter(Q(pk__in=held.values("pk")) | Q(pk=also)).order_by("surname", "forename", "pk")
