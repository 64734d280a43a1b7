"""The dashboard's dataset: everything on the page of a year or of the school, as one frozen value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from django.db import connection

from attendance.figures import (
    PENALTY_NOTICE_WEEKS,
    Counts,
    GroupFigures,
    counts_of_tallies,
    percentage,
    points_between,
    total,
)
from attendance.models import SessionMark
from attendance.querysets import mark_counts
from reports.summaries.cohorts import FILTERS, Cohort, CohortGap, cohort_gaps
from reports.summaries.reasons import Reason, reasons
from reports.summaries.selections import SELECTIONS, worst_first
from reports.summaries.trend import Trend
from reports.summaries.week import Entry, Moment, SchoolWeek
from students.querysets import EnrolmentQuerySet

MOVERS_SHOWN = 10
DIPS_SHOWN = 7
SLOT_MINIMUM = 50


@dataclass(frozen=True)
class Mover:
    """One student in a list of the page: the entry, why the week looks as it does, and the last 12 weeks."""

    entry: Entry
    why: tuple[Reason, ...]
    line: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class GroupRow:
    """One tutor group (or year) beside the others. change: points of year to date over the week."""

    name: str
    year: int
    tutors: tuple[str, ...]
    figures: GroupFigures
    day: Counts
    change: Decimal | None
    red_before: int


@dataclass(frozen=True)
class Slot:
    """Lates on one weekday in one session, year to date, with the sessions they are among.

    heat: the rate as a shade between the lowest of the table (1) and the highest (5); 0 for no rate.
    """

    weekday: int
    session: str
    counts: Counts
    heat: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Lates in each 100 possible sessions; None under 50 possible, when a rate says little."""
        return percentage(self.counts.lates, self.counts.possible) if self.counts.possible >= SLOT_MINIMUM else None


