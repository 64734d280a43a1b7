"""The rows of the penalty-notice watch: read for all candidates at once."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.utils import timezone

from attendance.figures.notices import (
    NEAR_SESSIONS,
    UNAUTHORISED_KEYS,
    Crossing,
    Missed,
    NoticeWindow,
    below_from,
    crossings_of,
    months_to_prosecute,
    notice_windows,
)
from attendance.models import AttendanceWeek, NoticeDecision, PlannedMark, SessionMark
from attendance.summaries.notice_parents import ParentCount, parents_of
from students.summaries import RollEntry, SchoolCalendar


@dataclass(frozen=True)
class WatchRow:
    """One student of the watch list on one day."""

    member: RollEntry
    window: NoticeWindow
    standing: Crossing | None
    earlier: tuple[Crossing, ...]
    below_from: date | None
    decision: NoticeDecision | None
    is_decided: bool
    has_refused_leave: bool
    parents: tuple[ParentCount, ...]
    on: date

    @property
    def is_near(self) -> bool:
        """Test for 7 to 9 sessions."""
        return self.window.count >= NEAR_SESSIONS and not self.window.is_reached

    @property
    def is_undecided(self) -> bool:
        """Test for a threshold reached, now or in the last six months, on which nobody has decided."""
        return bool(self.earlier) or (self.standing is not None and not self.is_decided)

    @property
    def is_due(self) -> bool:
        """Test for a decision whose day of review has come."""
        review = self.decision.review_on if self.decision else None
        return review is not None and review <= self.on

    @property
    def decided_on(self) -> date | None:
        """The day of the last decision."""
        return timezone.localdate(self.decision.decided_at) if self.decision else None

    @property
    def decision_days(self) -> int:
        """How many days ago the last decision was made."""
        return (self.on - self.decided_on).days if self.decided_on else 0

    @property
    def since(self) -> int:
        """How many sessions of the window came after the last decision."""
        last = self.decided_on
        return sum(mark.date > last for mark in self.window.marks) if last else 0

    @property
    def noticed(self) -> tuple[ParentCount, ...]:
        """The parents who have had a notice in the three years."""
        return tuple(parent for parent in self.parents if parent.notices)

    @property
    def order(self) -> tuple[bool, bool, int]:
        """Place in the list: undecided first, then reviews that are due, then by count."""
        return (not self.is_undecided, not self.is_due, -self.window.count)


def candidates(students: Collection[int], mondays: Sequence[date], on: date) -> set[int]:
    """Return those with a window worth a look: near now, at the threshold in six months, or decided on before."""
    weeks = AttendanceWeek.objects.filter(
        student__in=students, unauthorised__gt=0, monday__range=(mondays[0], mondays[-1])
    )
    places = {monday: place for place, monday in enumerate(mondays)}
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(mondays))
    for student, monday, unauthorised in weeks.values_list("student_id", "monday", "unauthorised"):
        if monday in places:
            counts[student][places[monday]] += unauthorised
    found = {student for student, weekly in counts.items() if is_worth_a_look(weekly, mondays, on)}
    reviewed = NoticeDecision.objects.filter(student__in=students, review_on__lte=on).values_list("student", flat=True)
    return found.union(reviewed)


def is_worth_a_look(weekly: Sequence[int], mondays: Sequence[date], on: date) -> bool:
    """Test for a window near the threshold that ends in the last six months. weekly: sessions in each of the weeks."""
    since = bisect_right(mondays, months_to_prosecute(on))
    return any(sum(weekly[max(0, end - 9) : end + 1]) >= NEAR_SESSIONS for end in range(since, len(mondays)))


@dataclass(frozen=True)
class WatchReading:
    """What is read of the candidates, a query for each part."""

    on: date
    calendar: SchoolCalendar
    mondays: tuple[date, ...]
    marks: Mapping[int, Sequence[Missed]]
    decisions: Mapping[int, Sequence[NoticeDecision]]
    refused: Mapping[int, Sequence[PlannedMark]]
    parents: Mapping[int, Sequence[ParentCount]]

    @classmethod
    def load(cls, students: Collection[int], on: date, calendar: SchoolCalendar, mondays: tuple[date, ...]) -> Self:
        """Read what the rows of the students need."""
        return cls(
            on=on,
            calendar=calendar,
            mondays=mondays,
            marks=_unauthorised(students, mondays[0], on),
            decisions=_by_student(
                NoticeDecision.objects.filter(student__in=students)
                .select_related("decided_by")
                .order_by("-decided_at", "-pk")
            ),
            refused=_by_student(refused_leave(students, mondays[0], on)),
            parents=parents_of(students, on),
        )

    def rows(self, members: Iterable[RollEntry]) -> tuple[WatchRow, ...]:
        """Return the rows of those members that belong in the list."""
        made = (self._row(member) for member in members if member.student_id in self._held)
        return tuple(row for row in made if row.window.is_reached or row.is_near or row.is_undecided or row.is_due)

    @cached_property
    def _held(self) -> set[int]:
        return set(self.marks) | set(self.decisions)

    def _row(self, member: RollEntry) -> WatchRow:
        windows = notice_windows(self.marks.get(member.student_id, ()), self.mondays)
        crossings, now = crossings_of(windows), windows[-1]
        decisions = self.decisions.get(member.student_id, ())
        standing = crossings[0] if now.is_reached else None
        return WatchRow(
            member=member,
            window=now,
            standing=standing,
            earlier=tuple(
                crossing
                for crossing in crossings
                if crossing is not standing
                and crossing.newest.marks[-1].date >= months_to_prosecute(self.on)
                and not is_decided(crossing, decisions)
            ),
            below_from=_first_day(self.calendar, below_from(now, self.calendar.mondays)) if now.is_reached else None,
            decision=decisions[0] if decisions else None,
            is_decided=standing is not None and is_decided(standing, decisions),
            has_refused_leave=any(
                leave.starts_on <= now.last and leave.ends_on >= now.first
                for leave in self.refused.get(member.student_id, ())
            ),
            parents=tuple(self.parents.get(member.student_id, ())),
            on=self.on,
        )


def is_decided(crossing: Crossing, decisions: Iterable[NoticeDecision]) -> bool:
    """Test whether somebody decided on one of the crossing's windows."""
    return any(crossing.holds(decision.window_last) for decision in decisions)


