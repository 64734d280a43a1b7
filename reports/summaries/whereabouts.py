"""Where each student is now: the session's mark, the lesson's, the rooms' register and what is planned, together."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone

from attendance.models import SessionMark
from attendance.summaries.board import ends_at
from attendance.summaries.closed import closed_day
from attendance.summaries.lessons import Lesson, lessons_of
from attendance.summaries.planned import expected_in
from attendance.summaries.teachers import with_names
from attendance.summaries.times_kept import TimesKept
from behaviour.models import InclusionStay
from behaviour.summaries.out import kept_out
from behaviour.summaries.rooms import day_span
from reports.summaries.where import Known, Mark, TimeOfDay, Where, last_present, where_of


def moment_of(at: datetime) -> TimeOfDay:
    """Return what is on at the moment, in two queries."""
    times = TimesKept.load(with_lessons=True).now
    day = timezone.localdate(at)
    shut = closed_day(day)
    closed = shut.why if shut else ""
    if not closed and at < times.starts_at(day, "AM"):
        closed = f"School begins at {times.am_starts:%H:%M}."
    elif not closed and at >= ends_at(times, day, "PM"):
        closed = "The school day is over."
    return TimeOfDay(at, times.session_at(at), times, times.lesson_at(at), closed, is_school_day=shut is None)


def whereabouts(
    students: Mapping[int, bool], moment: TimeOfDay, told: Collection[int] = frozenset()
) -> dict[int, Where]:
    """Return where each student is, in six queries however many there are; nothing while school is closed.

    students: whether the person sees the student's codes whole, by key. told: those whose suspensions they may see.
    """
    if moment.closed or not students:
        return {}
    keys = list(students)
    period = moment.lesson.name if moment.lesson else ""
    marks, lessons = _marks(keys, moment), _lessons(keys, moment.day, period)
    stays, planned = _stays(keys, moment), expected_in(keys, moment.day, moment.session)
    out = kept_out(keys, moment.day, moment.session)
    return {
        key: where_of(
            Known(
                marks.get(key),
                lessons.get(key, {}).get(period),
                last_present(lessons.get(key, {}), period),
                lessons.get(key, {}),
                stays.get(key),
                planned.get(key),
                sees_sensitive,
                out.get(key),
                key in told,
            ),
            moment,
        )
        for key, sees_sensitive in students.items()
    }


def _marks(keys: Collection[int], moment: TimeOfDay) -> dict[int, Mark]:
    rows = SessionMark.objects.filter(student__in=keys, date=moment.day, session=moment.session)
    held = rows.values_list("student", "code", "minutes_late", "recorded_at")
    return {student: Mark(code, minutes, at) for student, code, minutes, at in held}


def _lessons(keys: Collection[int], day: date, period: str) -> dict[int, dict[str, Lesson]]:
    found: dict[int, dict[str, Lesson]] = {}
    for lesson in with_names(
        lesson for lessons in lessons_of(keys, day, period).values() for lesson in lessons.values()
    ):
        found.setdefault(lesson.student_id, {})[lesson.period] = lesson
    return found


def _stays(keys: Collection[int], moment: TimeOfDay) -> dict[int, InclusionStay]:
    begins, _ends = day_span(moment.day)
    rows = InclusionStay.objects.open().filter(student__in=keys, came_at__gte=begins, came_at__lte=moment.at)
    return {row.student_id: row for row in rows}
