"""A change of many marks before it is made: what would be new, replaced, the same or impossible, student by student."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass, code_on
from attendance.models import PlannedMark, SessionMark
from attendance.offers import codes_offered, present_in
from attendance.summaries.reach import Reached, reached_of
from attendance.summaries.shown import MarkShown, mark_shown
from attendance.summaries.times import SESSIONS, SchoolTimes
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import end_of_compulsory_age
from students.models import Enrolment, Student
from students.summaries import SchoolCalendar

CLOSED = "#"
PRESENT = "/"
NOT_ON_ROLL, NOT_VALID, WAS_PRESENT = "not on roll", "code not valid for this student or day", "marked present, kept"
# A whole school of 1,500 over two weeks.
MOST_CELLS = 30_000


class SessionOf(NamedTuple):
    """Half a school day."""

    day: date
    session: str


@dataclass(frozen=True)
class BulkAsk:
    """What is asked for: which sessions shall say what. letters: a code's; "/" is presence in either session."""

    first: SessionOf
    last: SessionOf
    letters: str
    comment: str
    with_present: bool

    def sessions(self, calendar: SchoolCalendar) -> tuple[SessionOf, ...]:
        """Return the school's sessions from the first to the last, both in."""
        days = calendar.between(self.first.day, self.last.day)
        every = (SessionOf(day, session) for day in days for session in SESSIONS)
        return tuple(each for each in every if self.first <= each <= self.last)


class Held(NamedTuple):
    """A mark as it stands."""

    key: int
    minutes: int | None
    comment: str


class Cell(NamedTuple):
    """One mark to be written, and what stands there; None: nothing."""

    at: SessionOf
    key: int
    was: Held | None


@dataclass(frozen=True)
class BulkRow:
    """What would become of one student's sessions. planned: sessions still to come; over: another plan is there."""

    who: Reached
    cells: tuple[Cell, ...]
    planned: tuple[Cell, ...]
    same: int
    refused: tuple[tuple[str, int], ...]
    over: bool

    @property
    def new(self) -> int:
        """How many marks would be new."""
        return sum(cell.was is None for cell in self.cells)

    @property
    def replaced(self) -> tuple[tuple[MarkShown, int], ...]:
        """What would be replaced, and how often."""
        counted = Counter(cell.was.key for cell in self.cells if cell.was)
        return tuple((mark_shown(key, sees_sensitive=self.who.sees_sensitive), n) for key, n in counted.most_common())

    @property
    def replaces(self) -> int:
        """How many marks would be replaced."""
        return sum(cell.was is not None for cell in self.cells)

    @property
    def is_exception(self) -> bool:
        """Test for a student to look at before confirming: a reason is replaced, or a session impossible."""
        known = any(cell.was and _says_why(cell.was) for cell in self.cells)
        return known or self.over or any(words != WAS_PRESENT for words, _ in self.refused)


@dataclass(frozen=True)
class BulkPreview:
    """What would become of everybody. digest: differs as soon as any mark or plan it rests on does."""

    ask: BulkAsk
    sessions: tuple[SessionOf, ...]
    rows: tuple[BulkRow, ...]
    digest: str
    looked_at: datetime

    @property
    def exceptions(self) -> tuple[BulkRow, ...]:
        """The students to look at."""
        return tuple(row for row in self.rows if row.is_exception)

    @property
    def others(self) -> tuple[BulkRow, ...]:
        """The students of whom nothing is to be said."""
        return tuple(row for row in self.rows if not row.is_exception)

    @property
    def new(self) -> int:
        """How many marks would be new."""
        return sum(row.new for row in self.rows)

    @property
    def replaced(self) -> int:
        """How many marks would be replaced."""
        return sum(row.replaces for row in self.rows)

    @property
    def planned(self) -> int:
        """How many sessions to come would be planned."""
        return sum(len(row.planned) for row in self.rows)

    @property
    def same(self) -> int:
        """How many sessions say it already."""
        return sum(row.same for row in self.rows)

    @property
    def refused(self) -> tuple[tuple[str, int], ...]:
        """Why sessions are left as they are, and how many."""
        counted: Counter[str] = Counter()
        for row in self.rows:
            counted.update(dict(row.refused))
        return tuple(counted.most_common())

    @property
    def is_empty(self) -> bool:
        """Test for nothing to do."""
        return not (self.new or self.replaced or self.planned)


