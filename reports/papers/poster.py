"""The poster of a year for a wall: tutor groups beside one another, nothing about any one student, small groups out.

Source: domain.md 4.6: groups under five are suppressed, and as many others that no total gives them away.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from attendance.figures import Counts
from behaviour.suppression import TOTAL, Key, held_back
from reports.conduct.parts import praise_of
from reports.summaries.dashboard import Dashboard
from reports.summaries.week import Entry


@dataclass(frozen=True)
class PosterRow:
    """One tutor group, or the year. None where a number would be about too few.

    full, punctual: how many came to every session of the week, and how many were never late; points: achievement
    points of the week.
    """

    name: str
    week: Decimal | None
    year: Decimal | None
    full: int | None
    punctual: int | None
    points: int | None
    is_best: bool = False


@dataclass(frozen=True)
class Poster:
    """A year's tutor groups in one week. first: of the year to date."""

    name: str
    monday: date
    as_at: date
    first: date
    rows: tuple[PosterRow, ...]
    total: PosterRow

    @property
    def holds_back(self) -> bool:
        """Test for a number that is not shown."""
        return any(None in (row.week, row.full, row.punctual) for row in (*self.rows, self.total))


def poster_of(name: str, page: Dashboard) -> Poster:
    """Return the poster of the week that a year's page shows, in one query more."""
    moment, entries = page.moment, page.chosen
    groups = [row.name for row in page.groups]
    points: Counter[str] = Counter()
    placed = {entry.person.student_id: entry.person.tutor_group for entry in entries}
    for each in praise_of([entry.person for entry in entries], moment.monday, moment.as_at):
        points[placed[each.student_id]] += each.points
    full = _told(groups, _counted(entries, lambda week: week.missed == 0))
    punctual = _told(groups, _counted(entries, lambda week: week.lates == 0))
    members = _told(groups, Counter(entry.person.tutor_group for entry in entries))
    best = max(
        (row.figures.week.percent for row in page.groups if members[row.name] and row.figures.week.percent),
        default=None,
    )
    rows = tuple(
        PosterRow(
            row.name,
            row.figures.week.percent if members[row.name] else None,
            row.figures.ytd.percent if members[row.name] else None,
            full[row.name] if members[row.name] else None,
            punctual[row.name] if members[row.name] else None,
            points[row.name] if members[row.name] else None,
            is_best=bool(members[row.name]) and best is not None and row.figures.week.percent == best,
        )
        for row in page.groups
    )
    figures, whole = page.figures, members[TOTAL]
    total = PosterRow(
        name,
        figures.week.percent if whole else None,
        figures.ytd.percent if whole else None,
        full[TOTAL],
        punctual[TOTAL],
        sum(points.values()) if whole else None,
    )
    return Poster(name, moment.monday, moment.as_at, moment.first, rows, total)


def _counted(entries: Iterable[Entry], test: Callable[[Counts], bool]) -> Counter[str]:
    """Count, by group, whose week passes, of those with a possible session in it."""
    weeks = ((entry.person.tutor_group, entry.figures.week) for entry in entries)
    return Counter(group for group, week in weeks if week.possible and test(week))


def _told(groups: Sequence[str], counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the count of each group and of all, None where it is held back."""
    table: dict[Key, int] = {(group,): counts.get(group, 0) for group in groups}
    table[(TOTAL,)] = sum(counts.values())
    hidden = held_back(table, [groups])
    return {key[0]: None if key in hidden else n for key, n in table.items()}
