"""The PA tracker: one row for each student who is, may become or was persistently absent, filled by itself."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, Self

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import NOTHING, PENALTY_NOTICE_WEEKS, Counts, StudentWeek, points_between
from pastoral.core.rights import Right
from reports.summaries.forecast import (
    Ahead,
    Crossing,
    best_possible,
    crossing_of,
    ends_persistently_absent,
    recovers_on,
)
from reports.summaries.people import Person
from reports.summaries.shown import is_missed
from reports.summaries.support import NO_SUPPORT, Support, support_of
from reports.summaries.week import Moment, SchoolWeek
from students.calendar import academic_year_of, academic_year_start, friday_of, monday_of
from students.querysets import EnrolmentQuerySet
from students.scopes import Scope
from students.summaries import Flag, SchoolCalendar, flags_shown_with, has_flag

CHANGE_WEEKS = 4
MAIN_REASONS = 2
BREAK_DAYS = 7  # more days than this without school are a break between half terms


class State(StrEnum):
    """Why a student is on the tracker, the worst first; `other` for those who are not."""

    SEVERE = "severe"
    PA = "pa"
    ON_TRACK = "on-track"
    WAS_PA = "was-pa"
    WAS_PA_LAST_YEAR = "was-pa-last-year"
    OTHER = "other"

    @property
    def place(self) -> int:
        """The order, worst first."""
        return _PLACES[self]

    @property
    def words(self) -> str:
        """The state in words."""
        return _WORDS[self]

    @property
    def short(self) -> str:
        """The state in a column's few letters."""
        return _SHORT[self]


_PLACES = {state: place for place, state in enumerate(State)}
_WORDS = {
    State.SEVERE: "Severely absent",
    State.PA: "Persistently absent",
    State.ON_TRACK: "On track to be PA",
    State.WAS_PA: "Was PA earlier this year",
    State.WAS_PA_LAST_YEAR: "Was PA last year",
    State.OTHER: "Not PA",
}

_SHORT = {
    State.SEVERE: "Severe",
    State.PA: "PA",
    State.ON_TRACK: "On track",
    State.WAS_PA: "Was PA",
    State.WAS_PA_LAST_YEAR: "Last year",
    State.OTHER: "",
}


class ReasonShare(NamedTuple):
    """One reason for absence since 1 September: its letters or class, the same in words, and how many sessions."""

    short: str
    words: str
    sessions: int


class WeekPart(NamedTuple):
    """One week's sessions of one student."""

    monday: date
    missed: int
    possible: int


@dataclass(frozen=True, slots=True)
class Past:
    """What lies behind a student's year to date: its weeks, the last week at whose end it was PA, last year whole.

    missed: sessions missed since 1 September by the key of their code.
    """

    weeks: tuple[WeekPart, ...] = ()
    last_pa_week: date | None = None
    last_year: Counts = NOTHING
    missed: tuple[tuple[int, int], ...] = ()

    def counts_to(self, monday: date) -> Counts:
        """Return the missed and attended sessions up to the end of a week, classes apart forgotten."""
        held = [week for week in self.weeks if week.monday <= monday]
        missed = sum(week.missed for week in held)
        return Counts(present=sum(week.possible for week in held) - missed, authorised=missed)


NO_PAST = Past()


class TrackerRow(NamedTuple):
    """One student on the tracker; flags and reasons are those that the viewer may see."""

    person: Person
    figures: StudentWeek
    past: Past
    state: State
    spark: tuple[Decimal | None, ...]
    change: Decimal | None
    reasons: tuple[ReasonShare, ...]
    recovers_on: date | None
    best_possible: Decimal | None
    crossing: Crossing | None
    crosses_soon: bool
    support: Support

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

        scope: whose eyes: sensitive codes and family circumstances show only over students that the person's rights
        reach. everybody: also those on roll who are not at risk.
        """
        entries = SchoolWeek.load(enrolments, moment, with_marks=False).entries
        early = entries[0].figures.bands.early_under if entries else 0
        at_risk = [entry.person.student_id for entry in entries if _is_at_risk(entry.figures)]
        every = [entry.person.student_id for entry in entries]
        pasts = past_of(every, moment, among=every if everybody else at_risk, early_under=early)
        shown = [entry for entry in entries if everybody or entry.person.student_id in pasts]
        students = [entry.person.student_id for entry in shown]
        since = previous_half_term(moment.calendar, moment.as_at)[0]
        support = support_of(students, since, moment.as_at) if students else {}
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


class Sight:
    """What the person may see of whom: flags by kind and sensitive codes, by the rights that reach each student."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._groups = {
            held.tutor_group.name: held.tutor_group_id for held in scope.assignments if held.tutor_group is not None
        }
        self._of = lru_cache(maxsize=None)(self._rights)

    def of(self, person: Person) -> frozenset[Right]:
        """Return the rights over the student."""
        return self._of(person.year, self._groups.get(person.tutor_group), person.has("sen"))

    def _rights(self, year: int, group: int | None, has_sen: bool) -> frozenset[Right]:
        return self._scope.rights_on(year, group, has_sen=has_sen)


