"""One incident, or many, as one person may read them: a student's name only where that student may be seen.

What was written of it is free text, and names everybody in it: those whom the reader may not see are taken out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from behaviour.models import Incident, IncidentType, Involvement
from behaviour.naming import SOMEBODY, Mask, Name
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student
from students.querysets import StudentQuerySet
from students.scopes import Scope
from students.staff import staff_names

POINTED = frozenset(Involvement.ROLES_WITH_POINTS)


@dataclass(frozen=True)
class PartShown:
    """One student's part. key: None, and no name, where the reader may not see the student."""

    key: int | None
    name: str
    tutor_group: str
    year: int | None
    role: str
    points: int
    action_taken: str
    comment: str
    statement: str = ""

    @property
    def is_named(self) -> bool:
        """Test whether the reader may see the student."""
        return self.key is not None


@dataclass(frozen=True)
class IncidentShown:
    """An incident as one person reads it. words: empty for whoever may not read the narrative."""

    key: int
    occurred_on: date
    occurred_at: time | None
    type: str
    activity: str
    location: str
    period: str
    status: str
    severity: str
    words: str
    told_by: str
    arrived_at: datetime
    is_imported: bool
    withdrawn_because: str
    parts: tuple[PartShown, ...]

    @property
    def named(self) -> tuple[PartShown, ...]:
        """Return the parts of students whom the reader may see."""
        return tuple(part for part in self.parts if part.is_named)

    @property
    def points(self) -> int:
        """Return the points of everybody in it."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Reader:
    """What one person may see of whom, for the students of some incidents; read in one query.

    names: sort name, tutor group and year of those seen. narrative, reviewed: whose incidents are read, and reviewed.
    called: everybody, for taking names out of texts.
    """

    names: Mapping[int, tuple[str, str, int | None]]
    narrative: frozenset[int]
    reviewed: frozenset[int]
    group_of: Mapping[int, int | None]
    called: Mapping[int, Name]

    @classmethod
    def of(cls, user: User, students: Iterable[int], on: date, *, by: Right | None = None) -> Self:
        """Return what the person sees of these students on the day.

        by: name only those over whom the person holds this right; without it whoever may be seen.
        """
        seen = Student.objects.with_right(user, by) if by else Student.objects.visible_to(user)
        spells = Enrolment.objects.filter(student=OuterRef("pk"), starts_on__lte=on).order_by("-starts_on")
        place = JSONObject(group="tutor_group__name", year="year_group", group_id="tutor_group")
        people: list[Any] = list(
            Student.objects.filter(pk__in=set(students)).annotate(
                is_seen=_among(seen),
                is_read=_among(Student.objects.with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE)),
                is_reviewed=_among(Student.objects.with_right(user, Right.REVIEW_INCIDENTS)),
                places=ArraySubquery(spells.values(row=place)[:1]),
            )
        )
        places = {each.pk: each.places[0] for each in people if each.places}
        return cls(
            names={each.pk: (each.sort_name, *_place(places.get(each.pk))) for each in people if each.is_seen},
            narrative=frozenset(each.pk for each in people if each.is_read),
            reviewed=frozenset(each.pk for each in people if each.is_reviewed),
            group_of={key: place["group_id"] for key, place in places.items()},
            called={each.pk: name_of(each) for each in people},
        )

    def mask(self, students: Iterable[int]) -> Mask:
        """Return what takes the names of those among the students whom the person may not see out of a text."""
        keys = set(students) & set(self.called)
        return Mask(
            [self.called[key] for key in keys if key not in self.names],
            [self.called[key] for key in keys if key in self.names],
        )

    def person(self, key: int, role: str) -> PartShown:
        """Return one student as this person may know them, with nothing but the role."""
        name, group, year = self.names.get(key, (SOMEBODY, "", None))
        return PartShown(key if key in self.names else None, name, group, year, role, 0, "", "")

    def part(self, part: Involvement, mask: Mask) -> PartShown:
        """Return one part as this person reads it."""
        shown = self.person(part.student_id, part.get_role_display())
        if not shown.is_named:
            return shown
        if part.student_id not in self.narrative:
            return replace(shown, points=part.points)
        return replace(
            shown,
            points=part.points,
            action_taken=mask(part.action_taken),
            comment=mask(part.comment),
            statement=mask(part.statement),
        )

    def told_of(self, incidents: Iterable["IncidentShown"]) -> dict[int, frozenset[int]]:
        """Return by incident the students of whom it tells the person what happened."""
        return {
            each.key: self.narrative.intersection(part.key for part in each.named if part.key) for each in incidents
        }

    def reason(self, scope: Scope, key: int) -> str:
        """Return the job by which the student's behaviour is read, before one by which the student is only seen."""
        _name, _group, year = self.names[key]
        reaches = (scope.with_right(Right.SEE_BEHAVIOUR_NARRATIVE), scope)
        group = self.group_of.get(key)
        found = (reach.reason(year, group, has_sen=has_sen) for reach in reaches for has_sen in (False, True))
        return next(filter(None, found), "")

    def reads(self, parts: Iterable[Involvement]) -> bool:
        """Test whether the person may read the narrative of an incident with these parts."""
        return any(part.student_id in self.narrative for part in parts)