def bulk_students(user: User, on: date, ask: BulkAsk, *, whom: str, picked: Collection[int]) -> dict[int, Reached]:
    """Return the students chosen whose marks the person may change in bulk, by key, in one query.

    whom: "all", "year:9", "group:9B" or "" for those picked alone. Who was not on roll on any of the days is not asked.
    """
    students = Student.objects.filter(admitted_on__lte=ask.last.day).exclude(left_on__lt=ask.first.day)
    kind, _, name = whom.partition(":")
    spells = Enrolment.objects.current(on)
    if kind == "year":
        spells = spells.filter(year_group=int(name))
    elif kind == "group":
        spells = spells.filter(tutor_group__name=name)
    chosen = students.filter(pk__in=list(picked))
    if kind:
        chosen = chosen | students.filter(pk__in=spells.values("student"))
    return {key: who for key, who in reached_of(user, chosen).items() if Right.BULK_MARKS in who.rights}


def bulk_preview(
    students: dict[int, Reached], ask: BulkAsk, *, calendar: SchoolCalendar, now: datetime, locks: bool = False
) -> BulkPreview:
    """Return what the change would do to the students, in four queries. locks: hold their marks until it is made."""
    sessions = ask.sessions(calendar)
    times = SchoolTimes.load()
    begun = frozenset(each for each in sessions if times.starts_at(each.day, each.session) <= now)
    marks = _marks(students, ask, locks=locks)
    plans = _plans(students, [each for each in sessions if each not in begun])
    offers = _Offers(ask.letters)
    rows = tuple(_row(who, ask, sessions, begun, marks, plans.get(key, []), offers) for key, who in students.items())
    return BulkPreview(ask, sessions, rows, _digest(rows, ask), _database_now())


def _marks(students: Iterable[int], ask: BulkAsk, *, locks: bool) -> dict[tuple[int, date, str], Held]:
    marks = SessionMark.objects.filter(student__in=list(students), date__range=(ask.first.day, ask.last.day))
    if locks:
        marks = marks.select_for_update()
    rows = marks.order_by("student", "date", "session").values_list(
        "student_id", "date", "session", "code_id", "minutes_late", "comment"
    )
    return {
        (student, day, session): Held(key, minutes, comment) for student, day, session, key, minutes, comment in rows
    }


def _plans(students: Iterable[int], ahead: list[SessionOf]) -> dict[int, list[PlannedMark]]:
    if not ahead:
        return {}
    rows = PlannedMark.objects.standing().filter(
        student__in=list(students), starts_on__lte=ahead[-1].day, ends_on__gte=ahead[0].day
    )
    found: dict[int, list[PlannedMark]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.student_id, []).append(row)
    return found


@dataclass
class _Offers:
    """Which key the letters have for a student in a session; asked once for each age, session and set of rights."""

    letters: str
    _known: dict[tuple[object, ...], int | None] = field(default_factory=dict)
    _ages: dict[date, date] = field(default_factory=dict)

    def key(self, who: Reached, at: SessionOf) -> int | None:
        """Return the key of the code; None where it cannot stand."""
        if self.letters == CLOSED:
            code = code_on(CLOSED, at.day)
            return code.key if code else None
        if who.born_on not in self._ages:
            self._ages[who.born_on] = end_of_compulsory_age(who.born_on)
        place = (at, at.day > self._ages[who.born_on], who.rights)
        if place not in self._known:
            self._known[place] = self._asked(who, at)
        return self._known[place]

    def _asked(self, who: Reached, at: SessionOf) -> int | None:
        wanted = present_in(at.session) if self.letters == PRESENT else self.letters
        offered = codes_offered(at.day, at.session, born_on=who.born_on, rights=who.rights)
        return next((code.key for code in offered if code.letters == wanted and not code.takes_minutes), None)


