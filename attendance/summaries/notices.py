"""The penalty-notice watch: who is at the threshold or near it, what was decided, and how it goes on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from attendance.figures.notices import (
    NoticeWindow,
)
from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.notice_rows import WatchReading, WatchRow, candidates
from attendance.summaries.notice_weeks import weeks_looked_at
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import end_of_compulsory_age
from students.models import Enrolment
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of
from students.summaries import RollEntry, roll_of

SEEING = frozenset({Right.CHASE_REGISTERS, Right.SEE_YEAR_DASHBOARD})


def watched(user: User) -> EnrolmentQuerySet:
    """Return the spells of the students whose notices this person may watch: a tutor's own group alone is not one."""
    scope, visible = scope_of(user), Enrolment.objects.visible_to(user)
    if scope.rights_over(None) & SEEING:
        return visible
    return visible.filter(year_group__in=[year for year in scope.years if scope.rights_over(year) & SEEING])


SHOWN = {
    "": "All",
    "at": "At the threshold",
    "near": "Near it",
    "undecided": "Not decided",
    "review": "Review due",
}
_TESTS: dict[str, Callable[[WatchRow], bool]] = {
    "": lambda row: True,
    "at": lambda row: row.window.is_reached,
    "near": lambda row: row.is_near,
    "undecided": lambda row: row.is_undecided,
    "review": lambda row: row.is_due,
}


@dataclass(frozen=True)
class Watch:
    """The watch list of one person on one day: those at the threshold, near it, undecided, or due for review."""

    on: date
    as_at: date
    rows: tuple[WatchRow, ...]
    above_age: tuple[RollEntry, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]
    window: NoticeWindow | None

    @classmethod
    def load(cls, user: User, on: date, *, year: int | None = None, group: str = "") -> Self:
        """Read the list; year and group narrow it. Nine queries, however many students.

        Windows and members are of the day of the latest marks, as on the tracker; reviews, ages and notices of `on`.
        """
        calendar, as_at = calendar_as_at(on)
        roll = roll_of(watched(user), as_at)
        chosen = [member for member in roll if year in (None, member.year) and group in ("", member.tutor_group)]
        mondays = weeks_looked_at(calendar, as_at)
        found = candidates([member.student_id for member in chosen], mondays, on) if mondays else set()
        of_age = {m.student_id for m in chosen if end_of_compulsory_age(m.born_on) < on}
        rows = WatchReading.load(found - of_age, on, calendar, mondays).rows(chosen) if mondays else ()
        return cls(
            on=on,
            as_at=as_at,
            rows=tuple(sorted(rows, key=lambda row: row.order)),
            above_age=tuple(member for member in chosen if member.student_id in found & of_age),
            years=tuple(sorted({member.year for member in roll})),
            groups=tuple(dict.fromkeys(member.tutor_group for member in roll if year in (None, member.year))),
            window=NoticeWindow(mondays[-10:], ()) if mondays else None,
        )

    def shown(self, show: str) -> tuple[WatchRow, ...]:
        """Return the rows that a view of the list shows."""
        return tuple(row for row in self.rows if _TESTS[show](row))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each view shows."""
        return {show: len(self.shown(show)) for show in SHOWN}
