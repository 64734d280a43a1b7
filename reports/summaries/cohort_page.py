"""Cohorts, overlapping as they are: attendance, the gap to everybody else, and how many at risk have help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from attendance.figures import Counts, GroupFigures, percentage, points_between
from reports.summaries.cohorts import COHORTS, EVERYBODY, FILTERS, SMALL_COHORT, Cohort
from reports.summaries.tracker import PRIOR_PA, TrackerRow
from students.models import StudentFact

_EVER_6 = Cohort(
    "fsm-ever-6",
    str(StudentFact.Kind.FSM_EVER_6.label),
    "FSM6",
    lambda person: person.has(StudentFact.Kind.FSM_EVER_6),
)
_PRIOR = Cohort("prior-pa", "PA last year", "PA last year", lambda person: person.has(PRIOR_PA))
_SEN = FILTERS["sen"]
# In the order of the table: pupil premium and FSM, SEN, the others, prior PA.
COHORTS_BY_SLUG: dict[str, Cohort] = {
    cohort.slug: cohort for cohort in (*COHORTS[:2], _EVER_6, *COHORTS[2:4], _SEN, *COHORTS[4:], _PRIOR)
}


def cohorts_seen(rows: Iterable[TrackerRow]) -> list[Cohort]:
    """Return the cohorts that hold somebody, as the viewer sees them: what may not be seen cannot be asked for."""
    held = tuple(rows)
    return [cohort for cohort in COHORTS_BY_SLUG.values() if any(map(cohort.holds, held))]


@dataclass(frozen=True)
class CohortLine:
    """One cohort beside everybody else of the page. Gaps are in points, None when either side has nothing to count.

    at_risk: persistently absent or on track to be. supported: those of them with support in place.
    """

    cohort: Cohort
    also: Cohort | None
    figures: GroupFigures
    gap: Decimal | None
    pa_gap: Decimal | None
    at_risk: int
    supported: int

    @property
    def name(self) -> str:
        """The cohort in words; both when two are combined."""
        return f"{self.cohort.name} and {self.also.name}" if self.also else self.cohort.name

    @property
    def is_small(self) -> bool:
        """Test for too few students for the figures to say much."""
        return self.figures.students < SMALL_COHORT

    @property
    def coverage(self) -> Decimal | None:
        """The share of those at risk with support in place, in per cent."""
        return percentage(self.supported, self.at_risk)

    @property
    def unauthorised_percent(self) -> Decimal | None:
        """Unauthorised sessions in per cent of possible ones."""
        return percentage(self.figures.ytd.unauthorised, self.figures.ytd.possible)


def cohort_line(rows: Sequence[TrackerRow], cohort: Cohort, also: Cohort | None = None) -> CohortLine:
    """Return one cohort's line; `also` narrows it to who is in both."""
    inside: list[TrackerRow] = []
    outside: list[TrackerRow] = []
    for row in rows:
        (inside if cohort.holds(row) and (also is None or also.holds(row)) else outside).append(row)
    mine = GroupFigures.of(cohort.name, [row.figures for row in inside])
    others = GroupFigures.of("", [row.figures for row in outside])
    at_risk = [row for row in inside if row.is_at_risk]
    return CohortLine(
        cohort=cohort,
        also=also,
        figures=mine,
        gap=points_between(mine.ytd, others.ytd),
        pa_gap=_negative(points_between(_free_of_pa(mine), _free_of_pa(others))),
        at_risk=len(at_risk),
        supported=sum(bool(row.support.live) for row in at_risk),
    )


def _free_of_pa(figures: GroupFigures) -> Counts:
    """Return students as if they were sessions: those who are not persistently absent of those with possible ones."""
    absent = figures.persistently_absent
    return Counts(present=figures.with_possible - absent, authorised=absent)


def _negative(points: Decimal | None) -> Decimal | None:
    return None if points is None else -points if points else points


def cohort_lines(rows: Sequence[TrackerRow]) -> tuple[CohortLine, ...]:
    """Return everybody, then each cohort against all who are not in it; a student may be in many."""
    return (cohort_line(rows, EVERYBODY), *(cohort_line(rows, cohort) for cohort in COHORTS_BY_SLUG.values()))
