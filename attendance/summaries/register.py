"""One register: who is on it, what is known beforehand, what stands already and what went before."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import timezone
from django.utils.crypto import salted_hmac

from attendance.codes import CODES_BY_KEY, Code, code_named
from attendance.models import Register, RegisterTimes, SessionMark
from attendance.offers import codes_offered
from attendance.summaries.planned import Expected, expected_in
from attendance.summaries.register_roll import GroupRoll
from attendance.summaries.times import SchoolTimes
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.calendar import academic_year_of
from students.models import SchoolDay
from students.summaries import RollEntry

DAYS_BEFORE = 5
OPENS_BEFORE = timedelta(minutes=60)
AN_IMPORT = "an import"


class Sitting(NamedTuple):
    """One register to be taken: a tutor group in one session."""

    group_id: int
    day: date
    session: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A mark as it stands, and who made it so; at is when."""

    key: int
    minutes: int | None
    at: datetime
    by: str
    by_key: int | None = None

    @property
    def letters(self) -> str:
        """The letters of its code."""
        return CODES_BY_KEY[self.key].letters

    @property
    def is_plain(self) -> bool:
        """Test for presence as an import brought it: nothing that a row has to say."""
        return self.by_key is None and self.letters in ("/", "\\")


@dataclass(frozen=True, slots=True)
class Taken:
    """That a register was taken, first by whom and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class RegisterRow:
    """One student on a register. before: the keys of the marks of the days before, morning and afternoon in turn."""

    student: RollEntry
    is_namesake: bool
    before: tuple[int | None, ...]
    standing: Standing | None
    expected: Expected | None
    offers: tuple[Code, ...]
    version: str
    rights: frozenset[Right]

    @property
    def sees_sensitive(self) -> bool:
        """Test whether the person sees this student's codes whole."""
        return Right.SEE_SENSITIVE_CODES in self.rights

    @property
    def may_correct(self) -> bool:
        """Test whether the person may open the mark with its history."""
        return Right.CORRECT_MARKS in self.rights


@dataclass(frozen=True)
class RegisterSheet:
    """A register as one person opens it."""

    sitting: Sitting
    group: str
    roll: GroupRoll
    times: SchoolTimes
    days_before: tuple[date, ...]
    day_after: date | None
    is_school_day: bool
    taken: Taken | None
    rows: tuple[RegisterRow, ...]

    @property
    def may_take(self) -> bool:
        """Test whether the person may take the register, and not only look at it."""
        return self.roll.may_take


@dataclass
class _Marks:
    """Marks of the group: those of the days before by student, day and session, and those that stand now."""

    before: dict[tuple[int, date, str], int] = field(default_factory=dict)
    standing: dict[int, Standing] = field(default_factory=dict)


def absent_key(expected: Expected | None, day: date) -> int:
    """Return the key of the code that absence gives: G where leave was asked for and refused, otherwise N."""
    if expected and expected.is_refused:
        return expected.key
    return code_named("N", day).key


def version_of(student_id: int, sitting: Sitting, standing: Standing | None) -> str:
    """Return what tells one state of a mark from another and gives nothing of it away; "" while there is none."""
    if standing is None:
        return ""
    state = f"{student_id} {sitting.day} {sitting.session} {standing.key} {standing.minutes} {standing.at.timestamp()}"
    return salted_hmac("attendance.register.mark", state).hexdigest()[:20]


def opens_at(day: date, session: str, times: SchoolTimes) -> datetime:
    """Return the moment from which the session's register can be taken."""
    return times.starts_at(day, session) - OPENS_BEFORE


def not_open_because(sitting: Sitting, times: SchoolTimes, now: datetime, *, is_school_day: bool) -> str:
    """Return why the register cannot be opened at that moment, in words for the page; "" when it can."""
    today = timezone.localtime(now).date()
    opens = opens_at(sitting.day, sitting.session, times)
    if academic_year_of(sitting.day) != academic_year_of(today):
        return "Registers of other academic years are closed."
    if not is_school_day:
        return "There is no school on this day."
    if sitting.day > today:
        return f"This register is ahead of time: it opens on {opens:%a} {opens.day} {opens:%b} at {opens:%H:%M}."
    if now < opens:
        return f"This register is ahead of time: it opens at {opens:%H:%M}."
    return ""


