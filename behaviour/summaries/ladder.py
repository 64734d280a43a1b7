"""What behaviour offers to the rules that propose: incidents by type, and form-time marks by matter.

Only who did it is counted, never a victim or a witness; nothing withdrawn, and nothing that is for the DSL alone.
"""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import CharField, IntegerField, OuterRef, Subquery, Value
from django.urls import reverse

from behaviour.models import IncidentType, Involvement, TutorMark
from pastoral.core.models import User
from students.models import Student
from students.strands import TELLS_OF, Countable, Happening, Source, Told

INCIDENT, MARK = "incident", "mark"


def countables() -> list[Countable]:
    """Return the types of incident, each in its strand, and the matters of form time that belong to one."""
    types = IncidentType.objects.filter(goes_to_dsl=False).exclude(strand="").values_list("name", "strand")
    return [
        *(Countable(f"{INCIDENT}:{name}", name, strand) for name, strand in types),
        *(
            Countable(f"{MARK}:{TutorMark.Kind(kind).label}", f"{TutorMark.Kind(kind).label} in form time", strand)
            for kind, strand in TutorMark.STRANDS.items()
        ),
    ]


def happened(first: date, last: date) -> Iterator[Happening]:
    """Yield the parts of those who did it, and the form-time marks that stand, in one query.

    A type that nobody has placed in a strand is counted by no ladder; praise and wellbeing are no step of one.
    """
    types = IncidentType.objects.filter(name=OuterRef("incident__type"), goes_to_dsl=False).exclude(strand="")
    parts = (
        Involvement.objects.negative()
        .filter(incident__withdrawn_at=None, incident__occurred_on__range=(first, last))
        .annotate(strand=Subquery(types.values("strand")[:1]))
        .filter(strand__isnull=False)
        .annotate(name=Value(INCIDENT))
    )
    marks = TutorMark.objects.standing(day__range=(first, last), kind__in=TutorMark.STRANDS)
    rows = parts.order_by().values_list(
        "name", "student_id", "incident__occurred_on", "strand", "incident__type", "incident_id", "points"
    )
    no_strand, no_points = Value("", output_field=CharField()), Value(0, output_field=IntegerField())
    others = (
        marks.order_by()
        .annotate(name=Value(MARK), strand=no_strand, points=no_points)
        .values_list("name", "student_id", "day", "strand", "kind", "pk", "points")
    )
    for name, student, day, strand, kind, key, points in rows.union(others, all=True):
        if name == MARK:
            held = TutorMark.Kind(kind)
            yield Happening(student, day, TutorMark.STRANDS[held], f"{MARK}:{held.label}", key)
        else:
            yield Happening(student, day, strand, f"{INCIDENT}:{kind}", key, points)


def told(user: User, name: str, keys: Collection[int]) -> dict[int, Told]:
    """Return the records as they stand: what they are and whether withdrawn, never what somebody wrote."""
    return _incidents_told(user, keys) if name == INCIDENT else _marks_told(user, keys)


def _incidents_told(user: User, keys: Collection[int]) -> dict[int, Told]:
    parts = Involvement.objects.visible_to(user).filter(incident__in=keys).select_related("incident")
    return {
        part.incident_id: Told(
            part.incident.type,
            reverse("behaviour:incident_detail", args=[part.incident_id]),
            stands=part.incident.withdrawn_at is None,
        )
        for part in parts
    }


def _marks_told(user: User, keys: Collection[int]) -> dict[int, Told]:
    read = Student.objects.with_right(user, TELLS_OF)
    marks = TutorMark.objects.visible_to(user).filter(pk__in=keys, student__in=read)
    return {
        mark.pk: Told(f"{mark.get_kind_display()} in form time", "", stands=mark.withdrawn_at is None) for mark in marks
    }


LADDER = Source(frozenset({INCIDENT, MARK}), countables, happened, told)
