"""Writes to interventions: begun, changed, joined, left, ended, withdrawn."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from interventions.models import Intervention, InterventionReview, InterventionSource, InterventionStudent
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words
from pastoral.core.versions import facts_set
from students.models import Student

FACTS = (
    "type_id",
    "aim",
    "target",
    "because",
    "group_name",
    "owner_id",
    "deliverer_id",
    "delivered_by",
    "starts_on",
    "planned_until",
    "planned_sessions",
    "session_minutes",
    "grace_days",
    "is_restricted",
)


class InterventionOver(Exception):
    """It has ended; the message is fit for the person."""


class NotOfIt(Exception):
    """A date or a student does not fit the intervention; the message is fit for the form."""


@dataclass(frozen=True)
class Opening:
    """What an intervention is begun with.

    facts: by FACTS. sources: pairs of the field of InterventionSource and the record's key. reviews: days on which it
    is looked at, the planned end among them.
    """

    facts: Mapping[str, Any]
    reviews: Collection[date]
    sources: Sequence[tuple[str, int]] = field(default=())
    case_id: int | None = None
    follows_id: int | None = None


@transaction.atomic
def intervention_start(
    *, opening: Opening, students: Sequence[Student], token: UUID, by: User, now: datetime
) -> Intervention:
    """Begin an intervention for the students; the same sending again returns what it made."""
    fresh = {**opening.facts, "case_id": opening.case_id, "follows_id": opening.follows_id}
    made, is_new = Intervention.objects.get_or_create(
        token=token, defaults=fresh | {"made_by_id": by.pk, "made_at": now}
    )
    if is_new:
        InterventionStudent.objects.bulk_create(
            InterventionStudent(intervention=made, student=student, joined_on=made.starts_on) for student in students
        )
        InterventionReview.objects.bulk_create(
            InterventionReview(intervention=made, due_on=day) for day in sorted(set(opening.reviews))
        )
        InterventionSource.objects.bulk_create(
            InterventionSource(intervention=made, **{f"{name}_id": key}) for name, key in opening.sources
        )
    return made


@transaction.atomic
def intervention_change(*, intervention: Intervention, seen: str, facts: Mapping[str, Any]) -> None:
    """Put an intervention right; what it said before is in the history. Raises Overtaken and InterventionOver.

    Students who joined at its start move with the start, and the review at its planned end moves with that.
    """
    held = running(intervention)
    began, ends = held.starts_on, held.planned_until
    facts_set(held, seen, facts)
    if held.sessions.filter(withdrawn_at=None, held_at__date__lt=held.starts_on).exists():
        raise NotOfIt("A session was logged before that day: withdraw the session first, or begin earlier.")
    held.save(update_fields=list(facts))
    joined = held.students.all()
    if joined.filter(left_on__lt=held.starts_on).exists():
        raise NotOfIt("A student had left it by that day.")
    joined.filter(joined_on=began).update(joined_on=held.starts_on)
    joined.filter(joined_on__lt=held.starts_on).update(joined_on=held.starts_on)
    if ends != held.planned_until and not held.reviews.filter(due_on=held.planned_until).exists():
        held.reviews.filter(due_on=ends, held_on=None).update(due_on=held.planned_until)


@transaction.atomic
def student_join(*, intervention: Intervention, students: Sequence[Student], on: date) -> int:
    """Take more students in from the day on, and return how many are new; who is in it stays as they are.

    Raises NotOfIt for who had left: two times in one intervention would be measured as one.
    """
    held = running(intervention)
    if on < held.starts_on:
        raise NotOfIt("That is before it begins.")
    places = {place.student_id: place for place in held.students.select_for_update()}
    fresh = [student for student in students if student.pk not in places]
    for student in students:
        if student.pk in places and (left := places[student.pk].left_on):
            raise NotOfIt(
                f"{student.full_name} was in it until {in_words(left)}. If that is wrong, put their days right; for a "
                "second time begin a new intervention, so that each is measured by its own days."
            )
    InterventionStudent.objects.bulk_create(
        InterventionStudent(intervention=held, student=student, joined_on=on) for student in fresh
    )
    return len(fresh)


@transaction.atomic
def student_dates(*, place: InterventionStudent, seen: str, joined_on: date, left_on: date | None) -> None:
    """Say from when to when a student is in it. Raises Overtaken, and NotOfIt for days outside it."""
    intervention = running(place.intervention)
    held = InterventionStudent.objects.select_for_update().get(pk=place.pk)
    if joined_on < intervention.starts_on:
        raise NotOfIt("That is before it begins.")
    facts_set(held, seen, {"joined_on": joined_on, "left_on": left_on})
    held.save(update_fields=["joined_on", "left_on"])


def running(intervention: Intervention) -> Intervention:
    """Return the intervention locked, for a write to one that runs. Raises InterventionOver."""
    held = Intervention.objects.select_for_update().get(pk=intervention.pk)
    if held.ended_on is not None:
        raise InterventionOver(f"It ended on {held.ended_on:%a} {held.ended_on.day} {held.ended_on:%b}.")
    return held
