"""What the effect of an intervention proposes as its outcome.

The rules stand in docs/decisions/0018-the-effect-of-an-intervention.md.
"""

from dataclasses import dataclass
from fractions import Fraction

from attendance.figures.lateness import FEWEST_MARKS
from interventions.figures.dosage import Dosage
from interventions.figures.impact import ENOUGH_SESSIONS, Effect, Standing

WORKED, PARTLY, NOT, NOT_DELIVERED = "worked", "partly", "not", "not_delivered"
A_SESSION = Fraction(1)  # beyond the others, over the window after
LATES_FEWER = Fraction(1)  # over the window after, beyond the others
INCIDENTS_FEWER = Fraction(1)  # over the window after, beyond the others
STEPS_NEARER = 2  # of the rating, 1 to 5


@dataclass(frozen=True, slots=True)
class Proposed:
    """An outcome with what speaks for it; outcome is "" where nothing can be proposed, and why says so."""

    outcome: str
    why: str


def proposed(aim: str, effect: Effect | None, dosage: Dosage, there: int, nearer: int | None) -> Proposed:
    """Propose an outcome for one student.

    dosage: for the student's own time in it; there: at how many sessions the student was; nearer: how far their own
    rating rose, None with fewer than two. Less than half of what was planned is not delivered, whatever was measured.
    What is for attendance is judged by sessions gained beside others, what is for punctuality by lates, what is for
    behaviour by incidents, the rest by how near the student feels.
    """
    if dosage.planned and 2 * there < dosage.planned:
        return Proposed(NOT_DELIVERED, f"there at {there} of {dosage.planned} sessions planned for the student")
    if aim == "attendance":
        return _by_attendance(effect)
    if aim == "behaviour":
        return _by_incidents(effect)
    if aim == "punctuality":
        return _by_lates(effect)
    return _by_rating(nearer)


def _by_attendance(effect: Effect | None) -> Proposed:
    if effect is None or effect.gained is None:
        return Proposed("", _not_yet(effect))
    if effect.gained >= A_SESSION:
        return Proposed(WORKED, "a session or more gained beside comparable students")
    if effect.gained > 0:
        return Proposed(PARTLY, "less than a session gained beside comparable students")
    return Proposed(NOT, "nothing gained beside comparable students")


def _by_incidents(effect: Effect | None) -> Proposed:
    if effect is None or effect.incidents_adjusted is None or effect.after is None:
        return Proposed("", _not_yet(effect))
    if effect.before and not effect.before.part.incidents:
        return Proposed("", "no incident in the sessions before, so there is nothing to compare")
    fewer = -effect.incidents_adjusted * effect.after.part.possible
    if fewer >= INCIDENTS_FEWER:
        return Proposed(WORKED, "an incident or more fewer beside comparable students")
    if fewer > 0:
        return Proposed(PARTLY, "less than one incident fewer beside comparable students")
    return Proposed(NOT, "no fewer incidents beside comparable students")


def _by_lates(effect: Effect | None) -> Proposed:
    late = effect.late if effect else None
    if late is None:
        return Proposed("", _not_yet(effect))
    if late.is_small:
        return Proposed("", f"came to fewer than {FEWEST_MARKS} of the sessions on one side")
    if not late.before.lates:
        return Proposed("", "never late in the sessions before, so there is nothing to compare")
    if late.lates is None:
        return Proposed("", _not_yet(effect))
    if late.lates <= -LATES_FEWER:
        return Proposed(WORKED, "late a time or more less often beside comparable students")
    if late.lates < 0:
        return Proposed(PARTLY, "late less often beside comparable students, by less than one time")
    if late.minutes is not None and late.minutes < 0:
        return Proposed(PARTLY, "late no less often beside comparable students, but for fewer minutes")
    return Proposed(NOT, "late no less often beside comparable students")


def _by_rating(nearer: int | None) -> Proposed:
    if nearer is None:
        return Proposed("", "judged by how near the student feels to the goal, and fewer than two ratings are logged")
    if nearer >= STEPS_NEARER:
        return Proposed(WORKED, f"the student feels {nearer} steps of 5 nearer to the goal")
    if nearer > 0:
        return Proposed(PARTLY, "the student feels one step of 5 nearer to the goal")
    return Proposed(NOT, "the student feels no nearer to the goal")


def _not_yet(effect: Effect | None) -> str:
    return standing_words(effect.standing) if effect else "nothing can be measured"


def standing_words(standing: Standing) -> str:
    """Return why nothing is measured."""
    return {
        Standing.TOO_EARLY: f"too early: fewer than {ENOUGH_SESSIONS} possible sessions since",
        Standing.TOO_FEW: f"too few: fewer than {ENOUGH_SESSIONS} possible sessions before it",
        Standing.NOT_COMPARED: "too few comparable students",
        Standing.MEASURED: "",
    }[standing]
