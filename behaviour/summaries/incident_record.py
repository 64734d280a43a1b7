"""One incident looked at closely: what year teams made of it, who changed what, and a parent's copy."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from behaviour.models import BullyingCase, Incident, IncidentReview, IncidentType, Involvement
from behaviour.naming import SOMEBODY, Mask
from behaviour.summaries.contact_duties import Duty, duties_in
from behaviour.summaries.followed import Followed, followed, with_followed
from behaviour.summaries.inbox import with_parts
from behaviour.summaries.incidents import IncidentShown, PartShown, Reader, ever_in, incident_shown, name_of
from pastoral.core.changes import ADDED, DELETED, Change, Event, Kind, Told, changes_of, events_of
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.staff import staff_names

SEVERITIES = dict(Incident.Severity.choices)
ROLES = dict(Involvement.Role.choices)
OF_INCIDENT = Kind(
    "Incident",
    "pgh_obj_id",
    (
        Told("type", "Kind"),
        Told("occurred_on", "Day"),
        Told("occurred_at_time", "Time"),
        Told("what_happened", "What happened"),
        Told("location", "Where"),
        Told("activity", "Subject or activity"),
        Told("period", "Part of the day"),
        Told("severity", "Severity", lambda value: SEVERITIES.get(value, str(value))),
        Told("status", "Status"),
        Told("withdrawn_because", "Withdrawn"),
    ),
    app="behaviour",
)


@dataclass(frozen=True)
class ReviewShown:
    """What one year team made of the incident. at: None while it waits with `by`."""

    year: int
    decision: str
    action: str
    by: str
    at: datetime | None


OF_PARTS = Kind(
    "Involvement",
    "incident_id",
    (
        Told("role", "role", lambda value: ROLES.get(value, value)),
        Told("points", "points"),
        Told("action_taken", "action"),
        Told("comment", "what the MIS says"),
        Told("statement", "statement"),
    ),
    app="behaviour",
)


@dataclass(frozen=True)
class IncidentRecord:
    """An incident as one person reads it, what was made of it, whom to call, and who changed what in it."""

    shown: IncidentShown
    reviews: tuple[ReviewShown, ...]
    duties: tuple[Duty, ...]
    cases: tuple[int, ...]
    may_open_case: bool
    followed: list[Followed]
    changes: tuple[Change, ...]
    reader: Reader

    @property
    def read(self) -> dict[int, frozenset[int]]:
        """Return by incident the students of whom it tells the person what happened."""
        return self.reader.told_of([self.shown])

    @property
    def copies(self) -> tuple[PartShown, ...]:
        """Return the parts of which the person may make a parent's copy; none of an incident that was withdrawn."""
        held = () if self.shown.withdrawn_because else self.shown.parts
        return tuple(part for part in held if part.key in self.reader.reviewed)


def for_record(incidents: QuerySet[Incident], user: User) -> QuerySet[Incident]:
    """Read incidents with all that `record_of` asks of one: its parts, its cases, what its type is."""
    cases = BullyingCase.objects.visible_to(user).standing(links__incident=OuterRef("pk")).order_by("pk")
    kind = IncidentType.objects.filter(name=OuterRef("type"))
    return with_followed(with_parts(incidents)).annotate(
        case_keys=ArraySubquery(cases.values("pk")),
        is_case_type=Exists(kind.filter(is_prejudice=True)),
        is_dsl_type=Exists(kind.filter(goes_to_dsl=True)),
    )


def record_of(user: User, incident: Any, *, now: datetime, on: date) -> IncidentRecord:
    """Return the record of one incident read by `for_record`, in four queries more, and one for each that followed.

    Whoever was in it once and was taken off is named in what was written of it, and no more to be read by everybody.
    """
    parts = list(incident.involvements.all())
    events = events_of((OF_INCIDENT, OF_PARTS), incident.pk)
    former = {event.row["student_id"] for event in events if event.kind == OF_PARTS.model}
    reader = Reader.of(user, {part.student_id for part in parts} | former, on)
    told = [event for event in events if _may_be_told(event, reader)]
    mask = reader.mask(reader.called)
    named = replace(OF_PARTS, about=lambda row: reader.names.get(row["student_id"], (SOMEBODY,))[0])
    reviews = incident.reviews.select_related("owner", "decided_by").order_by("year_group")
    return IncidentRecord(
        shown=incident_shown(incident, reader, staff_names([incident.recorded_by]), reader.called),
        reviews=tuple(_review(each, mask) for each in reviews),
        duties=duties_in(incident, user=user, reader=reader, now=now),
        cases=tuple(incident.case_keys),
        may_open_case=user.may(Right.KEEP_CASES) and _asks_for_a_case(incident, parts),
        followed=followed(user, incident),
        changes=changes_of((OF_INCIDENT, named), told, [incident, *parts], mask),
        reader=reader,
    )


def _may_be_told(event: Event, reader: Reader) -> bool:
    """Test for what is the incident's own, or of a student of whom the person reads; of others that they were in it."""
    if event.kind != OF_PARTS.model or event.label in (ADDED, DELETED):
        return True
    return event.row["student_id"] in reader.narrative


def _asks_for_a_case(incident: Any, parts: Iterable[Involvement]) -> bool:
    """Test for an incident that stands with a victim in it, or of a type that asks for a case; none of the DSL's."""
    if incident.withdrawn_at is not None or incident.is_dsl_type:
        return False
    return incident.is_case_type or any(part.role == Involvement.Role.VICTIM for part in parts)


def _review(review: IncidentReview, mask: Mask) -> ReviewShown:
    by = review.decided_by or review.owner
    return ReviewShown(
        year=review.year_group_id,
        decision=review.get_decision_display() if review.decision else "With",
        action=mask(review.action),
        by=by.formal_name if by else "",
        at=review.decided_at,
    )


@dataclass(frozen=True)
class ParentsCopy:
    """One student's part in an incident, as a parent may have it: nobody else is named, nor counted."""

    name: str
    type: str
    occurred_on: date
    occurred_at: time | None
    location: str
    activity: str
    period: str
    severity: str
    words: str
    role: str
    points: int
    action_taken: str
    comment: str
    statement: str
    dealt_with: str


def parents_copy_of(incident: Incident, student: Student, year: int | None) -> ParentsCopy:
    """Return the copy for the parents of one student in the incident. year: whose team's action it tells.

    Its parts are prefetched. Whoever was taken off it is named to no parent either.
    """
    (mine,) = (part for part in incident.involvements.all() if part.student_id == student.pk)
    others = ever_in([incident.pk])[incident.pk] - {student.pk}
    mask = Mask(map(name_of, Student.objects.filter(pk__in=others)), [name_of(student)])
    review = incident.reviews.filter(year_group=year).exclude(decision="").first() if year else None
    return ParentsCopy(
        name=student.full_name,
        type=incident.type,
        occurred_on=incident.occurred_on,
        occurred_at=incident.occurred_at_time,
        location=incident.location,
        activity=incident.activity,
        period=incident.period,
        severity=incident.get_severity_display() or "",
        words=mask(incident.what_happened),
        role=mine.get_role_display(),
        points=mine.points,
        action_taken=mask(mine.action_taken),
        comment=mask(mine.comment),
        statement=mask(mine.statement),
        dealt_with=mask(review.action) if review else "",
    )
