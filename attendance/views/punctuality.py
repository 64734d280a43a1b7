"""Punctuality: lates by student, group, day and lesson, and the marks behind each number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from attendance.figures.lateness import FEWEST_EXPECTED, FEWEST_MARKS, Lateness
from attendance.summaries.late_marks import LateAsked, late_marks
from attendance.summaries.punctuality import WEEKDAYS, GroupLates, Punctuality, StudentLates
from attendance.views.lateness import Reach
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.sorting import Order
from pastoral.core.words import asked_for
from students.files import offered_as_file

FIRST_ROWS = 25
SORTS = {"": "Most lates", "minutes": "Most minutes", "rate": "Most often", "lessons": "Late to lessons"}
SCHOOL_DAYS = range(5)


@dataclass(frozen=True)
class Cell:
    """One number of a table with the address of its marks.

    heat: 1 to 5, from the lowest rate of its table to the highest; 0 without a rate.
    """

    name: str
    own: Lateness
    url: str
    heat: int = 0


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
@offered_as_file("Punctuality")
def punctuality(request: StaffRequest) -> HttpResponse:
    """Show when, where and how often the person's students are late, and whose habit it is."""
    reach = Reach.of(request)
    held = Punctuality.load(reach.roll, reach.window)
    sort = asked_for(request, "sort")
    sort = sort if sort in SORTS else ""
    students = _sorted(held.late_students, sort)
    is_whole = asked_for(request, "show") == "all"
    subject = asked_for(request, "subject")
    context = {
        "reach": reach,
        "held": held,
        "windows": reach.window_choices("attendance:punctuality", sort=sort, subject=subject),
        "orders": [Order(value, words, value == sort) for value, words in SORTS.items()],
        "students": [_student(reach, row) for row in (students if is_whole else students[:FIRST_ROWS])],
        "student_count": len(students),
        "school_url": reach.marks(),
        "lessons_url": reach.marks(lessons=1),
        "after_url": reach.marks(letters="U"),
        "minutes_url": reach.url("attendance:minutes_late"),
        "groups": [_group(reach, row) for row in held.groups],
        "weekdays": _week(reach, held),
        "lesson_week": _lesson_week(reach, held, subject),
        "days": [WEEKDAYS[day] for day in SCHOOL_DAYS],
        "subject": subject,
        "periods": [Cell(name, own, reach.marks(lessons=1, period=name)) for name, own in held.periods.items()],
        "subjects": [Cell(name, own, reach.marks(lessons=1, subject=name)) for name, own in held.subjects.items()],
        "slots": [
            (slot, reach.marks(lessons=1, period=slot.period, subject=slot.subject))
            for slot in held.slots
            if slot.effect.ratio
        ],
        "slots_too_few": sum(not slot.effect.ratio for slot in held.slots),
        "fewest": FEWEST_MARKS,
        "fewest_expected": FEWEST_EXPECTED,
    }
    return render(request, "attendance/punctuality_detail.html", context)


def _sorted(rows: Sequence[StudentLates], sort: str) -> list[StudentLates]:
    orders = {
        "minutes": lambda row: -row.school.minutes,
        "rate": lambda row: (row.school.is_small, -(row.school.percent or 0)),
        "lessons": lambda row: (row.effect.ratio is None, -(row.effect.ratio or 0), -row.lessons.lates),
    }
    named = sorted(rows, key=lambda row: (-row.school.lates, -row.lessons.lates, row.person.sort_name))
    return sorted(named, key=orders[sort]) if sort in orders else named


def _group(reach: Reach, row: GroupLates) -> tuple[GroupLates, str, str, str]:
    """Return the row with the addresses of the group's page, marks and minutes late."""
    pages = ("attendance:punctuality", "attendance:punctuality_marks", "attendance:minutes_late")
    own, marks, minutes = (reach.url(page, group=row.name) for page in pages)
    return row, own, marks, minutes