def register_sheet(sitting: Sitting, group: GroupRoll, *, today: date) -> RegisterSheet:
    """Return the register of the students on roll, at least one, in four queries however many there are."""
    moment, roll = _moment(sitting, today), group.entries
    days = tuple(reversed([day for day in moment.days if day < sitting.day][:DAYS_BEFORE]))
    students = [entry.student_id for entry in roll]
    marks = _marks(students, sitting, days[0] if days else sitting.day)
    expected, namesakes = expected_on(students, sitting), _namesakes(roll)
    return RegisterSheet(
        sitting=sitting,
        group=roll[0].tutor_group,
        roll=group,
        times=SchoolTimes.of(moment),
        days_before=days,
        day_after=moment.days_after[0] if moment.days_after else None,
        is_school_day=sitting.day in moment.days,
        taken=_taken(sitting),
        rows=tuple(
            _row(entry, sitting, group.rights[entry.student_id], marks, days, expected, namesakes) for entry in roll
        ),
    )


def expected_on(students: Collection[int], sitting: Sitting) -> dict[int, Expected]:
    """Return what is expected of the students, but for a code that the session cannot have."""
    found = expected_in(students, sitting.day, sitting.session)
    return {student: expected for student, expected in found.items() if _fits(CODES_BY_KEY[expected.key], sitting)}


def standing_of(mark: SessionMark) -> Standing:
    """Return how the mark stands; read it with the person behind it."""
    by = mark.recorded_by.formal_name if mark.recorded_by else AN_IMPORT
    return Standing(mark.code_id, mark.minutes_late, mark.recorded_at, by, mark.recorded_by_id)


def _fits(code: Code, sitting: Sitting) -> bool:
    return code.is_valid_on(sitting.day) and code.session in ("", sitting.session)


def _moment(sitting: Sitting, today: date) -> Any:
    """Return the times with the school days up to the register's and the one after it, in one query."""
    days = SchoolDay.objects.filter(day__lte=sitting.day).order_by("-day").values("day")
    after = SchoolDay.objects.filter(day__gt=sitting.day, day__lte=today).order_by("day").values("day")
    return RegisterTimes.objects.annotate(
        days=ArraySubquery(days[: DAYS_BEFORE + 1]), days_after=ArraySubquery(after[:1])
    ).get()


def _marks(students: list[int], sitting: Sitting, first: date) -> _Marks:
    rows = SessionMark.objects.between(first, sitting.day).filter(student__in=students)
    by = ("recorded_by_id", "recorded_by__title", "recorded_by__surname")
    found = _Marks()
    for student, day, session, key, minutes, at, by_key, title, surname in rows.values_list(
        "student_id", "date", "session", "code_id", "minutes_late", "recorded_at", *by
    ):
        if (day, session) == (sitting.day, sitting.session):
            name = User(title=title, surname=surname).formal_name if surname else AN_IMPORT
            found.standing[student] = Standing(key, minutes, at, name, by_key)
        found.before[student, day, session] = key
    return found


def _taken(sitting: Sitting) -> Taken | None:
    group, day, session = sitting
    register = Register.objects.filter(tutor_group=group, date=day, session=session).select_related("taken_by").first()
    return Taken(register.taken_by.formal_name, register.taken_at) if register else None


def _namesakes(roll: tuple[RollEntry, ...]) -> frozenset[str]:
    names = [entry.sort_name for entry in roll]
    return frozenset(name for name in names if names.count(name) > 1)


def _row(
    entry: RollEntry,
    sitting: Sitting,
    rights: frozenset[Right],
    marks: _Marks,
    days: tuple[date, ...],
    expected: dict[int, Expected],
    namesakes: frozenset[str],
) -> RegisterRow:
    standing = marks.standing.get(entry.student_id)
    return RegisterRow(
        student=entry,
        is_namesake=entry.sort_name in namesakes,
        before=tuple(marks.before.get((entry.student_id, day, session)) for day in days for session in ("AM", "PM")),
        standing=standing,
        expected=expected.get(entry.student_id),
        offers=codes_offered(sitting.day, sitting.session, born_on=entry.born_on, rights=rights),
        version=version_of(entry.student_id, sitting, standing),
        rights=rights,
    )