class _Making:
    """Makes rows of one moment for one pair of eyes."""

    def __init__(self, moment: Moment, scope: Scope) -> None:
        self.moment = moment
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
        return TrackerRow(
            person=person._replace(flags=_flags_seen(person.flags, rights)),
            figures=figures,
            past=past,
            state=state_of(figures, past),
            spark=self._spark(past),
            change=points_between(figures.ytd, past.counts_to(self.before)) if self.before else None,
            reasons=main_reasons(past.missed, sees_sensitive=Right.SEE_SENSITIVE_CODES in rights),
            recovers_on=recovers_on(figures, self.ahead),
            best_possible=None if figures.is_recoverable else best_possible(figures),
            crossing=crossing,
            crosses_soon=crossing is not None and crossing.on <= self.ahead.horizon,
            support=support,
        )

    def _spark(self, past: Past) -> tuple[Decimal | None, ...]:
        held = {week.monday: _percent(week.possible - week.missed, week.possible) for week in past.weeks}
        return tuple(held.get(monday) for monday in self.mondays)


@lru_cache(maxsize=1000)
def _percent(attended: int, possible: int) -> Decimal | None:
    return Counts(present=attended, authorised=possible - attended).percent


@lru_cache(maxsize=1000)
def _flags_seen(flags: tuple[Flag, ...], rights: frozenset[Right]) -> tuple[Flag, ...]:
    kinds = flags_shown_with(rights)
    return tuple(flag for flag in flags if flag.kind in kinds)


def state_of(figures: StudentWeek, past: Past) -> State:
    """Return why the student is on the tracker: the worst that holds."""
    if figures.ytd.is_severely_absent:
        return State.SEVERE
    if figures.ytd.is_persistently_absent:
        return State.PA
    if figures.is_on_track_to_be_pa:
        return State.ON_TRACK
    if past.last_pa_week:
        return State.WAS_PA
    return State.WAS_PA_LAST_YEAR if past.last_year.is_persistently_absent else State.OTHER


def weeks_of_year(moment: Moment) -> tuple[date, ...]:
    """Return the Mondays of the school weeks of the academic year up to the as-at date, in order."""
    year = academic_year_of(moment.as_at)
    return tuple(
        monday
        for monday in moment.calendar.mondays
        if monday <= moment.as_at and academic_year_of(friday_of(monday)) == year
    )


_MISSED_KEYS = [key for key in CODES_BY_KEY if is_missed(key)]

# A week that ends before `early` possible sessions are reached makes nobody "was PA": one absence would (trap T6).
_PAST = """
    WITH weeks AS (
        SELECT student_id, monday, authorised + unauthorised AS missed,
               present + approved_activity + authorised + unauthorised AS possible,
               sum(authorised + unauthorised) OVER own AS missed_so_far,
               sum(present + approved_activity + authorised + unauthorised) OVER own AS possible_so_far
          FROM attendance_attendanceweek
         WHERE student_id = ANY(%(students)s) AND academic_year = %(year)s AND monday <= %(monday)s
        WINDOW own AS (PARTITION BY student_id ORDER BY monday)
    ), years AS (
        SELECT student_id, array_agg((monday - %(base)s::date) / 7 ORDER BY monday) AS weeks,
               array_agg(missed ORDER BY monday) AS missed, array_agg(possible ORDER BY monday) AS possible,
               max(monday) FILTER (WHERE monday < %(monday)s AND possible_so_far >= greatest(%(early)s, 1)
                                     AND 10 * missed_so_far >= possible_so_far) AS last_pa
          FROM weeks GROUP BY student_id
    ), last AS (
        SELECT student_id, sum(present) AS present, sum(approved_activity) AS approved_activity,
               sum(authorised) AS authorised, sum(unauthorised) AS unauthorised
          FROM attendance_attendanceweek
         WHERE student_id = ANY(%(students)s) AND academic_year = %(year)s - 1
         GROUP BY student_id
    )
    SELECT student_id, years.weeks, years.missed, years.possible, years.last_pa, reasons.keys, reasons.sessions,
           last.present, last.approved_activity, last.authorised, last.unauthorised
      FROM years FULL JOIN last USING (student_id)
     CROSS JOIN LATERAL (
           SELECT array_agg(code_id) AS keys, array_agg(sessions) AS sessions
             FROM (SELECT code_id, count(*) AS sessions FROM attendance_sessionmark m
                    WHERE m.student_id = coalesce(years.student_id, last.student_id)
                      AND m.date BETWEEN %(first)s AND %(last)s AND m.code_id = ANY(%(keys)s)
                    GROUP BY code_id) counted
           ) reasons
     WHERE student_id = ANY(%(among)s) OR last_pa IS NOT NULL
        OR 10 * (last.authorised + last.unauthorised)
           >= nullif(last.present + last.approved_activity + last.authorised + last.unauthorised, 0)
"""


