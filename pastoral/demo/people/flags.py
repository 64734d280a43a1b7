"""Free meals, pupil premium, SEN, care and young carers, each to its share of the school."""

from collections.abc import Callable
from random import Random

from pastoral.demo.people.students import Student, families_of
from pastoral.demo.randoms import Streams

# Shares of students, as the demo school has them (near the national secondary averages of 2025/26).
_FSM, _PUPIL_PREMIUM, _SEN_SUPPORT, _EHC_PLAN, _IN_CARE, _YOUNG_CARER = 0.26, 0.29, 0.14, 0.05, 0.01, 0.025


def flags_settle(students: list[Student], streams: Streams) -> None:
    """Set the flags, each to its share of the school, and each likelier where life is harder."""
    random = streams.of("flags")
    ranked = sorted(students, key=lambda s: -(s.family.hardship + 0.15 * random.gauss(0, 1)))
    for place, student in enumerate(ranked):
        student.fsm = place < _FSM * len(ranked)
        student.pupil_premium = place < (_PUPIL_PREMIUM - _IN_CARE / 2) * len(ranked)
    _care_settle(students, random)
    needs = _ranked(students, random, lambda s: 0.45 * s.fsm + 0.3 * (s.sex == "M") + 0.3 * s.family.in_care)
    plans = round(_EHC_PLAN * len(students))
    for place, student in enumerate(needs[: round((_SEN_SUPPORT + _EHC_PLAN) * len(students))]):
        student.sen = "E" if place < plans else "K"
    carers = _ranked(students, random, lambda s: 0.8 * s.fsm)
    for student in carers[: round(_YOUNG_CARER * len(students))]:
        student.young_carer = not student.family.in_care


def _ranked(students: list[Student], random: Random, lean: Callable[[Student], float]) -> list[Student]:
    return sorted(students, key=lambda student: -(lean(student) + random.gauss(0, 1)))


def _care_settle(students: list[Student], random: Random) -> None:
    """Place about one student in a hundred with foster carers; they get pupil premium whatever the income."""
    hard_up = [family for family in families_of(students) if family.hardship > 0.3]
    random.shuffle(hard_up)
    wanted = max(1, round(_IN_CARE * len(students)))
    for family in hard_up:
        children = [student for student in students if student.family is family]
        if wanted <= 0:
            return
        family.in_care = True
        wanted -= len(children)
        for child in children:
            child.pupil_premium = True