def is_standing_decided(missed: Iterable[date], ends: Iterable[date], mondays: Sequence[date]) -> bool:
    """Test for a threshold that is reached in the last of the weeks, and that somebody decided on.

    missed: the days of the unauthorised sessions, each as often as it has any; ends: of the windows decided on.
    """
    windows = notice_windows((Missed(day, "", 0) for day in missed), mondays)
    return bool(mondays) and windows[-1].is_reached and any(map(crossings_of(windows)[0].holds, ends))


def _first_day(calendar: SchoolCalendar, monday: date | None) -> date | None:
    """Return the first school day of the week, on which the count is lower."""
    if monday is None:
        return None
    return next((day for day in calendar.days if day >= monday), None)


def _unauthorised(students: Collection[int], first: date, last: date) -> dict[int, list[Missed]]:
    rows = SessionMark.objects.filter(student__in=students, code__in=UNAUTHORISED_KEYS).between(first, last)
    found: dict[int, list[Missed]] = defaultdict(list)
    for student, day, session, key in rows.order_by().values_list("student_id", "date", "session", "code_id"):
        found[student].append(Missed(day, session, key))
    return dict(found)


def refused_leave(students: Collection[int], first: date, last: date) -> Any:
    """Return the leave of the students that was asked for and refused, and falls in the span."""
    return PlannedMark.objects.filter(
        student__in=students, kind="leave", status="refused", starts_on__lte=last, ends_on__gte=first
    ).order_by("starts_on")


def _by_student(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.student_id].append(row)
    return dict(found)
