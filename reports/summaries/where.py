"""Where one student is at a moment, decided from all that is held of them, and what the answer rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from django.utils import timezone

from attendance.codes import CODES_BY_KEY, CodeClass, PhysicalClass, code_named
from attendance.summaries.lessons import Lesson
from attendance.summaries.planned import Expected
from attendance.summaries.shown import mark_shown
from attendance.summaries.times import SchoolTimes
from behaviour.models import InclusionStay, Suspension
from pastoral.core.templatetags.pastoral import day as said
from students.lessons import LessonTime

HALF = {"AM": "morning", "PM": "afternoon"}


class Kind(StrEnum):
    """Where somebody is, in the order of who has to be looked for first."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NOT_SIGNED_OUT = "not-signed-out"
    EXPECTED = "expected"
    ROOM = "room"
    IN_SCHOOL = "in-school"
    LESSON = "lesson"
    ELSEWHERE = "elsewhere"
    AWAY = "away"


KIND_WORDS: dict[Kind, str] = {
    Kind.MISSING: "Not in the lesson",
    Kind.UNKNOWN: "No mark yet",
    Kind.NOT_SIGNED_OUT: "Not signed out of a room",
    Kind.EXPECTED: "Lesson not marked yet",
    Kind.ROOM: "Inclusion or nurture",
    Kind.IN_SCHOOL: "In school",
    Kind.LESSON: "In the lesson",
    Kind.ELSEWHERE: "Somewhere else for school",
    Kind.AWAY: "Not in school",
}


@dataclass(frozen=True)
class Where:
    """One plain answer, and what it rests on. is_marked: the session has a mark."""

    kind: Kind
    answer: str
    rests_on: tuple[str, ...]
    is_marked: bool = True

    @property
    def needs_looking(self) -> bool:
        """Test for somebody whom nobody can place."""
        return self.kind in (Kind.MISSING, Kind.UNKNOWN, Kind.NOT_SIGNED_OUT)


@dataclass(frozen=True)
class TimeOfDay:
    """The moment asked about, and the session that is running.

    closed: why nobody is at school, "" while school is on. is_school_day: school meets, if not just now. times: of the
    day, with its lessons. lesson: the one that is on.
    """

    at: datetime
    session: str
    times: SchoolTimes
    lesson: LessonTime | None
    closed: str
    is_school_day: bool

    @property
    def day(self) -> date:
        """The day at the school."""
        return timezone.localdate(self.at)

    @property
    def session_began_at(self) -> datetime:
        """When the running session's register began."""
        return self.times.starts_at(self.day, self.session)

    @property
    def lessons(self) -> tuple[LessonTime, ...]:
        """The lessons of the day."""
        return self.times.lessons

    @property
    def words(self) -> str:
        """What is on: "P3, 11:20 to 12:20"."""
        if self.closed:
            return self.closed
        if self.lesson is None:
            return f"between lessons, {HALF[self.session]}"
        return f"{self.lesson.name}, {self.lesson.starts:%H:%M} to {self.lesson.ends:%H:%M}"


class Mark(NamedTuple):
    """A session's mark: its code's key, minutes late, and when it was made."""

    code: int
    minutes: int | None
    at: datetime


@dataclass(frozen=True)
class Known:
    """Everything held of one student at the moment.

    out: what keeps the student out of school. is_told: the person may see suspensions; others learn the class of E.
    """

    mark: Mark | None
    lesson: Lesson | None
    last: Lesson | None
    lessons: Mapping[str, Lesson]
    stay: InclusionStay | None
    planned: Expected | None
    sees_sensitive: bool
    out: Suspension | None = None
    is_told: bool = False


def last_present(lessons: Mapping[str, Lesson], period: str) -> Lesson | None:
    """Return the last lesson before the period in which the student was seen."""
    seen = [
        lesson
        for name, lesson in lessons.items()
        if lesson.code is not None and _is_here(lesson.code) and (not period or name < period)
    ]
    return max(seen, key=lambda lesson: lesson.period, default=None)


def _is_here(code: int) -> bool:
    return CODES_BY_KEY[code].physical in (PhysicalClass.IN_SCHOOL, PhysicalClass.LATE)


def where_of(known: Known, moment: TimeOfDay) -> Where:
    """Return where somebody is, by everything held of them at the moment."""
    basis = tuple(_basis(known, moment))
    kind, answer = _answer(known, moment)
    return Where(kind, answer, basis, is_marked=known.mark is not None)


def _answer(known: Known, moment: TimeOfDay) -> tuple[Kind, str]:
    if known.stay is None:
        return _by_marks(known, moment)
    room, came = known.stay.get_room_display().lower(), f"{timezone.localtime(known.stay.came_at):%H:%M}"
    if _is_doubtful(known, known.stay, moment):
        _kind, otherwise = _by_marks(known, moment)
        return (
            Kind.NOT_SIGNED_OUT,
            f"Not signed out of the {room} since {came} ({known.stay.adult}); otherwise: {_lowered(otherwise)}",
        )
    return Kind.ROOM, f"In the {room} since {came} with {known.stay.adult}"


def _is_doubtful(known: Known, stay: InclusionStay, moment: TimeOfDay) -> bool:
    """Test for a stay of the session before, or one against which a later mark speaks."""
    if stay.came_at < moment.session_began_at:
        return True
    if known.mark and not _is_here(known.mark.code) and known.mark.at > stay.came_at:
        return True
    came = timezone.localtime(stay.came_at).time()
    begun_since = {lesson.name for lesson in moment.lessons if lesson.starts >= came}
    return any(
        lesson.code is not None and _is_here(lesson.code)
        for name, lesson in known.lessons.items()
        if name in begun_since
    )