def incidents_shown(user: User, incidents: Iterable[Incident], on: date) -> tuple[IncidentShown, ...]:
    """Return the incidents as this person reads them; each with its parts prefetched, in three queries more."""
    return incidents_read(user, incidents, on)[0]


def incidents_read(
    user: User, incidents: Iterable[Incident], on: date, *, by: Right | None = None
) -> tuple[tuple[IncidentShown, ...], Reader]:
    """Return what `incidents_shown` does, and what the person may see of whom in them; by: as `Reader.of` has it."""
    held = list(incidents)
    people = ever_in(each.pk for each in held)
    reader = Reader.of(user, set().union(*people.values()), on, by=by)
    staff = staff_names(each.recorded_by for each in held)
    return tuple(incident_shown(each, reader, staff, people[each.pk]) for each in held), reader


def ever_in(incidents: Iterable[int]) -> dict[int, set[int]]:
    """Return the students of each incident, with those who were taken off it: its texts may still name them.

    In one query, by the keys of the incidents.
    """
    people: dict[int, set[int]] = {key: set() for key in incidents}
    history: Any = apps.get_model("behaviour", "InvolvementEvent")
    now = Involvement.objects.filter(incident__in=list(people)).order_by().values_list("incident", "student")
    before = history.objects.filter(incident__in=list(people)).order_by().values_list("incident", "student")
    for incident, student in now.union(before):
        people[incident].add(student)
    return people


def incident_shown(
    incident: Incident, reader: Reader, staff: Mapping[str, str], people: Iterable[int]
) -> IncidentShown:
    """Return one incident, its parts prefetched, as this reader reads it.

    staff: names by the MIS's staff codes. people: who was ever in it.
    """
    parts = list(incident.involvements.all())
    mask = reader.mask(people)
    shown = [reader.part(part, mask) for part in parts]
    return IncidentShown(
        key=incident.pk,
        occurred_on=incident.occurred_on,
        occurred_at=incident.occurred_at_time,
        type=incident.type,
        activity=incident.activity,
        location=incident.location,
        period=incident.period,
        status=incident.status,
        severity=incident.get_severity_display() or "",
        words=mask(incident.what_happened) if reader.reads(parts) else "",
        told_by=_told_by(incident, staff),
        arrived_at=incident.arrived_at,
        is_imported=bool(incident.external_id),
        withdrawn_because=mask(incident.withdrawn_because),
        parts=tuple(sorted(shown, key=lambda part: (not part.is_named, part.name))),
    )


def _told_by(incident: Incident, staff: Mapping[str, str]) -> str:
    by = incident.logged_by
    return by.formal_name if by else staff.get(incident.recorded_by, incident.recorded_by)


def _place(spell: Mapping[str, Any] | None) -> tuple[str, int | None]:
    return (spell["group"] or "", spell["year"]) if spell else ("", None)


def _among(students: StudentQuerySet) -> Any:
    return ExpressionWrapper(Q(pk__in=students.values("pk")), output_field=BooleanField())


def name_of(student: Student) -> Name:
    """Return how the student may be called in what staff write."""
    return Name(student.legal_forename, student.preferred_forename, student.legal_surname)


def is_for_dsl(incident: Incident) -> bool:
    """Test for a matter whose type is the DSL's alone, whatever it was when the incident was logged."""
    return _types_for_dsl(incident).exists()


def students_unless_for_dsl(incident: Incident, students: StudentQuerySet) -> set[int]:
    """Return which of these students are in the incident; none where it is a matter of the DSL's; one query."""
    held = students.filter(~Exists(_types_for_dsl(incident)), involvements__incident=incident)
    return set(held.values_list("pk", flat=True))


def _types_for_dsl(incident: Incident) -> QuerySet[IncidentType]:
    return IncidentType.objects.filter(name=incident.type, goes_to_dsl=True)
