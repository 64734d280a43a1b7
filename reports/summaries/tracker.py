"""The PA tracker: one row for each student who is, may become or was persistently absent, filled by itself."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

from attendance.figures import PENALTY_NOTICE_WEEKS, Counts, StudentWeek, points_between
from attendance.figures.notices import NEAR_SESSIONS
from attendance.summaries.notice_rows import is_standing_decided
from attendance.summaries.notice_weeks import weeks_looked_at
from attendance.summaries.notices import SEEING
from pastoral.core.rights import Right
from reports.summaries.forecast import (
    Ahead,
    PACrossing,
    best_possible,
    crossing_of,
    ends_persistently_absent,
    recovers_on,
)
from reports.summaries.half_terms import previous_half_term
from reports.summaries.main_reasons import ReasonShare, main_reasons
from reports.summaries.pa_states import State, state_of
from reports.summaries.pasts import NO_PAST, Past, past_of, weeks_of_year
from reports.summaries.people import Person
from reports.summaries.sight import Sight
from reports.summaries.support import NO_SUPPORT, Step, Support, support_of
from reports.summaries.week import Moment, SchoolWeek
from students.calendar import academic_year_of, friday_of, monday_of
from students.querysets import EnrolmentQuerySet
from students.scopes import Scope
from students.summaries import Flag, flags_shown_with, has_flag

CHANGE_WEEKS = 4
# Whoever holds one of these over a student can do something about a row.
ACTING = SEEING | {Right.PLAN_MARKS, Right.LOG_CONTACTS, Right.KEEP_INTERVENTIONS, Right.KEEP_PA_CASES}


class TrackerRow(NamedTuple):
    """One student on the tracker.

    began: the interventions shown, each at the place of its week in spark. rights: the viewer's over the student;
    flags and reasons are those they show. is_decided: at the penalty-notice threshold, and somebody decided about that.
    """

    person: Person
    figures: StudentWeek
    past: Past
    state: State
    spark: tuple[Decimal | None, ...]
    began: tuple[tuple[int, Step], ...]
    change: Decimal | None
    reasons: tuple[ReasonShare, ...]
    recovers_on: date | None
    best_possible: Decimal | None
    crossing: PACrossing | None
    crosses_soon: bool
    support: Support
    rights: frozenset[Right]
    is_decided: bool

    @property
    def may_plan(self) -> bool:
        """Test for a viewer who may plan an absence of this student."""
        return Right.PLAN_MARKS in self.rights

    @property
    def may_open_case(self) -> bool:
        """Test for a penalty-notice case, near the threshold or past it, that the viewer may read."""
        return self.figures.penalty_notice_sessions >= NEAR_SESSIONS and bool(self.rights & SEEING)

    @property
    def is_to_decide(self) -> bool:
        """Test for a student at the threshold about whom the viewer may decide and nobody has, as the watch counts."""
        is_free = self.figures.at_penalty_notice_threshold and not self.is_decided
        return is_free and Right.DECIDE_NOTICES in self.rights

    @property
    def was_pa_to(self) -> date | None:
        """The Friday of the last week at whose end the student was PA and no longer is; None when never this year."""
        return friday_of(self.past.last_pa_week) if self.past.last_pa_week else None

    @property
    def is_pa(self) -> bool:
        """Test for persistent absence, the severe included."""
        return self.figures.ytd.is_persistently_absent

    @property
    def is_at_risk(self) -> bool:
        """Test for persistent absence, or the way there."""
        return self.is_pa or self.state == State.ON_TRACK

    @property
    def was_pa_last_year(self) -> bool:
        """Test for persistent absence over the whole of last year."""
        return self.past.last_year.is_persistently_absent

    @property
    def ends_pa(self) -> bool:
        """Test for persistent absence at the end of the year at the recent rate."""
        return ends_persistently_absent(self.figures)

    @property
    def sex(self) -> str:
        """The student's sex, as cohorts ask."""
        return self.person.sex

    def has(self, kind: str, value: str = "") -> bool:
        """Test for a flag that the viewer may see; `prior_pa` is persistent absence last year."""
        return self.was_pa_last_year if kind == PRIOR_PA else has_flag(self.person.flags, kind, value)


PRIOR_PA = "prior_pa"