def _by_marks(known: Known, moment: TimeOfDay) -> tuple[Kind, str]:
    lesson = known.lesson
    if lesson and lesson.code is not None and _is_here(lesson.code):
        late = f", {lesson.minutes} min late" if lesson.minutes else ""
        return Kind.LESSON, f"In {_named(lesson)}, marked {'late' if _is_late(lesson.code) else 'present'}{late}"
    if known.mark is None:
        return _unmarked(known, moment)
    if not _is_here(known.mark.code):
        return _not_here(known, known.mark.code, moment.day)
    return _in_school(known, moment)


def _in_school(known: Known, moment: TimeOfDay) -> tuple[Kind, str]:
    lesson = known.lesson
    if moment.lesson is None:
        seen = f"; last seen in {_named(known.last)}" if known.last else ""
        return Kind.IN_SCHOOL, f"In school, between lessons{seen}"
    if lesson is None:
        return Kind.IN_SCHOOL, f"In school; nothing is known of {moment.lesson.name}"
    if lesson.code is None:
        return Kind.EXPECTED, f"In school; should be in {_named(lesson)}, which has no mark yet"
    code = CODES_BY_KEY[lesson.code]
    if code.code_class is CodeClass.UNAUTHORISED:
        return Kind.MISSING, f"Signed present at registration, not in {moment.lesson.name} ({_named(lesson)})"
    shown = mark_shown(lesson.code, sees_sensitive=known.sees_sensitive)
    return Kind.ELSEWHERE, f"Not in {_named(lesson)}: {shown.words}"


def _suspended(known: Known, day: date) -> str:
    """Return that somebody is suspended, and until when; to whoever may not see that, what an E counts as."""
    if known.out is None or not known.is_told:
        return f"Not in school: {_lowered(mark_shown(code_named('E', day).key, sees_sensitive=False).words)}"
    if known.out.ends_on is None:
        return f"Not in school: permanently excluded since {said(known.out.starts_on)}"
    half = " midday" if known.out.ends_session == "AM" else ""
    return f"Not in school: suspended until {said(known.out.ends_on)}{half}"


def _not_here(known: Known, key: int, day: date) -> tuple[Kind, str]:
    if known.out and known.is_told and CODES_BY_KEY[key].physical is not PhysicalClass.ELSEWHERE:
        return Kind.AWAY, _suspended(known, day)
    code, shown = CODES_BY_KEY[key], mark_shown(key, sees_sensitive=known.sees_sensitive)
    is_told = known.sees_sensitive or not code.is_class_only
    if is_told and code.physical is PhysicalClass.ELSEWHERE:
        provider = f" ({known.planned.provider})" if known.planned and known.planned.provider else ""
        return Kind.ELSEWHERE, f"{shown.words}{provider}"
    return Kind.AWAY, f"Not in school: {_lowered(shown.words)}"


def _unmarked(known: Known, moment: TimeOfDay) -> tuple[Kind, str]:
    half = HALF[moment.session]
    if known.out:
        return Kind.AWAY, _suspended(known, moment.day)
    if known.planned and not known.planned.is_refused:
        shown = mark_shown(known.planned.key, sees_sensitive=known.sees_sensitive)
        return Kind.UNKNOWN, f"No mark yet this {half}; expected: {_lowered(shown.words)}"
    if known.lesson and known.lesson.code is not None:
        shown = mark_shown(known.lesson.code, sees_sensitive=known.sees_sensitive)
        return Kind.UNKNOWN, f"No mark yet this {half}; not in {known.lesson.period}: {_lowered(shown.words)}"
    seen = f"; last seen in {_named(known.last)}" if known.last else ""
    return Kind.UNKNOWN, f"No mark yet this {half}{seen}"


def _basis(known: Known, moment: TimeOfDay) -> list[str]:
    found = []
    if known.mark:
        shown = mark_shown(known.mark.code, sees_sensitive=known.sees_sensitive)
        late = f", {known.mark.minutes} min late" if known.mark.minutes else ""
        found.append(f"{moment.session} mark {shown.sign}: {_lowered(shown.words)}{late}")
    else:
        found.append(f"no {moment.session} mark")
    if moment.lesson:
        found.append(_lesson_basis(known, moment.lesson))
    if known.stay:
        found.append(f"rooms' register, signed in {timezone.localtime(known.stay.came_at):%H:%M}")
    if known.out and known.is_told:
        found.append(f"suspension from {said(known.out.starts_on)}")
    if known.planned and known.planned.is_refused:
        found.append("leave was asked for and refused")
    elif known.planned:
        shown = mark_shown(known.planned.key, sees_sensitive=known.sees_sensitive)
        found.append(f"planned: {_lowered(shown.words)}")
    return found


def _lesson_basis(known: Known, lesson: LessonTime) -> str:
    if known.lesson is None:
        return f"no {lesson.name} mark, none in the weeks before"
    if known.lesson.code is None:
        return f"no {lesson.name} mark yet; class as in the weeks before"
    return f"{lesson.name} mark {mark_shown(known.lesson.code, sees_sensitive=known.sees_sensitive).sign}"


def _is_late(code: int) -> bool:
    return CODES_BY_KEY[code].physical is PhysicalClass.LATE


def _named(lesson: Lesson) -> str:
    return f"{lesson.subject} {lesson.class_name}" + (f" with {lesson.teacher}" if lesson.teacher else "")


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]
