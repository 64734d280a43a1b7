"""Interventions for tests."""

from datetime import date, datetime
from uuid import uuid4

from interventions.models import (
    DeliveredSession,
    Intervention,
    InterventionReview,
    InterventionStudent,
    InterventionType,
    SessionPlace,
)
from pastoral.core.models import User
from students.models import Student

BEGAN, UNTIL = date(2026, 10, 5), date(2026, 11, 20)


def intervention(*students: Student, by: User, kind: str = "Mentoring", **also: object) -> Intervention:
    """Begin an intervention of six sessions on 5 October, until 20 November, owned by the person."""
    held = {
        "type": InterventionType.objects.get(name=kind),
        "aim": "attendance",
        "target": "In by 8:40",
        "because": "12 of 80 sessions missed",
        "owner": by,
        "starts_on": BEGAN,
        "planned_until": UNTIL,
        "planned_sessions": 6,
        "session_minutes": 30,
        "made_by": by,
    } | also
    made = Intervention.objects.create(token=uuid4(), **held)
    for student in students:
        InterventionStudent.objects.create(intervention=made, student=student, joined_on=made.starts_on)
    return made


def session(
    of: Intervention, at: datetime, *, absent: tuple[Student, ...] = (), rating: int | None = None, note: str = ""
) -> DeliveredSession:
    """Log a session for everybody in it but the absent; each with the rating."""
    made = DeliveredSession.objects.create(
        token=uuid4(), intervention=of, held_at=at, minutes=of.session_minutes, by=of.owner, note=note
    )
    SessionPlace.objects.bulk_create(
        SessionPlace(session=made, member=place, was_there=place.student not in absent, rating=rating)
        for place in of.students.select_related("student")
    )
    return made


def review(of: Intervention, due_on: date) -> InterventionReview:
    """Plan a look at it."""
    return InterventionReview.objects.create(intervention=of, due_on=due_on)