def past_of(
    students: Sequence[int], moment: Moment, *, among: Collection[int], early_under: int = 0
) -> dict[int, Past]:
    """Return what lies behind the students of `among`, and behind all others that were PA once, in one query.

    Once: at the end of an earlier week of this year with at least `early_under` possible sessions, or over last year.
    """
    base = monday_of(academic_year_start(academic_year_of(moment.as_at)))
    known: dict[str, Any] = {
        "students": list(students),
        "among": list(among),
        "year": academic_year_of(moment.as_at),
        "monday": moment.monday,
        "base": base,
        "early": early_under,
        "first": moment.first,
        "last": moment.as_at,
        "keys": _MISSED_KEYS,
    }
    mondays: dict[int, date] = {(monday - base).days // 7: monday for monday in moment.calendar.mondays}
    with connection.cursor() as cursor:
        cursor.execute(_PAST, known)
        return {row[0]: _past(row, mondays) for row in cursor.fetchall()}


def _past(row: tuple[Any, ...], mondays: Mapping[int, date]) -> Past:
    _, weeks, missed, possible, last_pa, keys, sessions, present, *others = row
    held = zip(weeks, missed, possible, strict=True) if weeks else ()
    return Past(
        weeks=tuple(WeekPart(mondays[week], gone, due) for week, gone, due in held if week in mondays),
        last_pa_week=last_pa,
        last_year=NOTHING if present is None else Counts(present, *others),
        missed=tuple(zip(keys, sessions, strict=True)) if keys else (),
    )


_CLASS_WORDS = {CodeClass.AUTHORISED: "authorised", CodeClass.UNAUTHORISED: "unauthorised"}


def main_reasons(held: Sequence[tuple[int, int]], *, sees_sensitive: bool) -> tuple[ReasonShare, ...]:
    """Return the two reasons with the most sessions; sensitive codes are added up as their class for those without."""
    sums: Counter[tuple[str, str]] = Counter()
    for key, sessions in held:
        sums[reason_name(key, sees_sensitive=sees_sensitive)] += sessions
    first = sorted(sums.items(), key=lambda part: (-part[1], part[0]))[:MAIN_REASONS]
    return tuple(ReasonShare(short, words, sessions) for (short, words), sessions in first)


def reason_name(key: int, *, sees_sensitive: bool) -> tuple[str, str]:
    """Return a missed code's letters and meaning, or what it counts as where the letters would say too much."""
    code = CODES_BY_KEY[key]
    if code.is_class_only and not sees_sensitive:
        return _CLASS_WORDS[code.code_class], f"{_CLASS_WORDS[code.code_class]} absence"
    return code.letters, code.meaning


def previous_half_term(calendar: SchoolCalendar, on: date) -> tuple[date, date]:
    """Return the first and last school day of the half term before the date's own; the date twice when none is held."""
    days = [day for day in calendar.days if day <= on]
    breaks = [n for n in range(1, len(days)) if (days[n] - days[n - 1]).days > BREAK_DAYS]
    if not breaks:
        return (days[0], days[-1]) if days else (on, on)
    return days[breaks[-2] if len(breaks) > 1 else 0], days[breaks[-1] - 1]