def _student(reach: Reach, row: StudentLates) -> tuple[StudentLates, str, str, str]:
    """Return the row with the addresses of the student's minutes, marks and lesson marks."""
    key = row.person.student_id
    own = f"{reverse('attendance:minutes_late_student', args=[key])}?window={reach.window.slug}"
    return row, own, reach.marks(student=key), reach.marks(student=key, lessons=1)


def _week(reach: Reach, held: Punctuality) -> list[tuple[str, list[Cell]]]:
    """Return lates to school: a row for each session, a cell for each weekday."""
    rates = _rates(held.by_weekday.values())
    return [
        (
            session,
            [
                _cell(
                    session,
                    held.by_weekday.get((day, session), Lateness()),
                    rates,
                    reach.marks(session=session, weekday=day + 1),
                )
                for day in SCHOOL_DAYS
            ],
        )
        for session in ("AM", "PM")
    ]


def _lesson_week(reach: Reach, held: Punctuality, subject: str) -> list[tuple[str, list[Cell]]]:
    """Return lates to lessons, of one subject or all: a row for each period, a cell for each weekday."""
    week = held.lesson_week(subject)
    rates = _rates(week.values())
    return [
        (
            period,
            [
                _cell(
                    period,
                    week.get((period, day), Lateness()),
                    rates,
                    reach.marks(lessons=1, period=period, weekday=day + 1, subject=subject),
                )
                for day in SCHOOL_DAYS
            ],
        )
        for period in held.periods
    ]


def _rates(held: Iterable[Lateness]) -> list[Decimal]:
    return [own.percent for own in held if own.percent is not None and not own.is_small]


def _cell(name: str, own: Lateness, rates: Sequence[Decimal], url: str) -> Cell:
    """Return the cell, shaded from the lowest rate of its table (1) to the highest (5)."""
    if own.is_small or own.percent is None:
        return Cell(name, own, url)
    low, spread = min(rates), max(rates) - min(rates)
    return Cell(name, own, url, heat=1 + round(4 * (own.percent - low) / spread) if spread else 0)


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
@offered_as_file("Late marks")
def punctuality_marks(request: StaffRequest) -> HttpResponse:
    """List the late marks behind a number of the page, newest first."""
    reach = Reach.of(request)
    asked = _asked(request)
    student = asked_for(request, "student")
    roll = [person for person in reach.roll if student in ("", str(person.student_id))]
    page = late_marks(roll, reach.window, asked, asked_for(request, "before"))
    more = {"lessons": "1" if asked.lessons else "", "student": student}
    context = {
        "reach": reach,
        "asked": asked,
        "page": page,
        "person": roll[0] if student and roll else None,
        "windows": reach.window_choices("attendance:punctuality_marks", **more, **_kept(asked)),
        "kinds": [
            (reach.marks(student=student), "To school", not asked.lessons),
            (reach.marks(student=student, lessons=1), "To lessons", asked.lessons),
        ],
        "back_url": reach.url("attendance:punctuality"),
        "corrects": request.user.may(Right.CORRECT_MARKS) and not asked.lessons,
        "is_narrowed": bool(student or asked.in_words),
    }
    return render(request, "attendance/punctuality_marks.html", context)


def _asked(request: StaffRequest) -> LateAsked:
    weekday = asked_for(request, "weekday")
    letters, session = asked_for(request, "letters"), asked_for(request, "session")
    return LateAsked(
        lessons=asked_for(request, "lessons") == "1",
        letters=letters if letters in ("L", "U") else "",
        weekday=int(weekday) if weekday in set("1234567") else 0,
        session=session if session in ("AM", "PM") else "",
        period=asked_for(request, "period")[:5],
        subject=asked_for(request, "subject")[:60],
    )


def _kept(asked: LateAsked) -> dict[str, object]:
    names = ("letters", "weekday", "session", "period", "subject")
    return {name: getattr(asked, name) for name in names if getattr(asked, name)}
