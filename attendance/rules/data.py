"""What rules look at: frozen, read once for a date, the same for every rule."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

from attendance.figures import Counts, total
from pastoral.core.rights import Role
from students.calendar import monday_of
from students.strands import Happening, Strand
from students.summaries import SchoolCalendar

# A parent may still explain an absence: those of the last days count only once somebody has said why (T8).
GRACE_DAYS = 2
UNEXPLAINED = "N"
# Absences that may show a pattern. Leave, appointments, exclusions, part-time timetables and transport that failed are
# agreed or known beforehand; U is an arrival, counted as a late.
PATTERN_LETTERS = frozenset({"I", "N", "O", "G"})
# How long after a half term, or after somebody's first weeks, what was found in them is still put to people.
AFTERGLOW_DAYS = 10
# Under two full weeks a share of sessions says little (T6).
EARLY_SESSIONS = 20


class Mark(NamedTuple):
    """One session missed or late. minutes: 0 when none were written down."""

    day: date
    session: str
    letters: str
    minutes: int = 0

    @property
    def is_late(self) -> bool:
        """Test for an arrival after the register began, before or after it closed."""
        return self.letters in ("L", "U")


class Span(NamedTuple):
    """A span of dates that a rule looks at. key: names it in the keys of findings, stable while the span moves on."""

    key: date
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Test for a day within it."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Setting:
    """How the school has set a rule. weeks: school weeks looked back on; None for the half term so far.

    counts: what it counts of the strand; "" for a rule that looks at marks in a way of its own. person: the role whose
    step it is. grace_days: the last school days, which do not count yet.
    """

    slug: str
    title: str
    count: int
    weeks: int | None
    proposes: str
    is_on: bool = True
    strand: str = Strand.ATTENDANCE
    counts: str = ""
    person: str = Role.HEAD_OF_YEAR
    grace_days: int = GRACE_DAYS


class Excused(NamedTuple):
    """Days of one student that do not count for a strand, or for one rule of it. key: of the exception."""

    key: int
    student_id: int
    strand: str
    rule: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Test for a day that is excused."""
        return self.first <= day <= self.last

    def is_for(self, setting: Setting) -> bool:
        """Test for an exception that the rule minds."""
        return self.strand == setting.strand and self.rule in ("", setting.slug)


@dataclass(frozen=True)
class RuleData:
    """The school as rules see it on a date.

    admitted: those on roll, each with the day of admission. marks: sessions missed or late, in order, of those who have
    any. half_terms: first and last days of those begun. weeks: counts by Monday, the earliest one holding the year
    before the weeks looked at. families: students who share a parent or carer, two or more each. happened: what other
    sources recorded, in order. excused: days that do not count. grace_days: the rule's that looks at it.
    """

    on: date
    calendar: SchoolCalendar
    half_terms: tuple[tuple[date, date], ...]
    admitted: Mapping[int, date]
    marks: Mapping[int, tuple[Mark, ...]]
    weeks: Mapping[int, tuple[tuple[date, Counts], ...]]
    families: tuple[frozenset[int], ...] = ()
    happened: Mapping[int, tuple[Happening, ...]] = field(default_factory=dict)
    excused: tuple[Excused, ...] = ()
    grace_days: int = GRACE_DAYS

    def seen_by(self, setting: Setting) -> "RuleData":
        """Return what the rule sees: its own grace, and without the marks of days that are excused for it."""
        excused = tuple(each for each in self.excused if each.is_for(setting))
        if not excused and not self.excused and setting.grace_days == self.grace_days:
            return self
        marks = dict(self.marks)
        for each in excused:
            marks[each.student_id] = tuple(one for one in marks.get(each.student_id, ()) if not each.holds(one.day))
        return replace(self, marks=marks, excused=excused, grace_days=setting.grace_days)

    def is_excused(self, student: int, first: date, last: date) -> bool:
        """Test for a student of whom some day from first to last does not count."""
        return any(each.student_id == student and each.first <= last and first <= each.last for each in self.excused)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The school days up to the date."""
        return self.calendar.between(date.min, self.on)

    @cached_property
    def places(self) -> dict[date, int]:
        """Each school day's place in the calendar: neighbours differ by 1."""
        return {day: place for place, day in enumerate(self.calendar.days)}

    @cached_property
    def grace_from(self) -> date:
        """The first of the last days, which do not count yet; a day to come where the rule gives none."""
        if not self.grace_days:
            return date.max
        return self.days[-self.grace_days] if len(self.days) >= self.grace_days else self.on

    @cached_property
    def half_term(self) -> date:
        """The first day of the half term; of the academic year's week where the calendar states none."""
        return self.half_terms[-1][0] if self.half_terms else monday_of(self.on)

    def is_in_grace(self, mark: Mark) -> bool:
        """Test for an absence without a reason that may still be explained."""
        return mark.letters == UNEXPLAINED and mark.day >= self.grace_from

    def absences(self, letters: frozenset[str] = PATTERN_LETTERS) -> Iterator[tuple[int, list[Mark]]]:
        """Yield each student's absences with those letters, but for those that may still be explained."""
        for student, marks in self.marks.items():
            found = [mark for mark in marks if mark.letters in letters and not self.is_in_grace(mark)]
            if found:
                yield student, found

    def is_known_case(self, counts: Counts) -> bool:
        """Test for persistent absence on enough sessions to say so: work of the PA tracker, no early warning."""
        return counts.possible >= EARLY_SESSIONS and counts.is_persistently_absent

    def year_to_date(self, student: int) -> Counts:
        """Return the student's counts of the year up to the date."""
        return total(counts for _, counts in self.weeks.get(student, ()))

    def spans(self, weeks: int | None) -> tuple[Span, ...]:
        """Return the spans to look at, the running one last.

        A week is looked at until the next one is over, and a half term for ten school days more, so that a proposal
        made on a Friday does not lapse over the weekend. More than one week is one span that moves on each week.
        """
        if weeks is None:
            return self._half_term_spans()
        mondays = self.calendar.school_weeks(self.on, 2 if weeks == 1 else weeks)
        if weeks == 1:
            return tuple(Span(monday, monday, self.last_of(monday)) for monday in mondays)
        return (Span(self.half_term, mondays[0], self.on),) if mondays else ()

    def last_of(self, monday: date) -> date:
        """Return the last school day of the week, up to the date."""
        days = self.calendar.between(monday, min(self.on, monday + timedelta(days=6)))
        return days[-1] if days else monday

    def _half_term_spans(self) -> tuple[Span, ...]:
        looked_at = self.half_terms[-1:]
        if len(self.half_terms) > 1 and self._school_days_since(self.half_term) <= AFTERGLOW_DAYS:
            looked_at = self.half_terms[-2:]
        return tuple(Span(first, first, min(last, self.on)) for first, last in looked_at)

    def _school_days_since(self, day: date) -> int:
        return len(self.calendar.between(day, self.on))

    def is_over_by(self, day: date, school_days: int) -> bool:
        """Test whether more than that many school days have passed since the day, it not counted."""
        return self._school_days_since(day + timedelta(days=1)) > school_days
