"""One student's penalty-notice case: the windows, the sessions, the parents, what was decided and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self

from django.db import connection
from django.utils import timezone

from attendance.codes import CODES_BY_KEY
from attendance.figures.notices import (
    FRAMEWORK_BEGINS,
    NOTICE_LIMIT,
    UNAUTHORISED_KEYS,
    Crossing,
    Missed,
    NoticeWindow,
    below_from,
    counting_since,
    crossings_of,
    notice_windows,
)
from attendance.models import NoticeDecision, PenaltyNotice, PlannedMark, SessionMark
from attendance.summaries.notices import IS_LIABLE, counted_notices, is_decided, refused_leave, weeks_looked_at
from attendance.summaries.shown import MarkShown, mark_shown
from students.calendar import end_of_compulsory_age, monday_of
from students.models import ParentCarerLink
from students.summaries import SchoolCalendar

FIRST_AMOUNT = "£160, or £80 if it is paid within 21 days"
SECOND_AMOUNT = "£160 flat within 28 days, no reduction: the second to this parent for this child in three years"
AMOUNT_SOURCE = "National Framework for Penalty Notices, DfE, offences from 19 Aug 2024"
NO_THIRD = (
    "No third notice in three years: the local authority looks at other measures, "
    "such as prosecution or an education supervision order."
)
SESSIONS = ("AM", "PM")

Marks = Mapping[tuple[date, str], int]


@dataclass(frozen=True)
class Changed:
    """One session of a decision whose mark is now another, both as the person may see them; now: None for no mark."""

    date: date
    session: str
    then: str
    now: MarkShown | None


@dataclass(frozen=True)
class DecisionShown:
    """A decision, the marks of it that changed since, and what came after it."""

    decision: NoticeDecision
    changed: tuple[Changed, ...]
    since: tuple[Missed, ...]
    since_to: date
    possible_since: int

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What was asked before a notice, with the answer given."""
        checks = self.decision.checks
        return [(words, ANSWERS[checks[name]]) for name, words in CHECKS.items() if checks.get(name) in ANSWERS]

    @property
    def runs_to(self) -> date | None:
        """The last day of a notice to improve; None for any other decision."""
        is_notice = self.decision.decision == NoticeDecision.Decision.NOTICE_TO_IMPROVE
        return self.decision.review_on if is_notice else None


# What a school asks itself before a notice. Source: National Framework for Penalty Notices; domain.md 3.1.
CHECKS = {
    "appropriate": "Is support appropriate in this case?",
    "offered": "Was support offered?",
    "engaged": "Did the family engage with it?",
    "best_tool": "Is a notice the best tool to improve attendance?",
    "equality": "Were the duties of the Equality Act considered (SEN, disability)?",
}
ANSWERS = {"yes": "Yes", "no": "No", "not_known": "Not known"}


class Change(NamedTuple):
    """What a notice's status was until somebody changed it, and why."""

    status: str
    until: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class NoticeShown:
    """A notice as issued, with the history of its status. number: which one in its three years, from 1."""

    notice: PenaltyNotice
    number: int
    history: tuple[Change, ...]

    @property
    def counts(self) -> bool:
        """Test whether it counts towards the limit at all."""
        is_of_framework = self.notice.issued_on >= FRAMEWORK_BEGINS
        return is_of_framework and self.notice.status != PenaltyNotice.Status.WITHDRAWN

    @property
    def amount(self) -> str:
        """What was to be paid."""
        if self.notice.issued_on < FRAMEWORK_BEGINS:
            return "before the National Framework: does not count towards the limit"
        return SECOND_AMOUNT if self.number >= NOTICE_LIMIT else FIRST_AMOUNT


