"""The poster of a year for a wall: tutor groups beside one another, nothing about any one student, small groups out.

Source: domain.md 4.6: groups under five are suppressed, and as many others that no total gives them away. On a wall
the class reads of itself: one to four who were not counted are named by a count as much as one to four who were.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
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
    present = [entry for entry in entries if entry.figures.week.possible]
    full = _counted(groups, present, lambda week: week.missed == 0)
    punctual = _counted(groups, present, lambda week: week.lates == 0)
    sizes = _table(groups, entries)
    hidden = held_back(sizes, [groups])
    members = {key[0]: None if key in hidden else n for key, n in sizes.items()}
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


def _counted(groups: Sequence[str], entries: Sequence[Entry], test: Callable[[Counts], bool]) -> dict[str, int | None]:
    """Count, by group and in all, whose week passes; None where it is held back.

    A class knows its size: who is not counted is as well known as who is, so the count and what it leaves are held
    back together, and neither follows from the totals of either.
    """
    passed = _table(groups, [entry for entry in entries if test(entry.figures.week)])
    left = _table(groups, [entry for entry in entries if not test(entry.figures.week)])
    hidden, before = frozenset[Key](), None
    while hidden != before:
        before = hidden
        hidden = held_back(left, [groups], also=held_back(passed, [groups], also=hidden))
    return {key[0]: None if key in hidden else n for key, n in passed.items()}


def _table(groups: Sequence[str], entries: Iterable[Entry]) -> dict[Key, int]:
    """Return how many there are of each group, and in all."""
    counts = Counter(entry.person.tutor_group for entry in entries)
    return {**{(group,): counts[group] for group in groups}, (TOTAL,): counts.total()}
