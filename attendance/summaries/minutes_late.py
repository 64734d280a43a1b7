"""The Minutes Late Report's data: a student's, and a tutor group's, lates to school over a window, week by week.

The pages, the file and (from its frozen copy) the letter home are drawn from the same values.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from attendance.codes import CODES_BY_KEY
from attendance.figures.lateness import NOBODY, Lateness, pooled, time_in_words
from attendance.models import SessionMark
from attendance.summaries.punctuality import HERE_KEYS, LATE_KEYS
from pastoral.core.spreadsheets import Cell, Table
from students.calendar import academic_year_of, academic_year_start, monday_of
from students.models import CalendarSpan
from students.summaries import RollEntry, SchoolCalendar, Window


@dataclass(frozen=True, slots=True)
class LateSession:
    """One late arrival. letters: L before the register closed, U after. minutes: None when nobody wrote them down."""

    day: date
    session: str
    letters: str
    minutes: int | None

    @property
    def counted(self) -> Lateness:
        """The arrival as counts, its presence apart."""
        is_after = self.letters == "U"
        return Lateness(0, not is_after, is_after, self.minutes or 0, self.minutes is None)

    @property
    def words(self) -> str:
        """The arrival as a line of a letter: "Mon 16 Nov AM, 12 min"."""
        minutes = "minutes not written down" if self.minutes is None else time_in_words(self.minutes)
        close = ", after the register closed" if self.letters == "U" else ""
        return f"{self.day:%a} {self.day.day} {self.day:%b} {self.session}, {minutes}{close}"


@dataclass(frozen=True, slots=True)
class LateWeek:
    """One school week's lates and minutes."""

    monday: date
    lates: int
    minutes: int


@dataclass(frozen=True)
class MinutesLate:
    """One student's lates to school over a window: what the letter home says. sessions: oldest first."""

    student_id: int
    window: Window
    own: Lateness
    sessions: tuple[LateSession, ...]
    weeks: tuple[LateWeek, ...]

    @property
    def last(self) -> LateSession | None:
        """The last late arrival; None when there was none."""
        return self.sessions[-1] if self.sessions else None

    @property
    def weeks_in_words(self) -> str:
        """Lates week by week, oldest first: "0 2 1"."""
        return " ".join(str(week.lates) for week in self.weeks)

    @property
    def lost_in_words(self) -> str:
        """The learning time lost: "3 h 20 min", with how many lates it leaves out, if any."""
        if not self.own.untimed:
            return self.own.lost
        return f"{self.own.lost}, and {self.own.untimed} of {self.own.lates} lates without minutes"


@dataclass(frozen=True)
class GroupMinutesLate:
    """A tutor group's lates over a window, all its members' pooled. late_members: those with at least one."""

    name: str
    year: int
    members: int
    late_members: int
    own: Lateness
    weeks: tuple[LateWeek, ...]


@dataclass(frozen=True)
class MinutesLateReport:
    """The students of a roll with at least one late, in the roll's order, and their tutor groups."""

    window: Window
    students: tuple[tuple[RollEntry, MinutesLate], ...]
    groups: tuple[GroupMinutesLate, ...]
    total: Lateness


@dataclass(frozen=True, slots=True)
class LateTerm:
    """One half term's lates and minutes. name: as the school calendar calls it."""

    name: str
    first: date
    lates: int
    minutes: int

    @property
    def lost(self) -> str:
        """The learning time lost, in words."""
        return time_in_words(self.minutes)


def lates_by_half_term(student: int, today: date) -> tuple[LateTerm, ...]:
    """Return the student's lates in each half term of the school year that has begun, in two queries."""
    begins = academic_year_start(academic_year_of(today))
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__range=(begins, today))
    marks = SessionMark.objects.filter(student=student, date__range=(begins, today), code__in=LATE_KEYS).order_by()
    held = list(marks.values_list("date", "minutes_late"))
    found = []
    for span in spans.order_by("first_day"):
        mine = [minutes for day, minutes in held if span.first_day <= day <= span.last_day]
        found.append(LateTerm(span.name, span.first_day, len(mine), sum(minutes or 0 for minutes in mine)))
    return tuple(found)


