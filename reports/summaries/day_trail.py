"""One student's day as the registers tell it: sessions, lessons, the rooms and what is planned, one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from attendance.codes import CODES_BY_KEY
from attendance.models import PlannedMark, SessionMark
from attendance.summaries.lessons import Lesson, every_lesson_of
from attendance.summaries.planned import covers, expected_of, standing_on
from attendance.summaries.shown import MarkShown, mark_shown
from attendance.summaries.times import SESSIONS
from behaviour.models import InclusionStay, Suspension
from behaviour.summaries.out import kept_out
from behaviour.summaries.rooms import day_span
from reports.summaries.where import HALF, Known, Mark, TimeOfDay, Where, last_present, where_of
from students.lessons import LessonTime


@dataclass(frozen=True)
class Step:
    """One part of the day. at, until: the clock; mark: as it may be seen, None without one; state: said instead of it.

    by: who entered the mark, or who supervises. session: of a session's register.
    """

    at: time
    what: str
    until: time | None = None
    mark: MarkShown | None = None
    minutes: int | None = None
    state: str = ""
    by: str = ""
    session: str = ""
    is_now: bool = False
    is_ahead: bool = False


@dataclass(frozen=True)
class PlanShown:
    """What is planned for the day, as one person may see it."""

    words: str
    sessions: tuple[str, ...]
    provider: str
    note: str
    is_refused: bool
    key: int

    @property
    def when(self) -> str:
        """Which part of the day."""
        return "all day" if len(self.sessions) == len(SESSIONS) else f"in the {HALF[self.sessions[0]]}"


@dataclass(frozen=True)
class DayTrail:
    """Where a student is, and the day up to now and ahead. last: the latest mark of a session, None before any."""

    where: Where | None
    steps: tuple[Step, ...]
    plans: tuple[PlanShown, ...]
    last: Step | None


NOTHING = DayTrail(None, (), (), None)


def day_trail(student: int, moment: TimeOfDay, *, sees_sensitive: bool, is_told: bool = False) -> DayTrail:
    """Return the student's day in six queries; nothing on a day without school. is_told: of suspensions."""
    if not moment.is_school_day:
        return NOTHING
    held = _Held.load(student, moment, sees_sensitive=sees_sensitive, is_told=is_told)
    steps = sorted([*held.registers(), *held.classes(), *held.rooms()], key=lambda step: step.at)
    marked = [step for step in steps if step.session and step.mark]
    return DayTrail(held.where(), tuple(steps), tuple(held.plans_shown()), marked[-1] if marked else None)


@dataclass(frozen=True)
class _Held:
    """Everything held of the student's day."""

    moment: TimeOfDay
    marks: Mapping[str, SessionMark]
    lessons: Mapping[str, Lesson]
    stays: Sequence[InclusionStay]
    plans: Sequence[PlannedMark]
    sees_sensitive: bool
    out: Suspension | None
    is_told: bool

    @classmethod
    def load(cls, student: int, moment: TimeOfDay, *, sees_sensitive: bool, is_told: bool) -> "_Held":
        begins, ends = day_span(moment.day)
        marks = SessionMark.objects.filter(student=student, date=moment.day).select_related("recorded_by")
        stays = InclusionStay.objects.standing(student=student, came_at__gte=begins, came_at__lt=ends)
        lessons = every_lesson_of(student, moment.day).values()
        return cls(
            moment,
            {mark.session: mark for mark in marks},
            {lesson.period: lesson for lesson in lessons},
            list(stays.order_by("came_at")),
            list(standing_on([student], moment.day)),
            sees_sensitive,
            kept_out([student], moment.day, moment.session).get(student),
            is_told,
        )

    def where(self) -> Where | None:
        """Return where the student is, as the list of everybody says it; None while school is closed."""
        moment = self.moment
        if moment.closed:
            return None
        period = moment.lesson.name if moment.lesson else ""
        mark, planned = self.marks.get(moment.session), expected_of(self.plans, moment.day, moment.session)
        known = Known(
            Mark(mark.code_id, mark.minutes_late, mark.recorded_at) if mark else None,
            self.lessons.get(period),
            last_present(self.lessons, period),
            self.lessons,
            next((stay for stay in self.stays if stay.left_at is None and stay.came_at <= moment.at), None),
            next(iter(planned.values()), None),
            self.sees_sensitive,
            self.out,
            self.is_told,
        )
        return where_of(known, moment)

    def registers(self) -> Iterator[Step]:
        """Return the two registers."""
        for session in SESSIONS:
            starts = self.moment.times.starts_at(self.moment.day, session)
            mark = self.marks.get(session)
            yield Step(
                timezone.localtime(starts).time(),
                f"{HALF[session].title()} register",
                mark=self._shown(mark.code_id) if mark else None,
                minutes=mark.minutes_late if mark else None,
                state="" if mark else "no mark yet" if starts <= self.moment.at else "still to come",
                by=_entered(mark, self.moment.day) if mark else "",
                session=session,
                is_ahead=starts > self.moment.at,
            )

    def classes(self) -> Iterator[Step]:
        """Return the lessons of which something is known."""
        now = timezone.localtime(self.moment.at).time()
        for period in self.moment.lessons:
            lesson = self.lessons.get(period.name)
            if lesson:
                yield self._class(period, lesson, now)

    def _class(self, period: LessonTime, lesson: Lesson, now: time) -> Step:
        usual = "as in the weeks before; "
        is_ahead, is_now = period.starts > now, period.starts <= now < period.ends
        waits = "still to come" if is_ahead else "not marked yet" if is_now else "no mark"
        return Step(
            period.starts,
            f"{period.name} {lesson.subject} {lesson.class_name}",
            until=period.ends,
            mark=self._shown(lesson.code) if lesson.code is not None else None,
            minutes=lesson.minutes,
            state="" if lesson.code is not None else usual + waits,
            by=f"with {lesson.teacher}" if lesson.teacher else "",
            is_now=is_now and not self.moment.closed,
            is_ahead=is_ahead,
        )

    def rooms(self) -> Iterator[Step]:
        """Return the stays in the inclusion and nurture rooms."""
        for stay in self.stays:
            left = timezone.localtime(stay.left_at).time() if stay.left_at else None
            yield Step(
                timezone.localtime(stay.came_at).time(),
                stay.get_room_display(),
                until=left,
                state="signed out" if left else "signed in, not signed out",
                by=f"with {stay.adult}",
                is_now=left is None,
            )

    def plans_shown(self) -> Iterator[PlanShown]:
        """Return what is planned for the day."""
        for plan in self.plans:
            sessions = tuple(each for each in SESSIONS if covers(plan, self.moment.day, each))
            if not sessions:
                continue
            is_told = self.sees_sensitive or not CODES_BY_KEY[plan.code_id].is_class_only
            yield PlanShown(
                self._shown(plan.code_id).words,
                sessions,
                plan.provider if is_told else "",
                plan.note if self.sees_sensitive else "",
                plan.status == PlannedMark.Status.REFUSED,
                plan.pk,
            )

    def _shown(self, code: int) -> MarkShown:
        return mark_shown(code, sees_sensitive=self.sees_sensitive)


def _entered(mark: SessionMark, day: date) -> str:
    """Return who entered the mark and when: "by Ms Birtwistle at 08:52"."""
    by = f"by {mark.recorded_by.formal_name}" if mark.recorded_by else "from the MIS"
    return f"{by} {_clock(mark.recorded_at, day)}"


def _clock(at: datetime, day: date) -> str:
    local = timezone.localtime(at)
    return f"at {local:%H:%M}" if local.date() == day else f"on {local:%a} {local.day} {local:%b}"
