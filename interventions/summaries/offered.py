"""What the forms of interventions offer: kinds, who may answer for one, who may deliver it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, Count, Q, QuerySet, When

from interventions.models import InterventionType
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment
from students.staff import staff_with


def types_offered(aim: str = "", also: int | None = None) -> QuerySet[InterventionType]:
    """Return the kinds to choose from, those for the aim on top. also: one that stands, if it is offered no more."""
    found = InterventionType.objects.filter(Q(is_active=True) | Q(pk=also))
    return found.order_by(Case(When(aim=aim, then=0), default=1), "aim", "name")


def types_known() -> QuerySet[InterventionType]:
    """Return every kind with how often it was `used`, those offered on top."""
    return InterventionType.objects.annotate(used=Count("interventions")).order_by("-is_active", "aim", "name")


def owners_offered(year: int | None, on: date, also: int) -> QuerySet[User]:
    """Return who keeps interventions of the year, of any year without one. also: who answers for it already."""
    return staff_with(Right.KEEP_INTERVENTIONS, year=year, on=on) | User.objects.filter(pk=also)


def deliverers_offered(on: date, also: int | None = None) -> QuerySet[User]:
    """Return who may work with students. also: who does already."""
    return staff_with(Right.SEE_INTERVENTIONS, year=None, on=on) | User.objects.filter(pk__in=[also] if also else [])


def one_year(students: Iterable[int], on: date) -> int | None:
    """Return the year group of the students; None where they are of several, or there is nobody."""
    spells = Enrolment.objects.current(on).filter(student__in=list(students))
    years = set(spells.values_list("year_group", flat=True))
    return years.pop() if len(years) == 1 else None
