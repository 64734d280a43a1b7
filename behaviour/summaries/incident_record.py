"""One incident looked at closely: what year teams made of it, who changed what, and a parent's copy."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from behaviour.models import BullyingCase, Incident, IncidentReview, Involvement
from behaviour.naming import SOMEBODY, Mask
from behaviour.summaries.contact_duties import Duty, duties_in
from behaviour.summaries.history import Change, Kind, Told, changes_of, events_of
from behaviour.summaries.incidents import IncidentShown, PartShown, Reader, incident_shown, name_of
from pastoral.core.models import User
from students.models import Student

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
        Told("comment", "comment"),
    ),
)


@dataclass(frozen=True)
class IncidentRecord:
    """An incident as one person reads it, what was made of it, whom to call, and who changed what in it."""

    shown: IncidentShown
    reviews: tuple[ReviewShown, ...]
    duties: tuple[Duty, ...]
    cases: tuple[int, ...]
    changes: tuple[Change, ...]
    reader: Reader

    @property
    def copies(self) -> tuple[PartShown, ...]:
        """Return the parts of which the person may make a parent's copy; none of an incident that was withdrawn."""
        held = () if self.shown.withdrawn_because else self.shown.parts
        return tuple(part for part in held if part.key in self.reader.reviewed)


def record_of(user: User, incident: Incident, *, now: datetime, on: date) -> IncidentRecord:
    """Return the record of one incident, its parts prefetched, in six queries more.

    Whoever was in it once and was taken off is named in what was written of it, and no more to be read by everybody.
    """
    parts = list(incident.involvements.all())
    events = events_of((OF_INCIDENT, OF_PARTS), incident.pk)
    former = {event.row["student_id"] for event in events if event.kind == OF_PARTS.model}
    reader = Reader.of(user, {part.student_id for part in parts} | former, on)
    mask = reader.mask(reader.called)
    named = replace(OF_PARTS, about=lambda row: reader.names.get(row["student_id"], (SOMEBODY,))[0])
    reviews = incident.reviews.select_related("owner", "decided_by").order_by("year_group")
    cases = BullyingCase.objects.visible_to(user).standing(links__incident=incident).order_by("pk")
    return IncidentRecord(
        shown=incident_shown(incident, reader),
        reviews=tuple(_review(each, mask) for each in reviews),
        duties=duties_in(incident, user=user, reader=reader, now=now),
        cases=tuple(cases.values_list("pk", flat=True)),
        changes=changes_of((OF_INCIDENT, named), events, [incident, *parts], mask),
        reader=reader,
    )


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
    dealt_with: str


def parents_copy_of(
    incident: Incident, student: Student, parts: Iterable[Involvement], year: int | None
) -> ParentsCopy:
    """Return the copy for the parents of one student in the incident. year: whose team's action it tells."""
    held = list(parts)
    (mine,) = (part for part in held if part.student_id == student.pk)
    mask = Mask([name_of(part.student) for part in held if part.student_id != student.pk], [name_of(student)])
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
        dealt_with=mask(review.action) if review else "",
    )
