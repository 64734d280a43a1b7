"""One incident, or many, as one person may read them: a student's name only where that student may be seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self

from behaviour.models import Incident, Involvement
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Enrolment, Student

SOMEBODY = "another student"
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
    """What one person may see of whom, for the students of some incidents; read in three queries."""

    names: Mapping[int, tuple[str, str, int | None]]
    narrative: frozenset[int]
    group_of: Mapping[int, int | None]

    @classmethod
    def of(cls, user: User, students: Iterable[int], on: date) -> Self:
        """Return what the person sees of these students on the day."""
        keys = set(students)
        seen = Student.objects.filter(pk__in=keys).visible_to(user)
        spells = Enrolment.objects.filter(student__in=keys, starts_on__lte=on).order_by("starts_on")
        held = list(spells.values_list("student", "tutor_group__name", "year_group", "tutor_group"))
        places = {key: (group, year) for key, group, year, _group_id in held}
        narrative = Student.objects.filter(pk__in=keys).with_right(user, Right.SEE_BEHAVIOUR_NARRATIVE)
        names = {each.pk: (each.sort_name, *places.get(each.pk, ("", None))) for each in seen}
        groups = {key: group_id for key, _group, _year, group_id in held}
        return cls(names, frozenset(narrative.values_list("pk", flat=True)), groups)

    def part(self, part: Involvement) -> PartShown:
        """Return one part as this person reads it."""
        name, group, year = self.names.get(part.student_id, (SOMEBODY, "", None))
        is_seen = part.student_id in self.names
        return PartShown(
            key=part.student_id if is_seen else None,
            name=name,
            tutor_group=group,
            year=year,
            role=part.get_role_display(),
            points=part.points if is_seen else 0,
            action_taken=part.action_taken if is_seen else "",
            comment=part.comment if part.student_id in self.narrative and is_seen else "",
        )

    def reads(self, parts: Iterable[Involvement]) -> bool:
        """Test whether the person may read the narrative of an incident with these parts."""
        return any(part.student_id in self.narrative for part in parts)


def incidents_shown(user: User, incidents: Iterable[Incident], on: date) -> tuple[IncidentShown, ...]:
    """Return the incidents as this person reads them; each with its parts prefetched, in three queries more."""
    held = list(incidents)
    reader = Reader.of(user, (part.student_id for each in held for part in each.involvements.all()), on)
    return tuple(_shown(each, reader) for each in held)


def _shown(incident: Incident, reader: Reader) -> IncidentShown:
    parts = list(incident.involvements.all())
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
        words=incident.what_happened if reader.reads(parts) else "",
        told_by=incident.logged_by.formal_name if incident.logged_by else incident.recorded_by,
        arrived_at=incident.arrived_at,
        is_imported=bool(incident.external_id),
        withdrawn_because=incident.withdrawn_because,
        parts=tuple(sorted((reader.part(part) for part in parts), key=lambda part: (not part.is_named, part.name))),
    )
