"""Reviews: what was found and decided, and with the end the outcome for each student, beside what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from interventions.models import Action, Intervention, InterventionReview, InterventionStudent
from pastoral.core.models import User
from pastoral.core.templatetags.pastoral import day as in_words

Decision = InterventionReview.Decision
Outcome = InterventionStudent.Outcome


class ReviewHeld(Exception):
    """Somebody held the review already; the message says what was decided."""


class OutcomeMissing(Exception):
    """An intervention ends with an outcome for each student, and what did not work names what is next."""


@dataclass(frozen=True)
class Came:
    """How it came out for one student. measured: the effect as it stood then, frozen on the row."""

    outcome: str
    note: str = ""
    next_step: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a review found. came: by the place of each student, at the end; next_on: when it is looked at again.

    step_owner, step_on: whose the next steps are, and by when.
    """

    decision: str
    notes: str = ""
    next_on: date | None = None
    came: Mapping[int, Came] = field(default_factory=dict)
    step_owner: User | None = None
    step_on: date | None = None


@transaction.atomic
def review_hold(*, intervention: Intervention, found: Found, token: UUID, by: User, on: date) -> InterventionReview:
    """Hold the review that is due, or one that nobody planned; the end of it ends the intervention.

    Raises ReviewHeld where it ended meanwhile or was reviewed that day by somebody else, and OutcomeMissing.
    """
    held = Intervention.objects.select_for_update().get(pk=intervention.pk)
    again = held.reviews.filter(held_on=on, by=by, decision=found.decision, notes=found.notes).first()
    if again is not None:  # a second click
        return again
    if held.ended_on is not None:
        who = held.ended_by.formal_name if held.ended_by else "somebody"
        raise ReviewHeld(f"It ended on {in_words(held.ended_on)}, by {who}.")
    review = _review(held, on)
    if review.held_on is not None:
        who = review.by.formal_name if review.by else "somebody"
        raise ReviewHeld(f"It was reviewed on {in_words(on)} by {who}: {review.get_decision_display().lower()}.")
    review.held_on, review.by, review.notes, review.decision = on, by, found.notes, found.decision
    review.save()
    if found.decision == Decision.END:
        _end(held, found, token, by, on)
    elif found.next_on:
        _look_again(held, found.next_on, on)
    return review


@transaction.atomic
def outcomes_give(*, intervention: Intervention, found: Found, token: UUID, by: User, on: date) -> None:
    """Give the outcomes that are still missing of an intervention that has ended. Raises OutcomeMissing."""
    held = Intervention.objects.select_for_update().get(pk=intervention.pk)
    if held.ended_on is None:
        raise ReviewHeld("It still runs: review it.")
    _give(held, found, token, by, on)


def _review(held: Intervention, on: date) -> InterventionReview:
    """Return the review to hold: the oldest that is due by the day, else the next one planned, else one of today."""
    opened = held.reviews.filter(held_on=None).order_by("due_on")
    today = held.reviews.filter(due_on=on).first()
    due = opened.filter(due_on__lte=on).first()
    return due or today or InterventionReview(intervention=held, due_on=on)


def _look_again(held: Intervention, next_on: date, on: date) -> None:
    """Plan the next look; older ones that nobody held are settled by this one."""
    held.reviews.filter(held_on=None, due_on__lte=on).delete()
    if not held.reviews.filter(held_on=None, due_on__lte=next_on).exists():
        InterventionReview.objects.get_or_create(intervention=held, due_on=next_on)


def _end(held: Intervention, found: Found, token: UUID, by: User, on: date) -> None:
    held.reviews.filter(held_on=None).delete()
    held.ended_on, held.ended_by = max(on, held.starts_on), by
    held.save(update_fields=["ended_on", "ended_by"])
    _give(held, found, token, by, on)


def _give(held: Intervention, found: Found, token: UUID, by: User, on: date) -> None:
    """Give each student told of the outcome; one whom the person does not see keeps theirs open for who does."""
    places = [place for place in held.students.select_for_update() if not place.outcome and place.pk in found.came]
    for number, place in enumerate(places):
        came = found.came[place.pk]
        if not came.outcome:
            raise OutcomeMissing("Say for each student how it came out.")
        if came.outcome == Outcome.NOT and not came.next_step:
            raise OutcomeMissing("It did not work: say what is done next.")
        place.outcome, place.outcome_note, place.next_step = came.outcome, came.note, came.next_step
        place.outcome_on, place.outcome_by, place.measured = on, by, dict(came.measured)
        place.save()
        if came.next_step:
            Action.objects.get_or_create(
                token=token,
                place=number,
                defaults={
                    "what": came.next_step,
                    "owner": found.step_owner or held.owner,
                    "due_on": found.step_on or on,
                    "student_id": place.student_id,
                    "intervention": held,
                    "set_by": by,
                },
            )
