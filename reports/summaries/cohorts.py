"""The cohorts whose attendance is watched, and their gap to everybody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from attendance.figures import Counts, GroupFigures, StudentWeek, points_between, total
from students.models import Student, StudentFact

SMALL_COHORT = 5


class Member(Protocol):
    """Whoever may be in a cohort: a student as they are, or as a frozen row has them."""

    @property
    def sex(self) -> str:
        """The student's sex."""

    def has(self, kind: str, value: str = "") -> bool:
        """Test for a flag, with its value when one is given."""


@dataclass(frozen=True)
class Cohort:
    """A cohort by its slug in addresses, its name, its short name, and who is in it."""

    slug: str
    name: str
    short: str
    holds: Callable[[Member], bool]


def _flag(slug: str, short: str, kind: StudentFact.Kind, value: str = "", name: str = "") -> Cohort:
    return Cohort(slug, name or str(kind.label), short, lambda person: person.has(kind, value))


EVERYBODY = Cohort("", "All students", "All", lambda _: True)
COHORTS: tuple[Cohort, ...] = (
    _flag("pupil-premium", "PP", StudentFact.Kind.PUPIL_PREMIUM),
    _flag("fsm", "FSM", StudentFact.Kind.FSM),
    _flag("sen-k", "SEN K", StudentFact.Kind.SEN, "K", "SEN support (K)"),
    _flag("sen-e", "SEN E", StudentFact.Kind.SEN, "E", "EHC plan (E)"),
    _flag("eal", "EAL", StudentFact.Kind.EAL),
    _flag("looked-after", "LAC", StudentFact.Kind.LOOKED_AFTER),
    _flag("young-carer", "YC", StudentFact.Kind.YOUNG_CARER),
    Cohort("girls", "Girls", "Girls", lambda person: person.sex == Student.Sex.FEMALE),
    Cohort("boys", "Boys", "Boys", lambda person: person.sex == Student.Sex.MALE),
)
_SEN = _flag("sen", "SEN", StudentFact.Kind.SEN, name="SEN (K or E)")
# What a page can be narrowed to: SEN as one, and every cohort of the table of gaps.
FILTERS: dict[str, Cohort] = {cohort.slug: cohort for cohort in (EVERYBODY, *COHORTS[:2], _SEN, *COHORTS[2:])}


@dataclass(frozen=True)
class CohortGap:
    """One cohort's year to date beside everybody else's. gap: points; None when either side has nothing possible."""

    cohort: Cohort
    figures: GroupFigures
    gap: Decimal | None

    @property
    def is_small(self) -> bool:
        """Test for too few students for the figures to say much."""
        return self.figures.students < SMALL_COHORT


def cohort_gaps(members: Sequence[tuple[Member, StudentWeek]]) -> tuple[CohortGap, ...]:
    """Return each cohort's figures and its gap to the members who are not in it."""
    everybody = total(figures.ytd for _, figures in members)
    return tuple(_gap(cohort, members, everybody) for cohort in COHORTS)


def _gap(cohort: Cohort, members: Sequence[tuple[Member, StudentWeek]], everybody: Counts) -> CohortGap:
    mine = GroupFigures.of(cohort.name, [figures for person, figures in members if cohort.holds(person)])
    return CohortGap(cohort, mine, points_between(mine.ytd, everybody - mine.ytd))
