"""The register of one student session by session, a row a week, with its totals: for certificates and packs."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from attendance.figures import Counts, counts_of
from reports.summaries.marks import HeldMark, marks_of
from reports.summaries.shown import MarkShown, mark_shown
from reports.summaries.yearcalendar import DayCell, SchoolDates, SessionCell
from students.calendar import monday_of
from students.models import Student

SCHOOL_WEEK = 5


@dataclass(frozen=True)
class GridWeek:
    """One week: its days from Monday, each with both sessions or why there are none, and what they count as."""

    monday: date
    days: tuple[DayCell, ...]
    counts: Counts


@dataclass(frozen=True)
class Grid:
    """The marks of a student from first to last, both in, as one person sees them.

    counts: of all marks in it (figures.md). unmarked: sessions on roll before today without a mark, in no figure. key:
    each sign with how often it is there, most first; a code that the person may not see is told by its class alone.
    """

    first: date
    last: date
    weeks: tuple[GridWeek, ...]
    counts: Counts
    unmarked: int
    key: tuple[tuple[MarkShown, int], ...]

    @property
    def day_names(self) -> tuple[str, ...]:
        """The headings of the days: Monday to Friday, longer where a mark lies on a weekend."""
        longest = max((len(week.days) for week in self.weeks), default=SCHOOL_WEEK)
        return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[:longest]

    @property
    def columns(self) -> int:
        """How many columns stand before the sums: the week and two sessions a day."""
        return 1 + 2 * len(self.day_names)


def grid_of(
    student: Student, first: date, last: date, *, sees_sensitive: bool, dates: SchoolDates | None = None
) -> Grid:
    """Return the student's register between two days, in two queries; in one where the school's dates were read."""
    dates = dates or SchoolDates.load()
    marks = [mark for mark in marks_of(student.pk, first) if mark.day <= last]
    drawn = _Drawn(student, dates, {(mark.day, mark.session): mark for mark in marks}, sees_sensitive=sees_sensitive)
    days = {*dates.calendar.between(first, last), *(mark.day for mark in marks)}
    weekend = any(day.weekday() >= SCHOOL_WEEK for day in days)
    by_week: dict[date, list[HeldMark]] = defaultdict(list)
    for mark in marks:
        by_week[monday_of(mark.day)].append(mark)
    weeks = tuple(
        GridWeek(monday, drawn.week(monday, first, last, 7 if weekend else SCHOOL_WEEK), _counts(by_week[monday]))
        for monday in sorted({monday_of(day) for day in days})
    )
    unmarked = sum(cell.why_none == "not marked" for week in weeks for day in week.days for cell in day.sessions)
    signs = Counter(drawn.shown(mark.key) for mark in marks)
    return Grid(first, last, weeks, _counts(marks), unmarked, tuple(signs.most_common()))


def _counts(marks: Iterable[HeldMark]) -> Counts:
    return counts_of((mark.key, mark.minutes) for mark in marks)


class _Drawn:
    """A student's days, drawn for one person."""

    def __init__(
        self,
        student: Student,
        dates: SchoolDates,
        held: Mapping[tuple[date, str], HeldMark],
        *,
        sees_sensitive: bool,
    ) -> None:
        self.student, self.dates, self.held, self.sees_sensitive = student, dates, held, sees_sensitive

    def shown(self, key: int) -> MarkShown:
        """Return how the person sees a code."""
        return mark_shown(key, sees_sensitive=self.sees_sensitive)

    def week(self, monday: date, first: date, last: date, length: int) -> tuple[DayCell, ...]:
        """Return the days of a week; those outside the span are empty."""
        days: Sequence[date] = [monday + timedelta(days=n) for n in range(length)]
        return tuple(self._day(day) if first <= day <= last else DayCell(day, "other") for day in days)

    def _day(self, day: date) -> DayCell:
        sessions = tuple(self._session(day, session) for session in ("AM", "PM"))
        if any(cell.shown for cell in sessions) or self.dates.calendar.is_school_day(day):
            return DayCell(day, "school", "", sessions)
        return DayCell(day, "closed", self.dates.breaks.get(day, "No school"))

    def _session(self, day: date, session: str) -> SessionCell:
        mark = self.held.get((day, session))
        if mark:
            return SessionCell(session, self.shown(mark.key), mark.minutes, is_behind=False)
        if not self._is_on_roll(day) or not self.dates.calendar.is_school_day(day):
            return SessionCell(session, None, None, is_behind=False, why_none="not on roll")
        is_over = day < timezone.localdate()  # what is not marked today may still be
        return SessionCell(session, None, None, is_behind=False, why_none="not marked" if is_over else "")

    def _is_on_roll(self, day: date) -> bool:
        left = self.student.left_on
        return self.student.admitted_on <= day and (left is None or left >= day)
