"""How much of a year each student misses, and how: spread like the national absence bands.

Source: DfE, Pupil absence in schools in England, enrolments by absence band, secondary, 2022/23, with the part
of 10 % and over brought down to the 23.8 % persistently absent of the 2025/26 daily attendance data (July 2026).
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from random import Random

from pastoral.demo.calendar import SchoolYear
from pastoral.demo.people import Student
from pastoral.demo.randoms import Streams, chance, pick

# Share of students in each band of missed sessions. The last band, half the year and more, is near the
# 2025/26 figure already; the others above 10 % are scaled to 23.8 % and what that frees goes below 10 %.
_BANDS = (
    (0.00, 0.05, 0.500),
    (0.05, 0.10, 0.262),
    (0.10, 0.15, 0.099),
    (0.15, 0.20, 0.043),
    (0.20, 0.25, 0.023),
    (0.25, 0.30, 0.014),
    (0.30, 0.35, 0.010),
    (0.35, 0.40, 0.007),
    (0.40, 0.45, 0.006),
    (0.45, 0.50, 0.005),
    (0.50, 0.89, 0.031),
)
_EDGES = [0.0, *accumulate(share for _, _, share in _BANDS)]

# Shifts on a standard normal scale that come near the persistent absence of each group in the same source; that of
# free school meals is held back, because the gap in attendance has narrowed to about five points since.
_YEAR_SHIFT = {7: 0.0, 8: 0.18, 9: 0.29, 10: 0.32, 11: 0.34}
_FSM_SHIFT = 0.5
_SEN_SHIFT = {"N": 0.0, "K": 0.33, "E": 0.5}
_GIRL_SHIFT = {7: -0.01, 8: 0.08, 9: 0.1, 10: 0.11, 11: 0.1}
# How much of the rest stays with a student from one year to the next.
_LASTING = 0.72


@dataclass(frozen=True)
class Profile:
    """One student's habits in one academic year.

    rate: share of possible sessions to be missed. late: chance of being late on a morning.
    trend: how absence leans to the end (above 0) or the start (below 0) of the year.
    weekday: a day of the week (0 to 4) that is missed more often, or None.
    """

    rate: float
    late: float
    trend: float
    weekday: int | None


def profiles_make(students: Sequence[Student], year: SchoolYear, streams: Streams) -> dict[str, Profile]:
    """Give each student of a year a profile, by admission number.

    Students are ranked by what they are and by chance, and take the national spread in that order, so that
    the spread does not depend on the seed.
    """
    random = streams.of("profiles", year.start)
    scores = {student.adno: _score(student, year, random) for student in students}
    ranked = sorted(scores, key=scores.__getitem__)
    rates = {adno: rate_at((place + 0.5) / len(ranked)) for place, adno in enumerate(ranked)}
    return {student.adno: _profile(student, rates[student.adno], streams, year) for student in students}


def _score(student: Student, year: SchoolYear, random: Random) -> float:
    group = student.year_group_in(year.start)
    # Trouble that has nothing to do with who one is: a long illness, a move, a death in the family.
    mishap = 2.1 if chance(random, 0.03) else 0.0
    own = mishap + sqrt(_LASTING) * student.health + sqrt(1 - _LASTING) * random.gauss(0, 1)
    shift = _YEAR_SHIFT[group] + _SEN_SHIFT[student.sen] + _FSM_SHIFT * student.fsm
    # Children in care miss less than their families' hardship would say; young carers miss more.
    shift += 0.25 * student.young_carer - 0.3 * student.family.in_care
    return own + shift + _GIRL_SHIFT[group] * (student.sex == "F") - 0.15 * student.eal


def rate_at(quantile: float) -> float:
    """Return the missed share of the student at this place (0 to 1) of the national spread."""
    band = min(bisect_right(_EDGES, quantile) - 1, len(_BANDS) - 1)
    low, high, share = _BANDS[band]
    within = (quantile - _EDGES[band]) / share
    # Within the outer bands most students are near the lower end.
    lean = {0: 1.55, 10: 2.0}.get(band, 1.35)
    return float(low + (high - low) * within**lean)


def _profile(student: Student, rate: float, streams: Streams, year: SchoolYear) -> Profile:
    lasting, random = streams.of("habits", student.adno), streams.of("habits", student.adno, year.start)
    trend = pick(random, {0.0: 0.72, 2.2: 0.1, 1.2: 0.05, -1.4: 0.08, -2.2: 0.05})
    weekday = pick(random, {4: 0.55, 0: 0.35, 2: 0.1}) if chance(random, 0.1) else None
    return Profile(rate, _late_habit(student, lasting) * random.uniform(0.7, 1.3), trend, weekday)


def _late_habit(student: Student, random: Random) -> float:
    """Draw the chance of a late morning: a habit of about a tenth of students, an accident for the others."""
    is_habit = chance(random, 0.07 + 0.05 * student.fsm + 0.03 * student.pupil_premium)
    if is_habit:
        return random.uniform(0.16, 0.42)
    return random.uniform(0.02, 0.07) if chance(random, 0.35) else random.uniform(0.0, 0.025)
