"""Writes to incidents: logged once, put right with history, withdrawn with a reason, dealt with by a year team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction

from behaviour.models import Incident, IncidentReview, IncidentType, Involvement
from pastoral.core.models import User
from students.models import Student

Role = Involvement.Role


class NobodyInIt(Exception):
    """An incident is about somebody; the message is fit for the form."""


class DealtWith(Exception):
    """Somebody dealt with it meanwhile; the message says who and how, fit for the page."""


class ForTheDsl(Exception):
    """A matter for the DSL is no incident; the message is fit for the form."""


@dataclass(frozen=True)
class Part:
    """One student's part in an incident. points: None for what the type gives to the role."""

    student: Student
    role: str
    points: int | None = None
    action_taken: str = ""

    def points_for(self, kind: IncidentType) -> int:
        """Return the points of the part: none for a victim or a witness, whatever was asked."""
        if self.role not in Involvement.ROLES_WITH_POINTS:
            return 0
        return kind.points if self.points is None else self.points


@dataclass(frozen=True)
class Told:
    """What is told of an incident. severity: None for the type's."""

    kind: IncidentType
    occurred_on: date
    occurred_at: time | None
    what_happened: str
    activity: str = ""
    location: str = ""
    period: str = ""
    status: str = ""
    severity: int | None = None

    def fields(self) -> dict[str, object]:
        """Return the incident's own fields."""
        return {
            "type": self.kind.name,
            "occurred_on": self.occurred_on,
            "occurred_at_time": self.occurred_at,
            "what_happened": self.what_happened,
            "activity": self.activity,
            "location": self.location,
            "period": self.period,
            "status": self.status,
            "severity": self.severity or self.kind.severity,
        }


@transaction.atomic
def incident_log(*, told: Told, parts: Sequence[Part], token: UUID, by: User, now: datetime) -> Incident:
    """Log an incident with everybody in it; the same sending again returns the one that it made.

    Raises NobodyInIt without a student, ForTheDsl for a type that is a safeguarding matter.
    """
    if told.kind.goes_to_dsl:
        raise ForTheDsl(f"{told.kind.name} goes to the DSL, not into a behaviour record.")
    if not parts:
        raise NobodyInIt("Choose at least one student.")
    incident, is_new = Incident.objects.get_or_create(
        token=token, defaults={**told.fields(), "recorded_by": by.staff_code, "logged_by": by, "logged_at": now}
    )
    if is_new:
        Involvement.objects.bulk_create(
            Involvement(
                incident=incident,
                student=part.student,
                role=part.role,
                points=part.points_for(told.kind),
                action_taken=part.action_taken,
            )
            for part in parts
        )
    return incident


@transaction.atomic
def incident_withdraw(*, incident: Incident, because: str, by: User, now: datetime) -> Incident:
    """Take an incident out of every list and figure; it stays in the history. Done twice, the first one stands."""
    held = Incident.objects.select_for_update().get(pk=incident.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held


@transaction.atomic
def review_decide(
    *, incident: Incident, year: int, decision: str, action: str, by: User, now: datetime
) -> IncidentReview:
    """Note an incident, or act on it, for one year team; the same again by the same person changes nothing.

    Raises DealtWith when a colleague was quicker.
    """
    review = _review(incident, year)
    if review.decision:
        if (review.decision, review.decided_by_id, review.action) != (decision, by.pk, action):
            raise DealtWith(_dealt_with(review))
        return review
    review.decision, review.action, review.decided_by, review.decided_at = decision, action, by, now
    review.save()
    return review


@transaction.atomic
def review_reopen(*, incident: Incident, year: int, by: User) -> IncidentReview:
    """Take one's own decision back, so that the incident lies in the inbox again.

    Raises DealtWith where a colleague decided.
    """
    review = _review(incident, year)
    if review.decision and review.decided_by_id != by.pk:
        raise DealtWith(_dealt_with(review))
    review.decision, review.action, review.decided_by, review.decided_at = "", "", None, None
    review.save()
    return review


@transaction.atomic
def review_hand_over(*, incident: Incident, year: int, to: User) -> IncidentReview:
    """Hand an incident to a colleague, whose inbox it lies in until it is dealt with.

    Raises DealtWith when it was dealt with meanwhile.
    """
    review = _review(incident, year)
    if review.decision:
        raise DealtWith(_dealt_with(review))
    review.owner = to
    review.save()
    return review


def _review(incident: Incident, year: int) -> IncidentReview:
    review, _is_new = IncidentReview.objects.get_or_create(incident=incident, year_group_id=year)
    return IncidentReview.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=review.pk)


def _dealt_with(review: IncidentReview) -> str:
    who = review.decided_by.formal_name if review.decided_by else ""
    return f"{who} dealt with it already: {review.get_decision_display().lower()}."