@dataclass(frozen=True)
class Parent:
    """A parent in law of the student and the notices that count against the limit today."""

    link: ParentCarerLink
    notices: int

    @property
    def is_at_limit(self) -> bool:
        """Test for two in three years."""
        return self.notices >= NOTICE_LIMIT

    @property
    def next_amount(self) -> str:
        """What a notice issued today would cost, or why none can be."""
        if self.is_at_limit:
            return NO_THIRD
        return SECOND_AMOUNT if self.notices else FIRST_AMOUNT


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
        """Read the case; ends: the day in whose week the window to show ends, None when there is none such."""
        calendar = SchoolCalendar.load()
        mondays = weeks_looked_at(calendar, on)
        marks = marks_of(student_id, mondays[0], on) if mondays else {}
        windows = notice_windows(unauthorised_in(marks), mondays)
        crossings = crossings_of(windows)
        window = _ending(windows, ends or (mondays[-1] if mondays else on))
        if ends and window is None:
            return None
        links = _links(student_id, on)
        return cls(
            on=on,
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
            notices=_notices(student_id),
            refused=tuple(refused_leave([student_id], mondays[0], on)) if mondays else (),
        )

    @property
    def is_current(self) -> bool:
        """Test whether the window shown is today's."""
        return self.window is not None and self.window.mondays[-1] == self.mondays[-1]

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
    def age_ends(self) -> date:
        """The last day of compulsory school age."""
        return end_of_compulsory_age(self.born_on)

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

    def _changed(self, decision: NoticeDecision) -> list[Changed]:
        """Return the frozen sessions whose marks are others now, as far back as marks are looked at."""
        found = []
        for row in decision.sessions:
            day, session = date.fromisoformat(row["date"]), row["session"]
            key = self.marks.get((day, session))
            is_held = bool(self.mondays) and day >= self.mondays[0]
            if is_held and (key is None or CODES_BY_KEY[key].letters != row["code"]):
                found.append(Changed(day, session, row["code"], None if key is None else self._shown(key)))
        return found


_POSSIBLE = frozenset({"present", "approved_activity", "authorised", "unauthorised"})


def _ending(windows: Sequence[NoticeWindow], day: date) -> NoticeWindow | None:
    """Return the window that ends with the day's week."""
    return next((window for window in windows if window.mondays[-1] == monday_of(day)), None)


def marks_of(student_id: int, first: date, last: date) -> dict[tuple[date, str], int]:
    """Return the student's marks of the span: the key of the code by day and session, in order."""
    rows = SessionMark.objects.filter(student=student_id).between(first, last).order_by("date", "session")
    return {(day, session): key for day, session, key in rows.values_list("date", "session", "code_id")}


def unauthorised_in(marks: Marks) -> list[Missed]:
    """Return the unauthorised ones among the marks."""
    return [Missed(*place, key) for place, key in marks.items() if key in UNAUTHORISED_KEYS]


def _links(student_id: int, on: date) -> Any:
    return (
        ParentCarerLink.objects.filter(student=student_id)
        .select_related("parent_carer")
        .annotate(notices=counted_notices(on), is_liable=IS_LIABLE)
        .order_by("priority")
    )


_HISTORY = """
    SELECT e.pgh_obj_id, e.status, e.pgh_created_at, trim(coalesce(u.title, '') || ' ' || coalesce(u.surname, '')),
           coalesce(c.metadata ->> 'reason', '')
      FROM attendance_penaltynoticeevent e
      LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
      LEFT JOIN core_user u ON u.id = (c.metadata ->> 'user')::bigint
     WHERE e.pgh_obj_id = ANY(%s)
     ORDER BY e.pgh_id DESC
"""


def _notices(student_id: int) -> tuple[NoticeShown, ...]:
    held: Sequence[PenaltyNotice] = list(
        PenaltyNotice.objects.filter(student=student_id)
        .select_related("parent_carer", "recorded_by")
        .order_by("-issued_on", "-pk")
    )
    history: dict[int, list[Change]] = {notice.pk: [] for notice in held}
    for key, *change in _changes(list(history)) if history else ():
        history[key].append(Change(*change))
    return tuple(NoticeShown(notice, _number(notice, held), tuple(history[notice.pk])) for notice in held)


def _changes(notices: list[int]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, [notices])
        return [(key, PenaltyNotice.Status(status).label, *rest) for key, status, *rest in cursor.fetchall()]


def _number(notice: PenaltyNotice, held: Sequence[PenaltyNotice]) -> int:
    """Return which notice to the parent it is in the three years before its issue."""
    first = counting_since(notice.issued_on)
    return 1 + sum(
        other.parent_carer_id == notice.parent_carer_id
        and first <= other.issued_on < notice.issued_on
        and other.status != PenaltyNotice.Status.WITHDRAWN
        for other in held
    )
