"""Key cohorts of a year beside everybody else in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from attendance.figures import GroupFigures, points_between
from students.models import Student, StudentFact

if TYPE_CHECKING:
    from reports.rag.sheet import Line

SMALL = 5  # a cohort under this number says more about persons than about the cohort


@dataclass(frozen=True)
class CohortLine:
    """One cohort, and the gap between it and the rest of the year."""

    name: str
    members: GroupFigures
    rest: GroupFigures

    @property
    def gap(self) -> Decimal | None:
        """Points of year-to-date attendance above everybody else; None when either has no possible session."""
        return points_between(self.members.ytd, self.rest.ytd)

    @property
    def is_small(self) -> bool:
        """Test for too few members for the gap to say much."""
        return self.members.students < SMALL


def _has(kind: StudentFact.Kind, value: str = "") -> Callable[["Line"], bool]:
    return lambda line: any(flag.kind == kind and value in {"", flag.value} for flag in line.flags)


def _is(sex: Student.Sex) -> Callable[["Line"], bool]:
    return lambda line: line.sex == sex


COHORTS: tuple[tuple[str, Callable[["Line"], bool]], ...] = (
    ("Pupil premium", _has(StudentFact.Kind.PUPIL_PREMIUM)),
    ("Free school meals", _has(StudentFact.Kind.FSM)),
    ("SEN support (K)", _has(StudentFact.Kind.SEN, "K")),
    ("Education, health and care plan (E)", _has(StudentFact.Kind.SEN, "E")),
    ("EAL", _has(StudentFact.Kind.EAL)),
    ("Looked after", _has(StudentFact.Kind.LOOKED_AFTER)),
    ("Young carer", _has(StudentFact.Kind.YOUNG_CARER)),
    ("Girls", _is(Student.Sex.FEMALE)),
    ("Boys", _is(Student.Sex.MALE)),
)


def cohort_lines(lines: Sequence["Line"]) -> tuple[CohortLine, ...]:
    """Return every cohort of the lines; a student in two cohorts counts in both."""
    return tuple(
        CohortLine(
            name,
            GroupFigures.of(name, [line.figures for line in lines if belongs(line)]),
            GroupFigures.of("Everybody else", [line.figures for line in lines if not belongs(line)]),
        )
        for name, belongs in COHORTS
    )
