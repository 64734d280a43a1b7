"""One student's penalty-notice case: the windows, the sessions, the parents, what was decided and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Self

from django.utils import timezone

from attendance.codes import CODES_BY_KEY
from attendance.figures.notices import (
    UNAUTHORISED_KEYS,
    Crossing,
    Missed,
    NoticeWindow,
    below_from,
    crossings_of,
    notice_windows,
)
from attendance.models import NoticeDecision, PenaltyNotice, PlannedMark
from attendance.summaries.as_at import calendar_as_at
from attendance.summaries.frozen_marks import FrozenMark, MarkSince
from attendance.summaries.notice_decided import DecisionShown
from attendance.summaries.notice_issued import NoticeShown, issued_to
from attendance.summaries.notice_parents import Parent, links_of
from attendance.summaries.notice_rows import is_decided, refused_leave
from attendance.summaries.notice_weeks import Marks, marks_of, unauthorised_in, weeks_looked_at
from attendance.summaries.shown import MarkShown, mark_shown
from attendance.summaries.times import SESSIONS
from students.calendar import end_of_compulsory_age, monday_of
from students.models import ParentCarerLink
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class GridDay:
    """Both sessions of one day of the grid; is_school: school met."""

    day: date
    is_school: bool
    sessions: tuple[MarkShown | None, ...]


@dataclass(frozen=True)
class GridWeek:
    """One school week of the grid, with its unauthorised sessions."""

    monday: date
    days: tuple[GridDay, ...]
    unauthorised: int


@dataclass(frozen=True)
class CasePage:
    """Everything of one student's case, as one person sees it."""

    on: date
    as_at: date
    calendar: SchoolCalendar
    mondays: tuple[date, ...]
    marks: Marks
    sees_sensitive: bool
    born_on: date
    window: NoticeWindow | None
    crossings: tuple[Crossing, ...]
    held: tuple[NoticeDecision, ...]
    parents: tuple[Parent, ...]
    others: tuple[ParentCarerLink, ...]
    notices: tuple[NoticeShown, ...]
    refused: tuple[PlannedMark, ...]

    @classmethod
    def load(
        cls, student_id: int, *, on: date, born_on: date, sees_sensitive: bool, ends: date | None = None
    ) -> Self | None:
        """Read the case; ends: the day in whose week the window to show ends, None when there is none such.

        Windows run to the day of the latest marks, as on every other page; ages and reviews are of `on`.
        """
        calendar, as_at = calendar_as_at(on)
        mondays = weeks_looked_at(calendar, as_at)
        marks = marks_of(student_id, mondays[0], on) if mondays else {}
        windows = notice_windows(unauthorised_in(marks), mondays)
        crossings = crossings_of(windows)
        window = _ending(windows, ends or (mondays[-1] if mondays else on))
        if ends and window is None:
            return None
        links = links_of(student_id, on)
        return cls(
            on=on,
            as_at=as_at,
            calendar=calendar,
            mondays=mondays,
            marks=marks,
            sees_sensitive=sees_sensitive,
            born_on=born_on,
            window=window,
            crossings=crossings,
            held=tuple(
                NoticeDecision.objects.filter(student=student_id)
                .select_related("decided_by")
                .order_by("-decided_at", "-pk")
            ),
            parents=tuple(Parent(link, link.notices) for link in links if link.is_liable),
            others=tuple(link for link in links if not link.is_liable),
            notices=issued_to(student_id),
            refused=tuple(refused_leave([student_id], mondays[0], on)) if mondays else (),
        )

    @property
    def next_week(self) -> date | None:
        """The first school day of the next school week, on which to look again; None past the calendar's end."""
        return self.calendar.next_school_day(monday_of(self.on) + timedelta(days=6))

    @property
    def is_current(self) -> bool:
        """Test whether the window shown is today's."""
        return self.window is not None and self.window.mondays[-1] == self.mondays[-1]

    @property
    def window_to(self) -> date | None:
        """The last day of the window shown: the day of the latest marks while its last week runs."""
        return self.as_at if self.is_current else self.window.last if self.window else None

    @property
    def standing(self) -> Crossing | None:
        """The crossing that the window shown belongs to."""
        if self.window is None or not self.window.is_reached:
            return None
        return next(crossing for crossing in self.crossings if crossing.holds(self.window.mondays[-1]))

    @property
    def is_above_age(self) -> bool:
        """Test for a student past compulsory school age: no notice can be issued."""
        return end_of_compulsory_age(self.born_on) < self.on

    @property
    def below_from(self) -> date | None:
        """The school day from which the count is under the threshold with no further absence."""
        if self.window is None or not (self.is_current and self.window.is_reached):
            return None
        monday = below_from(self.window, self.calendar.mondays)
        return next((day for day in self.calendar.days if monday and day >= monday), None)

    @property
    def refused_in_window(self) -> tuple[PlannedMark, ...]:
        """Leave that was asked for and refused, and falls in the window."""
        window = self.window
        if window is None:
            return ()
        return tuple(p for p in self.refused if p.starts_on <= window.last and p.ends_on >= window.first)

    @property
    def used_before(self) -> int:
        """How many sessions of the window stood in an earlier referral already."""
        referred = {
            (row["date"], row["session"])
            for decision in self.held
            if decision.decision == NoticeDecision.Decision.REFERRED
            for row in decision.sessions
        }
        marks = self.window.marks if self.window else ()
        return sum((mark.date.isoformat(), mark.session) in referred for mark in marks)

    @property
    def latest(self) -> int:
        """The key of the last decision, which a form states it has seen; 0 for none."""
        return self.held[0].pk if self.held else 0

    @property
    def can_decide(self) -> bool:
        """Test whether there is a threshold to decide on."""
        return self.standing is not None and not self.is_above_age

    @property
    def is_decided(self) -> bool:
        """Test whether somebody decided on this occasion, and the day to look at it again has not come."""
        review = self.held[0].review_on if self.held else None
        is_due = review is not None and review <= self.on
        return self.standing is not None and is_decided(self.standing, self.held) and not is_due

    @property
    def occasions(self) -> list[tuple[Crossing, bool]]:
        """Every crossing with whether it was decided, newest first."""
        return [(crossing, is_decided(crossing, self.held)) for crossing in self.crossings]

    @cached_property
    def sessions(self) -> list[tuple[Missed, MarkShown]]:
        """The unauthorised sessions of the window, newest first, as they may be seen."""
        marks = self.window.marks if self.window else ()
        return [(mark, self._shown(mark.key)) for mark in reversed(marks)]

    @cached_property
    def grid(self) -> list[GridWeek]:
        """The window's weeks with both sessions of every day."""
        return [self._week(monday) for monday in (self.window.mondays if self.window else ())]

    @cached_property
    def decisions(self) -> list[DecisionShown]:
        """What was decided, newest first."""
        return [self._decision(decision) for decision in self.held]

    def referral_before(self, notice: PenaltyNotice) -> DecisionShown | None:
        """Return the referral that a notice rests on: the latest one before it was issued."""
        referred = (each for each in self.decisions if each.decision.decision == NoticeDecision.Decision.REFERRED)
        return next((each for each in referred if each.decided_on <= notice.issued_on), None)

    @property
    def all_at_limit(self) -> bool:
        """Test for no parent left to whom a notice could be issued."""
        return bool(self.parents) and all(parent.is_at_limit for parent in self.parents)

    def _shown(self, key: int) -> MarkShown:
        return mark_shown(key, sees_sensitive=self.sees_sensitive)

    def _week(self, monday: date) -> GridWeek:
        days = tuple(self._day(monday + timedelta(days=n)) for n in range(5))
        keys = [self.marks.get((day.day, session)) for day in days for session in SESSIONS]
        return GridWeek(monday, days, sum(key in UNAUTHORISED_KEYS for key in keys))

    def _day(self, day: date) -> GridDay:
        keys = [self.marks.get((day, session)) for session in SESSIONS]
        shown = tuple(None if key is None else self._shown(key) for key in keys)
        return GridDay(day, self.calendar.is_school_day(day), shown)

    def _decision(self, decision: NoticeDecision) -> DecisionShown:
        decided = timezone.localdate(decision.decided_at)
        last = min(self.on, decision.review_on or self.on)
        after = [(place, key) for place, key in self.marks.items() if decided < place[0] <= last]
        return DecisionShown(
            decision=decision,
            changed=tuple(self._changed(decision)),
            since=tuple(Missed(*place, key) for place, key in after if key in UNAUTHORISED_KEYS),
            since_to=last,
            possible_since=sum(CODES_BY_KEY[key].code_class in _POSSIBLE for _, key in after),
        )

    def _changed(self, decision: NoticeDecision) -> list[MarkSince]:
        """Return the frozen sessions whose marks are others now, as far back as marks are looked at."""
        frozen = [FrozenMark(date.fromisoformat(row["date"]), row["session"], row["code"]) for row in decision.sessions]
        looked_at = [mark for mark in frozen if self.mondays and mark.day >= self.mondays[0]]
        keys = [self.marks.get((mark.day, mark.session)) for mark in looked_at]
        since = [
            mark.since(None if key is None else (key, None), sees_sensitive=self.sees_sensitive)
            for mark, key in zip(looked_at, keys, strict=True)
        ]
        return [each for each in since if each.is_changed]


_POSSIBLE = frozenset({"present", "approved_activity", "authorised", "unauthorised"})


def _ending(windows: Sequence[NoticeWindow], day: date) -> NoticeWindow | None:
    """Return the window that ends with the day's week."""
    return next((window for window in windows if window.mondays[-1] == monday_of(day)), None)
