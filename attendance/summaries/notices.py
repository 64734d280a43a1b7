"""The penalty-notice watch: who is at the threshold or near it, what was decided, and how it goes on."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from attendance.figures.notices import (
    NEAR_SESSIONS,
    NOTICE_LIMIT,
    UNAUTHORISED_KEYS,
    Crossing,
    Missed,
    NoticeWindow,
    below_from,
    crossings_of,
    months_to_prosecute,
    notice_windows,
)
from attendance.models import AttendanceWeek, NoticeDecision, PenaltyNotice, PlannedMark, SessionMark
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start, end_of_compulsory_age, monday_of
from students.models import Enrolment, ParentCarerLink
from students.querysets import EnrolmentQuerySet
from students.scopes import scope_of
from students.summaries import RollEntry, SchoolCalendar, roll_of

SEEING = frozenset({Right.CHASE_REGISTERS, Right.SEE_YEAR_DASHBOARD})


def first_day_looked_at(on: date) -> date:
    """Return where looking back ends: 1 September of last academic year."""
    return academic_year_start(academic_year_of(on) - 1)


def weeks_looked_at(calendar: SchoolCalendar, on: date) -> tuple[date, ...]:
    """Return the school weeks looked at, up to the date's own."""
    mondays = calendar.mondays[: bisect_right(calendar.mondays, monday_of(on))]
    return mondays[bisect_left(mondays, monday_of(first_day_looked_at(on))) :]


def watched(user: User) -> EnrolmentQuerySet:
    """Return the spells of the students whose notices this person may watch: a tutor's own group alone is not one."""
    scope, visible = scope_of(user), Enrolment.objects.visible_to(user)
    if scope.rights_over(None) & SEEING:
        return visible
    return visible.filter(year_group__in=[year for year in scope.years if scope.rights_over(year) & SEEING])


@dataclass(frozen=True, slots=True)
class ParentCount:
    """A parent and how many notices count for this student in the three years up to the date."""

    name: str
    notices: int

    @property
    def is_at_limit(self) -> bool:
        """Test for two: no third notice may be issued."""
        return self.notices >= NOTICE_LIMIT


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
    def decision_days(self) -> int:
        """How many days ago the last decision was made."""
        return (self.on - timezone.localdate(self.decision.decided_at)).days if self.decision else 0

    @property
    def since(self) -> int:
        """How many sessions of the window came after the last decision."""
        if self.decision is None:
            return 0
        last = timezone.localdate(self.decision.decided_at)
        return sum(mark.date > last for mark in self.window.marks)

    @property
    def noticed(self) -> tuple[ParentCount, ...]:
        """The parents who have had a notice in the three years."""
        return tuple(parent for parent in self.parents if parent.notices)

    @property
    def order(self) -> tuple[bool, bool, int]:
        """Place in the list: undecided first, then reviews that are due, then by count."""
        return (not self.is_undecided, not self.is_due, -self.window.count)


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
    rows: tuple[WatchRow, ...]
    above_age: tuple[RollEntry, ...]
    years: tuple[int, ...]
    groups: tuple[str, ...]
    window: NoticeWindow | None

    @classmethod
    def load(cls, user: User, on: date, *, year: int | None = None, group: str = "") -> Self:
        """Read the list; year and group narrow it. Nine queries, however many students."""
        roll = roll_of(watched(user), on)
        calendar = SchoolCalendar.load()
        chosen = [member for member in roll if year in (None, member.year) and group in ("", member.tutor_group)]
        mondays = weeks_looked_at(calendar, on)
        found = _candidates([member.student_id for member in chosen], mondays, on) if mondays else set()
        of_age = {m.student_id for m in chosen if end_of_compulsory_age(m.born_on) < on}
        rows = _Reading.load(found - of_age, on, calendar, mondays).rows(chosen) if mondays else ()
        return cls(
            on=on,
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


def _candidates(students: Collection[int], mondays: Sequence[date], on: date) -> set[int]:
    """Return those with a window worth a look: near now, at the threshold in six months, or decided on before."""
    weeks = AttendanceWeek.objects.filter(
        student__in=students, unauthorised__gt=0, monday__range=(mondays[0], mondays[-1])
    )
    places = {monday: place for place, monday in enumerate(mondays)}
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(mondays))
    for student, monday, unauthorised in weeks.values_list("student_id", "monday", "unauthorised"):
        if monday in places:
            counts[student][places[monday]] += unauthorised
    since = bisect_right(mondays, months_to_prosecute(on))
    found = {
        student
        for student, weekly in counts.items()
        if any(sum(weekly[max(0, end - 9) : end + 1]) >= NEAR_SESSIONS for end in range(since, len(mondays)))
    }
    reviewed = NoticeDecision.objects.filter(student__in=students, review_on__lte=on).values_list("student", flat=True)
    return found.union(reviewed)


@dataclass(frozen=True)
class _Reading:
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
            parents=_parents(students, on),
        )

    def rows(self, members: Iterable[RollEntry]) -> tuple[WatchRow, ...]:
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


def counted_notices(on: date) -> Coalesce:
    """Return the annotation of parents' links that counts the notices to that parent for that student."""
    notices = (
        PenaltyNotice.objects.counting(on)
        .filter(student=OuterRef("student"), parent_carer=OuterRef("parent_carer"))
        .order_by()
        .values("student")
    )
    return Coalesce(Subquery(notices.values(number=Count("pk")), output_field=IntegerField()), 0)


# Whoever has parental responsibility or care of the child is a parent in law (Education Act 1996 s.576).
IS_LIABLE = Q(has_parental_responsibility=True) | Q(lives_with=True)


def _parents(students: Collection[int], on: date) -> dict[int, list[ParentCount]]:
    links = (
        ParentCarerLink.objects.filter(IS_LIABLE, student__in=students)
        .select_related("parent_carer")
        .annotate(notices=counted_notices(on))
        .order_by("student", "priority")
    )
    found: dict[int, list[ParentCount]] = defaultdict(list)
    for link in links:
        found[link.student_id].append(ParentCount(str(link.parent_carer), link.notices))
    return dict(found)
