"""How much a quiet child needs somebody: the ages of four things, weighted by what is known of the student.

Score = (sum of the four ages in days, each no more than CAP) x (1 + points of need / 10), rounded. A thing never logged
is as old as the student's time on roll. Source: product.md E10; docs/quiet-children.md explains it to the school.
"""

from dataclasses import dataclass
from datetime import date

from attendance.figures import Band, StudentWeek
from reports.summaries.people import Person
from students.models import StudentFact

CAP = 84  # days, twelve weeks: whoever was seen longer ago than that is quiet, and no holiday makes them quieter
PER_POINT = 10


@dataclass(frozen=True, slots=True)
class Weight:
    """One thing that adds to the need: its points, and the words for it."""

    points: int
    words: str


RED, AMBER = Weight(4, "red"), Weight(2, "amber")
PA, ON_TRACK = Weight(2, "PA"), Weight(1, "on track to be PA")
PLAN = Weight(2, "something in place")
FLAGS: dict[tuple[str, str], Weight] = {
    (StudentFact.Kind.LOOKED_AFTER, ""): Weight(3, "looked after"),
    (StudentFact.Kind.SEN, "E"): Weight(2, "EHC plan"),
    (StudentFact.Kind.SEN, "K"): Weight(1, "SEN support"),
    (StudentFact.Kind.YOUNG_CARER, ""): Weight(2, "young carer"),
    (StudentFact.Kind.PUPIL_PREMIUM, ""): Weight(1, "pupil premium"),
}
# As the page prints them.
WEIGHTS: tuple[Weight, ...] = (RED, AMBER, PA, ON_TRACK, PLAN, *FLAGS.values())


def weights_of(person: Person, figures: StudentWeek, *, has_plan: bool) -> tuple[Weight, ...]:
    """Return what adds to the student's need; the person's flags are those that the viewer may see."""
    band = {Band.RED: RED, Band.AMBER: AMBER}.get(figures.band)
    absence = PA if figures.ytd.is_persistently_absent else ON_TRACK if figures.is_on_track_to_be_pa else None
    held = (
        band if band and not figures.is_early else None,
        absence if not figures.is_early else None,
        PLAN if has_plan else None,
        *(weight for (kind, value), weight in FLAGS.items() if person.has(kind, value)),
    )
    return tuple(weight for weight in held if weight)


def age_of(last: date | None, since: date, on: date) -> int:
    """Return the days since the last time; since the student came on roll, where there was none."""
    return max(0, (on - max(last or since, since)).days)


def score_of(ages: tuple[int, ...], points: int) -> int:
    """Return the score: the capped ages together, and a tenth more for each point of need; half up."""
    return (sum(min(age, CAP) for age in ages) * (PER_POINT + points) * 2 + PER_POINT) // (2 * PER_POINT)