@dataclass(frozen=True)
class Tracker:
    """The rows of everybody asked about, and the windows that their figures cover."""

    moment: Moment
    rows: tuple[TrackerRow, ...]
    students: int
    early_under: int

    @cached_property
    def counts(self) -> dict[State, int]:
        """How many rows there are in each state."""
        held = Counter(row.state for row in self.rows)
        return {state: held[state] for state in State}

    @cached_property
    def notice_window(self) -> tuple[date, date]:
        """The span of the penalty-notice count: the last 10 school weeks."""
        weeks = self.moment.calendar.school_weeks(self.moment.as_at, PENALTY_NOTICE_WEEKS)
        return (weeks[0] if weeks else self.moment.as_at), self.moment.as_at

    @cached_property
    def ahead(self) -> Ahead:
        """The school days to come."""
        return Ahead(self.moment.calendar, self.moment.as_at)

    @classmethod
    def load(
        cls,
        enrolments: EnrolmentQuerySet,
        moment: Moment,
        *,
        scope: Scope,
        everybody: bool = False,
    ) -> Self:
        """Read the tracker of the members among the enrolments in eight queries, however many there are.

        scope: whose eyes: sensitive codes, family circumstances and decisions show only over students that the
        person's rights reach. everybody: also those on roll who are not at risk.
        """
        entries = SchoolWeek.load(enrolments, moment, with_marks=False).entries
        early = entries[0].figures.bands.early_under if entries else 0
        at_risk = [entry.person.student_id for entry in entries if _is_at_risk(entry.figures)]
        every = [entry.person.student_id for entry in entries]
        pasts = past_of(every, moment, among=every if everybody else at_risk, early_under=early)
        shown = [entry for entry in entries if everybody or entry.person.student_id in pasts]
        students = [entry.person.student_id for entry in shown]
        since = previous_half_term(moment.calendar, moment.as_at)[0]
        support = support_of(students, since, moment.today) if students else {}
        making = _Making(moment, scope)
        rows = (
            making.row(
                entry.person,
                entry.figures,
                pasts.get(entry.person.student_id, NO_PAST),
                support.get(entry.person.student_id, NO_SUPPORT),
            )
            for entry in shown
        )
        return cls(moment, tuple(rows), len(entries), early)


def _is_at_risk(figures: StudentWeek) -> bool:
    return figures.ytd.is_persistently_absent or figures.is_on_track_to_be_pa


class _Making:
    """Makes rows of one moment for one pair of eyes."""

    def __init__(self, moment: Moment, scope: Scope) -> None:
        self.moment = moment
        self.watched_weeks = weeks_looked_at(moment.calendar, moment.as_at)
        self.sight = Sight(scope)
        self.ahead = Ahead(moment.calendar, moment.as_at)
        self.mondays = weeks_of_year(moment)
        earlier = moment.calendar.school_weeks(moment.as_at, CHANGE_WEEKS + 1)
        is_same_year = len(earlier) > CHANGE_WEEKS and academic_year_of(friday_of(earlier[0])) == academic_year_of(
            moment.as_at
        )
        self.before = earlier[0] if is_same_year else None

    def row(self, person: Person, figures: StudentWeek, past: Past, support: Support) -> TrackerRow:
        rights = self.sight.of(person)
        crossing = crossing_of(figures, self.ahead)
        seen = _support_seen(support, rights)
        return TrackerRow(
            person=person._replace(flags=_flags_seen(person.flags, rights)),
            figures=figures,
            past=past,
            state=state_of(figures, past),
            spark=self._spark(past),
            began=self._began(seen) if seen.began else (),
            change=points_between(figures.ytd, past.counts_to(self.before)) if self.before else None,
            reasons=main_reasons(past.missed, sees_sensitive=Right.SEE_SENSITIVE_CODES in rights),
            recovers_on=recovers_on(figures, self.ahead),
            best_possible=None if figures.is_recoverable else best_possible(figures),
            crossing=crossing,
            crosses_soon=crossing is not None and crossing.on <= self.ahead.horizon,
            support=seen,
            rights=rights,
            is_decided=is_standing_decided(support.missed, support.decided, self.watched_weeks),
        )

    def _began(self, support: Support) -> tuple[tuple[int, Step], ...]:
        """Return the interventions with the places of their weeks; one begun in a holiday stands at the week after."""
        places = ((bisect_left(self.mondays, monday_of(step.since)), step) for step in support.began)
        last = len(self.mondays) - 1
        return tuple((min(place, last), step) for place, step in places if last >= 0)

    def _spark(self, past: Past) -> tuple[Decimal | None, ...]:
        held = {week.monday: _percent(week.possible - week.missed, week.possible) for week in past.weeks}
        return tuple(held.get(monday) for monday in self.mondays)


@lru_cache(maxsize=1000)
def _percent(attended: int, possible: int) -> Decimal | None:
    return Counts(present=attended, authorised=possible - attended).percent


@lru_cache(maxsize=1000)
def _support_seen(support: Support, rights: frozenset[Right]) -> Support:
    return support.seen_with(rights)


@lru_cache(maxsize=1000)
def _flags_seen(flags: tuple[Flag, ...], rights: frozenset[Right]) -> tuple[Flag, ...]:
    kinds = flags_shown_with(rights)
    return tuple(flag for flag in flags if flag.kind in kinds)
