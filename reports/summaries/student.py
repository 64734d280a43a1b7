"""A student's page: how the year stands, and every mark behind each figure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from attendance.figures import PENALTY_NOTICE_WEEKS, RECENT_SESSIONS, Counts, StudentWeek, counts_of
from attendance.summaries import Member, WeekFigures
from reports.summaries.marks import MARK_SETS, RECENT, HeldMark, MarkSet, Window, in_window, marks_of
from reports.summaries.record import StudentRecord
from reports.summaries.shown import MarkShown, mark_shown
from reports.summaries.yearcalendar import DayCell, Month, SchoolDates, SessionCell, weeks_of
from students.calendar import academic_year_end, academic_year_name, academic_year_of, academic_year_start, monday_of
from students.summaries import SchoolCalendar


@dataclass(frozen=True)
class StudentPage:
    """Everything about the student's attendance that the page draws, for one person's eyes."""

    record: StudentRecord
    figures: StudentWeek
    dates: SchoolDates
    marks: tuple[HeldMark, ...]
    window: Window
    academic_year: int
    behind: MarkSet | None
    sees_sensitive: bool

    @classmethod
    def load(
        cls, record: StudentRecord, today: date, *, academic_year: int | None, behind: str, sees_sensitive: bool
    ) -> "StudentPage":
        """Read the marks and figures in five queries.

        academic_year: the year whose calendar is wanted; the running one when None. behind: a slug of MARK_SETS.
        """
        dates = SchoolDates.load()
        as_at = min(day for day in (record.marks_to or today, record.student.left_on, today) if day)
        figures = _figures(record, as_at, dates.calendar)
        year = academic_year_of(as_at)
        marks = marks_of(record.student.pk, academic_year_start(year - 1))
        notice = dates.calendar.school_weeks(as_at, PENALTY_NOTICE_WEEKS)
        shown = year if academic_year is None else academic_year
        is_now = shown == year
        window = Window(
            first=academic_year_start(shown),
            as_at=as_at if is_now else academic_year_end(shown),
            monday=monday_of(as_at),
            notice_first=notice[0] if notice else academic_year_start(year),
        )
        return cls(record, figures, dates, marks, window, shown, MARK_SETS.get(behind), sees_sensitive)

    @property
    def is_this_year(self) -> bool:
        """Test for the running year's calendar."""
        return self.academic_year == academic_year_of(self.as_at)

    @property
    def as_at(self) -> date:
        """The date that the figures are as at."""
        return min(day for day in (self.record.marks_to or self.window.as_at, self.record.student.left_on) if day)

    @property
    def year_name(self) -> str:
        """The calendar's academic year as people write it."""
        return academic_year_name(self.academic_year)

    @cached_property
    def years_held(self) -> tuple[int, ...]:
        """Academic years with marks, latest first, with the running one."""
        found = {academic_year_of(mark.day) for mark in self.marks} | {academic_year_of(self.as_at)}
        return tuple(sorted(found, reverse=True))

    @cached_property
    def marks_behind(self) -> tuple[HeldMark, ...]:
        """The marks behind the figure asked for, latest first."""
        if self.behind is None:
            return ()
        found = [mark for mark in self.marks if self.behind.holds(mark, self.window)]
        found.sort(key=lambda mark: (mark.day, mark.session), reverse=True)
        return tuple(found[:RECENT_SESSIONS] if self.behind is RECENT else found)

    @property
    def counts(self) -> Counts:
        """The counts of the year shown: the year to date, or the whole of last year."""
        if self.is_this_year:
            return self.figures.ytd
        return counts_of((mark.key, mark.minutes) for mark in self.marks if in_window(mark, self.window))

    @property
    def recovers_on(self) -> date | None:
        """The day on which the student leaves persistent absence with full attendance; None when not this year."""
        return self.dates.calendar.day_reached(self.as_at, self.figures.sessions_to_recover)

    @cached_property
    def weeks(self) -> tuple[tuple[date, Decimal | None], ...]:
        """Attendance in each school week of the year shown, up to the as-at date."""
        by_week: dict[date, list[HeldMark]] = {}
        for mark in self.marks:
            if in_window(mark, self.window):
                by_week.setdefault(monday_of(mark.day), []).append(mark)
        weeks = sorted(by_week.items())
        return tuple((monday, counts_of((m.key, m.minutes) for m in marks).percent) for monday, marks in weeks)

    @property
    def line(self) -> tuple[Decimal | None, ...]:
        """The weeks' percentages alone, oldest first."""
        return tuple(percent for _, percent in self.weeks)

    def shown(self, key: int) -> MarkShown:
        """Return how this person sees a code."""
        return mark_shown(key, sees_sensitive=self.sees_sensitive)

    @cached_property
    def legend(self) -> tuple[tuple[MarkShown, int], ...]:
        """Each sign in the calendar with how often it is there, most first."""
        counted: dict[MarkShown, int] = {}
        for mark in self.marks:
            if self._is_shown(mark.day):
                sign = self.shown(mark.key)
                counted[sign] = counted.get(sign, 0) + 1
        return tuple(sorted(counted.items(), key=lambda item: -item[1]))

    def _is_shown(self, day: date) -> bool:
        return academic_year_of(day) == self.academic_year

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months of the academic year shown that hold a school day or a mark."""
        held = {(mark.day, mark.session): mark for mark in self.marks if self._is_shown(mark.day)}
        behind = {mark.pk for mark in self.marks_behind}
        first, last = academic_year_start(self.academic_year), academic_year_end(self.academic_year)
        days = {*self.dates.calendar.between(first, last), *(day for day, _ in held)}
        months = sorted({day.replace(day=1) for day in days})
        return tuple(Month(month, weeks_of(month, lambda day: self._day(day, held, behind))) for month in months)

    @property
    def months_past(self) -> tuple[Month, ...]:
        """The months begun by the as-at date."""
        return tuple(month for month in self.months if month.first <= self.as_at)

    @property
    def months_ahead(self) -> tuple[Month, ...]:
        """The months still to come."""
        return tuple(month for month in self.months if month.first > self.as_at)

    def _day(self, day: date, held: dict[tuple[date, str], HeldMark], behind: set[int]) -> DayCell:
        why = self._why_none(day)
        sessions = tuple(self._session(session, held.get((day, session)), behind, why) for session in ("AM", "PM"))
        if any(cell.shown for cell in sessions):
            return DayCell(day, "school", "", sessions)
        if self.dates.calendar.is_school_day(day):
            return DayCell(day, "unmarked" if why else "ahead", why, sessions)
        if day.weekday() >= 5:
            return DayCell(day, "weekend")
        return DayCell(day, "closed", self.dates.breaks.get(day, "Holiday"))

    def _why_none(self, day: date) -> str:
        """Return why a session of the day has no mark; "" when it is ahead or before the student came."""
        if not self.dates.calendar.is_school_day(day):
            return "no school"
        return "not marked" if self.record.student.admitted_on <= day <= self.as_at else ""

    def _session(self, session: str, mark: HeldMark | None, behind: set[int], why_none: str) -> SessionCell:
        if mark is None:
            return SessionCell(session, None, None, False, why_none)
        return SessionCell(session, self.shown(mark.key), mark.minutes, mark.pk in behind)


def _figures(record: StudentRecord, as_at: date, calendar: SchoolCalendar) -> StudentWeek:
    spell = record.spell
    member = Member(
        record.student.pk,
        record.student.admission_number,
        record.student.left_on,
        spell.tutor_group if spell else "",
        spell.year if spell else 0,
    )
    week = WeekFigures.load(monday_of(as_at), calendar=calendar, with_recent=True, members=[member], as_at=as_at)
    return week.students[0]