def minutes_late_of(students: Collection[int], window: Window, calendar: SchoolCalendar) -> dict[int, MinutesLate]:
    """Return each student's lates over the window, by key, in two queries; who was never late is there with none."""
    marks = SessionMark.objects.filter(student__in=list(students), date__range=(window.first, window.last))
    here = dict(marks.order_by().values_list("student").annotate(here=Count("pk", filter=Q(code__in=HERE_KEYS))))
    late: dict[int, list[LateSession]] = defaultdict(list)
    rows = marks.filter(code__in=LATE_KEYS).order_by("date", "session")
    for student, day, session, code, minutes in rows.values_list("student", "date", "session", "code", "minutes_late"):
        late[student].append(LateSession(day, session, CODES_BY_KEY[code].letters, minutes))
    mondays = weeks_of(window, calendar)
    return {student: _minutes(student, window, here.get(student, 0), late[student], mondays) for student in students}


def minutes_late_report(roll: Collection[RollEntry], window: Window, calendar: SchoolCalendar) -> MinutesLateReport:
    """Return the report of a roll over the window, in two queries."""
    held = minutes_late_of([person.student_id for person in roll], window, calendar)
    mondays = weeks_of(window, calendar)
    members: dict[tuple[int, str], list[MinutesLate]] = defaultdict(list)
    for person in roll:
        members[person.year, person.tutor_group].append(held[person.student_id])
    groups = tuple(_group(name, year, rows, mondays) for (year, name), rows in members.items())
    late = tuple((person, held[person.student_id]) for person in roll if held[person.student_id].own.lates)
    return MinutesLateReport(window, late, groups, pooled(group.own for group in groups))


def weeks_of(window: Window, calendar: SchoolCalendar) -> tuple[date, ...]:
    """Return the Mondays of the school weeks that the window touches."""
    return tuple(dict.fromkeys(monday_of(day) for day in calendar.between(window.first, window.last)))


def _minutes(
    student: int, window: Window, here: int, late: Sequence[LateSession], mondays: Sequence[date]
) -> MinutesLate:
    own = pooled([NOBODY._replace(here=here), *(one.counted for one in late)])
    weeks = {monday: LateWeek(monday, 0, 0) for monday in mondays}
    for one in late:
        monday = monday_of(one.day)
        held = weeks.get(monday) or LateWeek(monday, 0, 0)  # a mark on a day since closed still counts
        weeks[monday] = LateWeek(monday, held.lates + 1, held.minutes + (one.minutes or 0))
    return MinutesLate(student, window, own, tuple(late), tuple(weeks[monday] for monday in sorted(weeks)))


def _group(name: str, year: int, rows: Sequence[MinutesLate], mondays: Sequence[date]) -> GroupMinutesLate:
    sums = {monday: [0, 0] for monday in mondays}
    for row in rows:
        for week in row.weeks:
            held = sums.setdefault(week.monday, [0, 0])
            held[0] += week.lates
            held[1] += week.minutes
    return GroupMinutesLate(
        name=name,
        year=year,
        members=len(rows),
        late_members=sum(row.own.lates > 0 for row in rows),
        own=pooled(row.own for row in rows),
        weeks=tuple(LateWeek(monday, *sums[monday]) for monday in sorted(sums)),
    )


HEADINGS = (
    "Adno", "Surname", "Forename", "Year", "Tutor group", "Lates", "Before the close", "After the close",
    "Minutes late", "Learning time lost", "Lates without minutes", "Sessions here", "Late %", "Late arrivals",
)  # fmt: skip


def minutes_late_table(report: MinutesLateReport, rows: Sequence[tuple[RollEntry, MinutesLate]], name: str) -> Table:
    """Return the students as a table to hand out; name: what they were narrowed to."""
    window = report.window
    return Table(
        title="Minutes late",
        about=(f"Minutes late: {name}", f"{window.name}: {window.first:%-d %b %Y} to {window.last:%-d %b %Y}"),
        headings=HEADINGS,
        rows=[_cells(person, late) for person, late in rows],
    )


def _cells(person: RollEntry, late: MinutesLate) -> list[Cell]:
    own = late.own
    return [
        person.admission_number, person.surname, person.forename, person.year, person.tutor_group, own.lates,
        own.before, own.after, own.minutes, own.lost, own.untimed, own.here, None if own.is_small else own.percent,
        "; ".join(one.words for one in late.sessions),
    ]  # fmt: skip