@dataclass(frozen=True)
class Dashboard:
    """The page of a year or of the school, narrowed to a cohort; `week` keeps everybody."""

    week: SchoolWeek
    cohort: Cohort
    chosen: tuple[Entry, ...]
    figures: GroupFigures
    day: Counts
    day_compared: Counts
    last_week: Counts
    movers: tuple[Mover, ...]
    dips: tuple[Mover, ...]
    groups: tuple[GroupRow, ...]
    gaps: tuple[CohortGap, ...]
    trend: Trend
    slots: tuple[Slot, ...]

    @property
    def moment(self) -> Moment:
        """The week and what "now" means in it."""
        return self.week.moment

    @cached_property
    def notice_window(self) -> tuple[date, date]:
        """The span of the penalty-notice count: the last 10 school weeks."""
        weeks = self.moment.calendar.school_weeks(self.moment.as_at, PENALTY_NOTICE_WEEKS)
        return (weeks[0] if weeks else self.moment.first), self.moment.as_at

    def count(self, slug: str) -> int:
        """Return how many of the chosen students are in a named list."""
        return len(SELECTIONS[slug].among(self.chosen))

    @property
    def slot_rows(self) -> tuple[tuple[str, tuple[Slot, ...]], ...]:
        """The slots of Monday to Friday as two rows, morning and afternoon; a slot without marks counts nothing."""
        held = {(slot.session, slot.weekday): slot for slot in self.slots}
        return tuple(
            (name, tuple(held.get((session, day), Slot(day, session, Counts())) for day in range(1, 6)))
            for session, name in (("AM", "Morning"), ("PM", "Afternoon"))
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of the chosen students are in each named list, by slug with underscores."""
        return {slug.replace("-", "_"): self.count(slug) for slug in SELECTIONS if slug != "late-slot"}

    @cached_property
    def day_change(self) -> Decimal | None:
        """Points of the day over the same weekday of the week before."""
        return points_between(self.day, self.day_compared)

    @cached_property
    def week_change(self) -> Decimal | None:
        """Points of the week over the school week before."""
        return points_between(self.figures.week, self.last_week)

    @cached_property
    def year_change(self) -> Decimal | None:
        """Points of the year to date over the same students' last year at the same week."""
        return points_between(self.figures.ytd, self.figures.last_year)

    @cached_property
    def pa_change(self) -> int | None:
        """How many more students are persistently absent than at the end of last week; None in the first week."""
        if not any(entry.figures.before.possible for entry in self.chosen):
            return None
        before = sum(entry.figures.before.is_persistently_absent for entry in self.chosen)
        return self.figures.persistently_absent - before

    @cached_property
    def lates_change(self) -> int | None:
        """How many more lates there were than in the school week before; None when that has no marks this year."""
        return self.figures.week.lates - self.last_week.lates if self.last_week.possible else None

    @classmethod
    def load(
        cls, enrolments: EnrolmentQuerySet, moment: Moment, *, cohort: str = "", by_year: bool, sees_sensitive: bool
    ) -> Self:
        """Read everything on the page in eight queries, however many students there are.

        cohort: a slug of cohorts.FILTERS. by_year: rows are years (the school's page), not tutor groups.
        """
        week = SchoolWeek.load(enrolments, moment)
        chosen = week.narrowed(cohort)
        movers = sorted(SELECTIONS["moved"].among(chosen), key=worst_first)[:MOVERS_SHOWN]
        dips = sorted(SELECTIONS["dipped"].among(chosen), key=_steepest)[:DIPS_SHOWN]
        students = [entry.person.student_id for entry in chosen]
        drawn = sorted({entry.person.student_id for entry in (*movers, *dips)})
        trend = Trend.load(students, moment.as_at, moment.calendar, lines_of=drawn)
        return cls(
            week=week,
            cohort=FILTERS[cohort],
            chosen=chosen,
            figures=GroupFigures.of("", [entry.figures for entry in chosen]),
            day=total(entry.day for entry in chosen),
            day_compared=total(entry.day_compared for entry in chosen),
            last_week=trend.counts_of(moment.week_before),
            movers=_shown(movers, trend, sees_sensitive),
            dips=_shown(dips, trend, sees_sensitive),
            groups=_groups(chosen, by_year),
            gaps=cohort_gaps([(entry.person, entry.figures) for entry in week.entries]),
            trend=trend,
            slots=_slots(students, moment),
        )


def _steepest(entry: Entry) -> tuple[int, int]:
    """Order dips: the furthest fall from the student's own year first."""
    figures = entry.figures
    fall = figures.before.attended * figures.week.possible - figures.week.attended * figures.before.possible
    return -(1000 * fall) // max(1, figures.before.possible * figures.week.possible), entry.person.student_id


def _shown(entries: Sequence[Entry], trend: Trend, sees_sensitive: bool) -> tuple[Mover, ...]:
    return tuple(
        Mover(entry, reasons(entry.marks, sees_sensitive=sees_sensitive), trend.lines[entry.person.student_id])
        for entry in entries
    )


def _groups(entries: Sequence[Entry], by_year: bool) -> tuple[GroupRow, ...]:
    found: dict[tuple[int, str], list[Entry]] = {}
    for entry in entries:
        name = f"Year {entry.person.year}" if by_year else entry.person.tutor_group
        found.setdefault((entry.person.year, name), []).append(entry)
    return tuple(_group(name, year, members) for (year, name), members in found.items())


def _group(name: str, year: int, members: list[Entry]) -> GroupRow:
    figures = GroupFigures.of(name, [entry.figures for entry in members])
    before = total(entry.figures.before for entry in members)
    return GroupRow(
        name=name,
        year=year,
        tutors=members[0].person.tutors,
        figures=figures,
        day=total(entry.day for entry in members),
        change=points_between(figures.ytd, before),
        red_before=sum(entry.figures.band_before == "red" for entry in members),
    )


# Weekdays by integer arithmetic from a Monday, and classes from the code table held in memory: a year group has some
# 20,000 marks in a term, and joins and date functions would be most of the page's time.
_SLOTS = """
    SELECT (date - DATE '1900-01-01') %% 7 + 1, session, code_id, count(*), coalesce(sum(minutes_late), 0)
      FROM attendance_sessionmark
     WHERE student_id = ANY(%s) AND date BETWEEN %s AND %s
     GROUP BY 1, 2, 3
"""


def _slots(students: Sequence[int], moment: Moment) -> tuple[Slot, ...]:
    tallies: dict[tuple[int, str], list[tuple[int, int, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [list(students), moment.first, moment.as_at])
        for weekday, session, *tally in cursor.fetchall():
            tallies[weekday, session].append(tuple(tally))
    return _shaded(
        [Slot(weekday, session, counts_of_tallies(found)) for (weekday, session), found in sorted(tallies.items())]
    )


def _shaded(slots: Sequence[Slot]) -> tuple[Slot, ...]:
    """Give each slot its shade; rates within a point of each other are hardly told apart, and should not be."""
    rates = [slot.rate for slot in slots if slot.rate is not None]
    low = min(rates, default=Decimal(0))
    spread = max(max(rates, default=low) - low, Decimal(1))
    return tuple(
        slot if slot.rate is None else replace(slot, heat=1 + round(4 * (slot.rate - low) / spread)) for slot in slots
    )


def slot_lates(students: Sequence[int], moment: Moment, weekday: int, session: str) -> dict[int, Counts]:
    """Return each student's counts on one weekday (1 for Monday) and session, year to date."""
    rows = (
        SessionMark.objects.filter(student__in=students, session=session, date__iso_week_day=weekday)
        .between(moment.first, moment.as_at)
        .order_by()
        .values("student_id")
        .annotate(**mark_counts())
    )
    found: Iterable[Mapping[str, Any]] = rows
    return {row["student_id"]: Counts.from_row(row) for row in found}