def _row(
    who: Reached,
    ask: BulkAsk,
    sessions: Iterable[SessionOf],
    begun: Collection[SessionOf],
    marks: dict[tuple[int, date, str], Held],
    plans: list[PlannedMark],
    offers: _Offers,
) -> BulkRow:
    cells, planned, refused, same = [], [], Counter[str](), 0
    for at in sessions:
        key = offers.key(who, at)
        held = marks.get((who.student_id, *at))
        if not who.is_on_roll(at.day):
            refused[NOT_ON_ROLL] += 1
        elif key is None:
            refused[NOT_VALID] += 1
        elif at not in begun:
            planned.append(Cell(at, key, None))
        elif held and _says_it(held, key, ask.comment):
            same += 1
        elif held and _was_present(held, key) and not ask.with_present:
            refused[WAS_PRESENT] += 1
        else:
            cells.append(Cell(at, key, held))
    if planned and any(_says_it_already(plan, planned) for plan in plans):
        planned, same = [], same + len(planned)
    over = bool(planned) and bool(plans)
    return BulkRow(who, tuple(cells), tuple(planned), same, tuple(refused.items()), over)


def _says_it(held: Held, key: int, comment: str) -> bool:
    """Test for a mark that needs no change; a comment is only taken from it by another one."""
    return (held.key, held.minutes) == (key, None) and comment in ("", held.comment)


def _says_why(held: Held) -> bool:
    """Test for a mark that somebody found something out for: neither presence nor N."""
    code = CODES_BY_KEY[held.key]
    return code.letters != "N" and code.code_class is not CodeClass.PRESENT


def _was_present(held: Held, key: int) -> bool:
    return CODES_BY_KEY[held.key].code_class is CodeClass.PRESENT and held.key != key


def _says_it_already(plan: PlannedMark, planned: list[Cell]) -> bool:
    first, last = planned[0].at, planned[-1].at
    begins, ends = (plan.starts_on, plan.starts_session), (plan.ends_on, plan.ends_session)
    return plan.code_id == planned[0].key and not plan.sessions and begins <= first and last <= ends


def _digest(rows: Iterable[BulkRow], ask: BulkAsk) -> str:
    said = hashlib.sha256(repr(ask).encode())
    for row in rows:
        said.update(repr((row.who.student_id, row.cells, row.planned, row.same, row.refused, row.over)).encode())
    return said.hexdigest()


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        at: datetime = cursor.fetchone()[0]
        return at


class ChangedMark(NamedTuple):
    """A mark that somebody wrote after the preview was looked at."""

    who: Reached
    at: SessionOf
    shown: MarkShown
    by: str


def changed_after(students: dict[int, Reached], ask: BulkAsk, looked_at: datetime) -> tuple[ChangedMark, ...]:
    """Return the marks of the students written since the preview was looked at, with who wrote them; one query."""
    marks = SessionMark.objects.filter(
        student__in=list(students), date__range=(ask.first.day, ask.last.day), recorded_at__gte=looked_at
    )
    rows = marks.select_related("recorded_by").order_by("recorded_at", "pk")[:20]
    return tuple(
        ChangedMark(
            students[mark.student_id],
            SessionOf(mark.date, mark.session),
            mark_shown(mark.code_id, sees_sensitive=students[mark.student_id].sees_sensitive),
            str(mark.recorded_by or "an import"),
        )
        for mark in rows
    )


class Replaced(NamedTuple):
    """A mark that a bulk change replaced: what it said before, and whether it was changed again since."""

    student_id: int
    day: date
    session: str
    was: Held
    is_changed_since: bool


_REPLACED = """
    SELECT e.student_id, e.date, e.session, e.code_id, e.minutes_late, e.comment,
           EXISTS (SELECT 1 FROM attendance_sessionmarkevent n
                    WHERE n.pgh_obj_id = e.pgh_obj_id AND n.pgh_id > e.pgh_id)
      FROM attendance_sessionmarkevent e
     WHERE e.pgh_context_id = %s
     ORDER BY e.student_id, e.date, e.session
"""


def replaced_by(context: UUID | None) -> tuple[Replaced, ...]:
    """Return the marks that a bulk change replaced, from the history; one query."""
    if context is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [context])
        rows = cursor.fetchall()
    return tuple(
        Replaced(student, day, session, Held(*held), is_changed_since)
        for student, day, session, *held, is_changed_since in rows
    )
