"""How the demo school's interventions came out: as the measured effect proposes, or as somebody said."""

from collections.abc import Sequence

from interventions.figures.dosage import Dosage
from interventions.figures.impact import Effect
from interventions.figures.outcomes import Proposed, proposed
from interventions.models import Action, Intervention, InterventionStudent, SessionPlace
from interventions.summaries.effects import Shown, effects_of
from reports.demo.cast import Cast, at
from reports.demo.conduct import token
from reports.demo.work.help_words import NEXT, SAID, Offer

Ended = Sequence[tuple[Offer, Intervention, list[InterventionStudent]]]
MUCH = 5  # points
IN_TURN = ("worked", "partly", "not")  # where nothing can be proposed, somebody says


def outcomes_say(cast: Cast, ended: Ended) -> None:
    """Give each student of what has ended an outcome with what was measured; what did not work has a next step."""
    places = [place for _offer, row, held in ended for place in _with(row, held)]
    effects = effects_of(places, cast.day)
    there = _there(places)
    steps = []
    for n, place in enumerate(places):
        row = place.intervention
        effect, shown = effects.get(place.pk, (None, None))
        ratings = there.get(place.pk, [])
        found = _proposed(row, effect, ratings)
        place.outcome = found.outcome or _judged(shown) or IN_TURN[n % len(IN_TURN)]
        place.outcome_note = SAID[place.outcome]
        place.outcome_on, place.outcome_by = row.ended_on, row.owner
        place.measured = _measured(shown, found)
        if place.outcome == "not":
            place.next_step = NEXT[n % len(NEXT)]
            steps.append(_step(cast, n, place))
    columns = ["outcome", "outcome_note", "outcome_on", "outcome_by", "measured", "next_step"]
    InterventionStudent.objects.bulk_update(places, columns)
    Action.objects.bulk_create(steps)


def _with(row: Intervention, places: Sequence[InterventionStudent]) -> Sequence[InterventionStudent]:
    for place in places:
        place.intervention = row
    return places


def _there(places: Sequence[InterventionStudent]) -> dict[int, list[int | None]]:
    """Return the ratings of the sessions that each was at, oldest first, by place."""
    rows = SessionPlace.objects.filter(member__in=places, was_there=True).order_by("session__held_at")
    found: dict[int, list[int | None]] = {}
    for member, rating in rows.values_list("member", "rating"):
        found.setdefault(member, []).append(rating)
    return found


def _proposed(row: Intervention, effect: Effect | None, ratings: Sequence[int | None]) -> Proposed:
    said = [rating for rating in ratings if rating]
    nearer = said[-1] - said[0] if len(said) > 1 else None
    dosage = Dosage(row.planned_sessions, len(ratings), row.planned_sessions)
    return proposed(row.aim, effect, dosage, len(ratings), nearer)


def _judged(shown: Shown | None) -> str:
    """Return what somebody says who sees the student's own change, with nobody to compare it with; "" without one."""
    if shown is None or shown.raw is None:
        return ""
    return "not" if shown.raw <= 0 else "partly" if shown.raw < MUCH else "worked"


def _measured(shown: Shown | None, found: Proposed) -> dict[str, object]:
    return {**(shown.frozen() if shown else {}), "proposed": found.outcome, "why": found.why, "rating": ""}


def _step(cast: Cast, n: int, place: InterventionStudent) -> Action:
    row = place.intervention
    ended = row.ended_on or cast.day
    is_done = n % 3 != 0
    due = cast.calendar.next_school_day(ended) or ended
    done = {"done_on": due, "done_by": row.owner, "done_note": "Arranged"} if is_done else {}
    return Action(
        token=token("next step", n), what=place.next_step, owner=row.owner, due_on=due if is_done else cast.ahead(3),
        student_id=place.student_id, intervention=row, set_by=row.owner, set_at=at(ended, 16), **done,
    )  # fmt: skip
