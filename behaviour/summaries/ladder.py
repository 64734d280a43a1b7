"""What behaviour offers to the rules that propose: incidents by type, and form-time marks by matter.

Only who did it is counted, never a victim or a witness; nothing withdrawn, and nothing that is for the DSL alone.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.urls import reverse

from behaviour.models import IncidentType, Involvement, TutorMark
from pastoral.core.models import User
from students.models import Student
from students.strands import TELLS_OF, Countable, Happening, Source, Told

INCIDENT, MARK = "incident", "mark"


def _types() -> dict[str, str]:
    """Return the strand of each type that a ladder may count."""
    rows = IncidentType.objects.filter(goes_to_dsl=False).exclude(strand="")
    return dict(rows.values_list("name", "strand"))


def incident_countables() -> list[Countable]:
    """Return the types of incident, each in its strand."""
    return [Countable(f"{INCIDENT}:{name}", name, strand) for name, strand in _types().items()]


def incidents_happened(first: date, last: date) -> Iterable[Happening]:
    """Yield the parts of those who did it, in two queries. A type that nobody has placed is counted by no ladder."""
    strands = _types()
    parts = Involvement.objects.negative().filter(
        incident__withdrawn_at=None, incident__occurred_on__range=(first, last), incident__type__in=strands
    )
    rows = parts.order_by().values_list(
        "student_id", "incident__occurred_on", "incident__type", "incident_id", "points"
    )
    for student, day, kind, key, points in rows:
        yield Happening(student, day, strands[kind], f"{INCIDENT}:{kind}", key, points)


def incidents_told(user: User, keys: Collection[int]) -> dict[int, Told]:
    """Return the incidents as they stand, in two queries: type and whether withdrawn, never the words."""
    parts = Involvement.objects.visible_to(user).filter(incident__in=keys).select_related("incident")
    return {
        part.incident_id: Told(
            part.incident.type,
            reverse("behaviour:incident_detail", args=[part.incident_id]),
            stands=part.incident.withdrawn_at is None,
        )
        for part in parts
    }


def mark_countables() -> list[Countable]:
    """Return the matters of form time that belong to a strand."""
    return [
        Countable(f"{MARK}:{TutorMark.Kind(kind).label}", f"{TutorMark.Kind(kind).label} in form time", strand)
        for kind, strand in TutorMark.STRANDS.items()
    ]


def marks_happened(first: date, last: date) -> Iterable[Happening]:
    """Yield the form-time marks that stand, in one query; praise and wellbeing are no step of a ladder."""
    marks = TutorMark.objects.standing(day__range=(first, last), kind__in=TutorMark.STRANDS)
    for student, day, kind, key in marks.order_by().values_list("student_id", "day", "kind", "pk"):
        held = TutorMark.Kind(kind)
        yield Happening(student, day, TutorMark.STRANDS[held], f"{MARK}:{held.label}", key)


def marks_told(user: User, keys: Collection[int]) -> dict[int, Told]:
    """Return the marks as they stand, in one query."""
    read = Student.objects.with_right(user, TELLS_OF)
    marks = TutorMark.objects.visible_to(user).filter(pk__in=keys, student__in=read)
    return {
        mark.pk: Told(f"{mark.get_kind_display()} in form time", "", stands=mark.withdrawn_at is None) for mark in marks
    }


INCIDENTS = Source(incident_countables, incidents_happened, incidents_told)
MARKS = Source(mark_countables, marks_happened, marks_told)
