"""How the preview of a change of many marks is made, and whom the change is about."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass, code_on
from attendance.models import PlannedMark, SessionMark
from attendance.offers import codes_offered, present_in
from attendance.summaries.bulk import (
    CLOSED,
    NOT_ON_ROLL,
    NOT_VALID,
    PRESENT,
    WAS_PRESENT,
    BulkAsk,
    BulkPreview,
    BulkRow,
    Cell,
    Held,
    SessionOf,
)
from attendance.summaries.reach import Reached, reached_of
from attendance.summaries.times import SchoolTimes
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import end_of_compulsory_age
from students.models import Enrolment, Student
from students.summaries import SchoolCalendar


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
