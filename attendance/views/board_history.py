"""Registers on time over a span of days, and the lesson registers of a period."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.board_history import FEWEST_REGISTERS, history_of
from attendance.summaries.closed import closed_day
from attendance.summaries.lessons import classes_in, days_to_go_by
from attendance.summaries.teachers import with_names
from attendance.summaries.times import SchoolTimes
from attendance.summaries.times_kept import TimesKept
from attendance.views.board_registers import registers_url
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for, day_read
from students.calendar import academic_year_of
from students.files import offered_as_file
from students.lessons import LessonTime
from students.scopes import scope_of
from students.summaries import SchoolCalendar, window_chosen, windows_on


@never_cache
@require_safe
@right_required(Right.CHASE_REGISTERS)
@offered_as_file("Registers on time")
def board_history(request: StaffRequest) -> HttpResponse:
    """Show how often registers were taken on time, by group and by person, in the person's years."""
    windows = windows_on(timezone.localdate())
    window = window_chosen(windows, asked_for(request, "window"))
    address = reverse("attendance:board_history")
    times = TimesKept.load()
    history = history_of(
        window.first,
        window.last,
        now=timezone.now(),
        years=scope_of(request.user).years_with(Right.CHASE_REGISTERS),
        times=times,
    )
    context = {
        "window": window,
        "windows": [(f"{address}?window={each.slug}", each.name, each == window) for each in windows],
        "history": history,
        "groups": [(row, registers_url(window=window.slug, group=row.key)) for row in history.groups],
        "people": [(row, registers_url(window=window.slug, tutor=row.key)) for row in history.people],
        "all_url": registers_url(window=window.slug),
        "is_taken_here": times.now.is_taken_here,
        "fewest": FEWEST_REGISTERS,
    }
    return render(request, "attendance/board_history.html", context)


@never_cache
@require_safe
@right_required(Right.CHASE_REGISTERS)
@offered_as_file("Lesson registers")
def board_lessons(request: StaffRequest) -> HttpResponse:
    """Show each class of a period with how many of its students have a mark: P1 unless another is asked for."""
    now = timezone.now()
    today = timezone.localdate(now)
    day = day_read(asked_for(request, "day")) or today
    if day > today or academic_year_of(day) != academic_year_of(today):
        day = today
    times = SchoolTimes.load(with_lessons=True)
    lesson = _lesson(times, asked_for(request, "period"))
    shut = closed_day(day)
    closed = "No lessons are set up." if lesson is None else shut.why if shut else ""
    go_by: tuple[date, ...] = ()
    classes = []
    if lesson and not closed:
        go_by = days_to_go_by(day, lesson.name, SchoolCalendar.load())
        years = scope_of(request.user).years_with(Right.CHASE_REGISTERS)
        classes = with_names(classes_in(day, lesson.name, go_by, years))
    context = {
        "day": day,
        "is_today": day == today,
        "lesson": lesson,
        "periods": [
            (_address(day, today, each.name), f"{each.name} {each.starts:%H:%M}", each == lesson)
            for each in times.lessons
        ],
        "closed": closed,
        "is_ahead": lesson is not None and day == today and timezone.localtime(now).time() < lesson.starts,
        "go_by": go_by,
        "classes": classes,
        "none": sum(each.has_none for each in classes),
        "part": sum(each.is_part_marked for each in classes),
        "now": now,
        "live_url": _address(day, today, lesson.name if lesson else ""),
    }
    template = "attendance/_board_lessons_live.html" if request.htmx else "attendance/board_lessons.html"
    return render(request, template, context)


def _lesson(times: SchoolTimes, wanted: str) -> LessonTime | None:
    named = {lesson.name: lesson for lesson in times.lessons}
    return named.get(wanted) or next(iter(times.lessons), None)


def _address(day: date, today: date, period: str) -> str:
    query = {"day": "" if day == today else day.isoformat(), "period": period}
    return f"{reverse('attendance:board_lessons')}?{urlencode({key: value for key, value in query.items() if value})}"
