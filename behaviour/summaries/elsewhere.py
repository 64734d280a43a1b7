"""What earlier schools suspended students for, as sums and as a page shows it."""

from collections import Counter
from collections.abc import Iterable, Mapping

from behaviour.models import SuspensionElsewhere
from behaviour.naming import Mask
from behaviour.summaries.spans import in_days
from pastoral.core.changes import Change, Kind, Told, changes_of, events_of
from students.calendar import academic_year_name

OF_ELSEWHERE = Kind(
    "SuspensionElsewhere",
    "pgh_obj_id",
    (
        Told("school", "School"),
        Told("academic_year", "School year", academic_year_name),
        Told("sessions", "Sessions"),
        Told("source", "How we know"),
        Told("told_on", "Told on"),
        Told("withdrawn_because", "Withdrawn"),
    ),
    app="behaviour",
)


def elsewhere_of(students: Iterable[int]) -> dict[int, Mapping[int, int]]:
    """Return the sessions of each student at earlier schools by academic year, without those withdrawn; one query."""
    found: dict[int, Counter[int]] = {}
    rows = SuspensionElsewhere.objects.standing(student__in=set(students)).order_by()
    for student, year, sessions in rows.values_list("student", "academic_year", "sessions"):
        found.setdefault(student, Counter())[year] += sessions
    return {**found}


def totals_by_year(student: int) -> list[tuple[str, int, str]]:
    """Return each school year with its sessions at earlier schools, as such and in days; the last year first."""
    held = elsewhere_of([student]).get(student, {})
    return [(academic_year_name(year), held[year], in_days(held[year])) for year in sorted(held, reverse=True)]


def changes_in(held: SuspensionElsewhere) -> tuple[Change, ...]:
    """Return who changed what in it, latest first."""
    return changes_of([OF_ELSEWHERE], events_of([OF_ELSEWHERE], held.pk), [held], Mask([]))
