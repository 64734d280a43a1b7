"""Cohorts, overlapping as they are: attendance, the gap to everybody else, and how many at risk have help."""

from collections.abc import Iterable

from reports.summaries.cohorts import COHORTS, FILTERS, Cohort
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
# In the order of the table: what is measured by law first, then prior PA.
COHORTS_BY_SLUG: dict[str, Cohort] = {
    cohort.slug: cohort for cohort in (*COHORTS[:2], _EVER_6, *COHORTS[2:4], _SEN, *COHORTS[4:], _PRIOR)
}


def cohorts_seen(rows: Iterable[TrackerRow]) -> list[Cohort]:
    """Return the cohorts that hold somebody, as the viewer sees them: what may not be seen cannot be asked for."""
    held = tuple(rows)
    return [cohort for cohort in COHORTS_BY_SLUG.values() if any(map(cohort.holds, held))]
