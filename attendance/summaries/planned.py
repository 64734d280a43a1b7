"""What is known beforehand of a session: the codes expected of students, and why."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from attendance.codes import code_on
from attendance.models import PlannedMark
from attendance.querysets import WEEKDAYS, PlannedMarkQuerySet, week_session
from attendance.summaries.times import SESSIONS
from students.models import CalendarSpan
from students.summaries import SchoolCalendar

# A single absence says more than a timetable, a timetable more than a placement; a refusal less than all agreed.
_WEIGHT = {"leave": 3, "planned": 3, "part_time": 2, "placement": 1}


@dataclass(frozen=True, slots=True)
class Expected:
    """The code expected of a student in one session. is_refused: leave was asked for and refused; G if it is taken."""

    planned_id: int
    student_id: int
    kind: str
    key: int
    is_refused: bool
    note: str
    provider: str


def expected_in(students: Collection[int], day: date, session: str) -> dict[int, Expected]:
    """Return what is expected of each student in the session, by key, in one query; nothing for most."""
    return expected_of(standing_on(students, day), day, session)


def standing_on(students: Collection[int], day: date) -> PlannedMarkQuerySet:
    """Return what stands for the students on the day, the oldest first."""
    plans = PlannedMark.objects.standing().in_force(day).filter(student__in=list(students))
    return plans.order_by("created_at", "pk")


def expected_of(plans: Iterable[PlannedMark], day: date, session: str) -> dict[int, Expected]:
    """Return which of the plans says what is expected of each student in the session, by the student's key."""
    found: dict[int, PlannedMark] = {}
    for row in plans:
        held = found.get(row.student_id)
        if covers(row, day, session) and (held is None or _weight(row) >= _weight(held)):
            found[row.student_id] = row
    return {student: _expected(row, day) for student, row in found.items()}


def _weight(plan: PlannedMark) -> int:
    return 0 if plan.status == PlannedMark.Status.REFUSED else _WEIGHT[plan.kind]


class Spanning(Protocol):
    """Anything that lasts from one session to another: a plan held, or one that somebody is about to make."""

    starts_on: date
    starts_session: str
    ends_on: date
    ends_session: str
    sessions: list[str]


@dataclass
class Span:
    """From one session to another, both in. sessions: which of the week's ("MON-AM"); empty for all."""

    starts_on: date
    starts_session: str
    ends_on: date
    ends_session: str
    sessions: list[str]

    @classmethod
    def of(cls, planned: Spanning) -> "Span":
        """Return the span of a plan, apart from it."""
        return cls(
            planned.starts_on, planned.starts_session, planned.ends_on, planned.ends_session, list(planned.sessions)
        )

    @property
    def is_in_order(self) -> bool:
        """Test whether it ends after it begins."""
        return (self.starts_on, self.starts_session) <= (self.ends_on, self.ends_session)


def covers(planned: Spanning, day: date, session: str) -> bool:
    """Test whether the plan covers the session: within its span, and on one of its sessions of the week."""
    first, last = (planned.starts_on, planned.starts_session), (planned.ends_on, planned.ends_session)
    return first <= (day, session) <= last and (not planned.sessions or week_session(day, session) in planned.sessions)


def overlap(one: Spanning, other: Spanning) -> bool:
    """Test whether two spans have a session of some week in common."""
    begins = max((one.starts_on, one.starts_session), (other.starts_on, other.starts_session))
    ends = min((one.ends_on, one.ends_session), (other.ends_on, other.ends_session))
    common = not one.sessions or not other.sessions or bool(set(one.sessions) & set(other.sessions))
    return begins <= ends and common


def _expected(planned: PlannedMark, day: date) -> Expected:
    is_refused = planned.status == PlannedMark.Status.REFUSED
    holiday = code_on("G", day)
    key = holiday.key if is_refused and holiday else planned.code_id
    return Expected(planned.pk, planned.student_id, planned.kind, key, is_refused, planned.note, planned.provider)


@dataclass(frozen=True)
class Reach:
    """The school's sessions that a span covers, in order, and what of it is not counted, in words."""

    sessions: tuple[tuple[date, str], ...]
    not_counted: tuple[str, ...]

    @property
    def days(self) -> int:
        """How many school days it touches."""
        return len({day for day, _ in self.sessions})

    @property
    def words(self) -> str:
        """Say it plainly: "4 school days, 8 sessions; half term not counted"."""
        days, sessions = self.days, len(self.sessions)
        said = f"{days} school day{'s' * (days != 1)}, {sessions} session{'s' * (sessions != 1)}"
        return f"{said}; {_listed(self.not_counted)} not counted" if self.not_counted else said


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def sessions_of(span: Spanning, calendar: SchoolCalendar) -> tuple[tuple[date, str], ...]:
    """Return the sessions of school that the span covers, in order."""
    days = calendar.between(span.starts_on, span.ends_on)
    return tuple((day, session) for day in days for session in SESSIONS if covers(span, day, session))


def reach_of(span: Spanning, calendar: SchoolCalendar, closed: Collection[CalendarSpan] = ()) -> Reach:
    """Return what the span covers. closed: the school's INSET days, bank holidays and closures (`closed_spans`)."""
    return Reach(sessions_of(span, calendar), tuple(dict.fromkeys(_closed_in(span, calendar, closed))))


def closed_spans() -> tuple[CalendarSpan, ...]:
    """Read the spans on which school does not meet though a term is on, in one query."""
    return tuple(CalendarSpan.objects.exclude(kind=CalendarSpan.Kind.TERM).order_by("first_day"))


def _closed_in(span: Spanning, calendar: SchoolCalendar, closed: Collection[CalendarSpan]) -> Iterator[str]:
    for named in closed:
        if named.first_day <= span.ends_on and named.last_day >= span.starts_on and named.first_day.weekday() < 5:
            yield f"{named.name} ({named.first_day:%-d %b})"
    taken = {day for named in closed for day in _weekdays(named.first_day, named.last_day)}
    for gap in _gaps(span, calendar, taken):
        yield "half term" if len(gap) <= 5 else "the holidays"


def _gaps(span: Spanning, calendar: SchoolCalendar, taken: Collection[date]) -> Iterator[list[date]]:
    """Yield the runs of weekdays in the span that are between terms."""
    run: list[date] = []
    for day in _weekdays(span.starts_on, span.ends_on):
        if day in taken:
            continue
        if calendar.is_school_day(day):
            if run:
                yield run
            run = []
        else:
            run.append(day)
    if run:
        yield run


def _weekdays(first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in days if day.weekday() < 5)


def week_words(sessions: Collection[str]) -> str:
    """Return sessions of the week as people say them: "Mon, Wed PM, Fri AM"; all of them is "every session"."""
    if not sessions:
        return "every session"
    parts = []
    for day in WEEKDAYS:
        held = [session for session in SESSIONS if f"{day}-{session}" in sessions]
        if held:
            parts.append(day.title() if len(held) == 2 else f"{day.title()} {held[0]}")
    return ", ".join(parts)
