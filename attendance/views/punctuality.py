"""Punctuality: lates by student, group, day and lesson, the marks behind each number, and minutes late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.figures.lateness import FEWEST_EXPECTED, FEWEST_MARKS, Lateness
from attendance.summaries.late_marks import LateAsked, late_marks
from attendance.summaries.minutes_late import minutes_late_of, minutes_late_report, minutes_late_table
from attendance.summaries.punctuality import WEEKDAYS, GroupLates, Punctuality, StudentLates, punctuality_windows
from attendance.summaries.reach import reached
from pastoral.core.access import access_note
from pastoral.core.models import AccessRecord
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.spreadsheets import CSV_TYPE, as_csv
from pastoral.core.words import asked_for
from students.models import Enrolment
from students.scopes import scope_of
from students.summaries import RollEntry, SchoolCalendar, Window, roll_of, window_chosen

FIRST_ROWS = 25
SORTS = {"": "Most lates", "minutes": "Most minutes", "rate": "Most often", "lessons": "Late to lessons"}
LEAST = ("1", "3", "5", "8", "10")
YEARS = {str(number): number for number in range(7, 14)}
SCHOOL_DAYS = range(5)


@dataclass(frozen=True)
class Reach:
    """Whose lateness is asked for, and over which window: what the pages of punctuality have in common."""

    windows: tuple[Window, ...]
    window: Window
    everybody: tuple[RollEntry, ...]
    year: int
    group: str
    calendar: SchoolCalendar

    @classmethod
    def of(cls, request: StaffRequest) -> "Reach":
        """Read the address and the roll that the person sees; what is not known asks for nothing."""
        today, calendar = timezone.localdate(), SchoolCalendar.load()
        windows = punctuality_windows(today, calendar)
        everybody = roll_of(Enrolment.objects.visible_to(request.user), today)
        group = asked_for(request, "group")
        names = {person.tutor_group.casefold(): person.tutor_group for person in everybody}
        return cls(
            windows=windows,
            window=window_chosen(windows, asked_for(request, "window") or "half-term"),
            everybody=everybody,
            year=YEARS.get(asked_for(request, "year"), 0),
            group=names.get(group.casefold(), group[:20]),
            calendar=calendar,
        )

    @property
    def roll(self) -> tuple[RollEntry, ...]:
        """The students asked for."""
        return tuple(
            person
            for person in self.everybody
            if self.year in (0, person.year) and self.group in ("", person.tutor_group)
        )

    @property
    def years(self) -> list[int]:
        """The years that may be chosen; none when there is only one."""
        held = sorted({person.year for person in self.everybody})
        return held if len(held) > 1 else []

    @property
    def groups(self) -> list[str]:
        """The tutor groups that may be chosen, those of the year asked for; none when there is only one."""
        held = {person.tutor_group: None for person in self.everybody if self.year in (0, person.year)}
        return list(held) if len(held) > 1 else []

    @property
    def name(self) -> str:
        """Whose lateness it is, in words."""
        if self.group or self.year:
            return self.group or f"Year {self.year}"
        groups = {person.tutor_group for person in self.everybody}
        years = {person.year for person in self.everybody}
        if len(groups) == 1:
            return groups.pop()
        return f"Year {years.pop()}" if len(years) == 1 else "All your students"

    @property
    def query(self) -> dict[str, str]:
        """What the address asks for, to be asked for again."""
        held = {"window": self.window.slug, "year": str(self.year or ""), "group": self.group}
        return {name: value for name, value in held.items() if value}

    def url(self, name: str, **asked: object) -> str:
        """Return the address of one of the pages for the same students and window, with more asked for."""
        more = {key: str(value) for key, value in asked.items()}
        query = {key: value for key, value in {**self.query, **more}.items() if value}
        return f"{reverse(name)}?{urlencode(query)}"

    def marks(self, **asked: object) -> str:
        """Return the address of the marks behind a number."""
        return self.url("attendance:punctuality_marks", **asked)

    def window_choices(self, name: str, **asked: object) -> list[tuple[str, str, bool]]:
        """Return the windows as choices of a page."""
        return [(self.url(name, window=each.slug, **asked), each.name, each == self.window) for each in self.windows]


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
def punctuality(request: StaffRequest) -> HttpResponse:
    """Show when, where and how often the person's students are late, and whose habit it is."""
    reach = Reach.of(request)
    held = Punctuality.load(reach.roll, reach.window)
    sort = asked_for(request, "sort")
    students = _sorted(held.late_students, sort)
    is_whole = asked_for(request, "show") == "all"
    subject = asked_for(request, "subject")
    context = {
        "reach": reach,
        "held": held,
        "windows": reach.window_choices("attendance:punctuality", sort=sort, subject=subject),
        "sorts": _sorts(reach, sort, "all" if is_whole else ""),
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


def _sorts(reach: Reach, chosen: str, show: str) -> list[tuple[str, str, bool]]:
    """Return the orders of the students as choices."""
    address = "attendance:punctuality"
    return [
        (f"{reach.url(address, sort=key, show=show)}#students", words, key == chosen) for key, words in SORTS.items()
    ]


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


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
def minutes_late(request: StaffRequest) -> HttpResponse:
    """Show, or hand out as CSV, who was late in the window, how often and how much learning time it took."""
    reach = Reach.of(request)
    report = minutes_late_report(reach.roll, reach.window, reach.calendar)
    least = asked_for(request, "least")
    least = least if least in LEAST else LEAST[0]
    rows = sorted(
        (row for row in report.students if row[1].own.lates >= int(least)),
        key=lambda row: (-row[1].own.minutes, -row[1].own.lates),
    )
    name = f"{reach.name}, at least {least} late{'' if least == '1' else 's'}"
    if asked_for(request, "format") == "csv":
        return _export(request, reach, as_csv(minutes_late_table(report, rows, name)))
    context = {
        "reach": reach,
        "report": report,
        "rows": [
            (
                person,
                late,
                f"{reverse('attendance:minutes_late_student', args=[person.student_id])}?window={reach.window.slug}",
            )
            for person, late in rows
        ],
        "windows": reach.window_choices("attendance:minutes_late", least=least),
        "groups": [
            (group, reach.url("attendance:minutes_late", group=group.name), reach.marks(group=group.name))
            for group in report.groups
        ],
        "least": least,
        "leasts": LEAST,
        "csv_url": reach.url("attendance:minutes_late", least=least, format="csv"),
        "school_url": reach.marks(),
        "punctuality_url": reach.url("attendance:punctuality"),
    }
    return render(request, "attendance/minutes_late_list.html", context)


def _export(request: StaffRequest, reach: Reach, written: bytes) -> HttpResponse:
    """Answer with the file, and log that it was taken."""
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.EXPORT,
        subject=f"minutes-late:{reach.group or reach.year or 'all'}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        path=request.get_full_path(),
    )
    response = HttpResponse(written, content_type=CSV_TYPE)
    name = f"Minutes late {reach.window.last:%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@right_required(Right.SEE_PUNCTUALITY)
def minutes_late_student(request: StaffRequest, pk: int) -> HttpResponse:
    """Show one student's late arrivals in the window, by week and one by one: 404 outside the person's students."""
    who = reached(request.user, [pk]).get(pk)
    if who is None:
        raise Http404("no such student among those this person sees")
    today: date = timezone.localdate()
    calendar = SchoolCalendar.load()
    windows = punctuality_windows(today, calendar)
    window = window_chosen(windows, asked_for(request, "window") or "half-term")
    access_note(
        user=request.user,
        kind=AccessRecord.Kind.PAGE,
        subject=f"student:{pk}",
        reason=who.reason,
        path=request.get_full_path(),
    )
    address = reverse("attendance:minutes_late_student", args=[pk])
    context = {
        "who": who,
        "late": minutes_late_of([pk], window, calendar)[pk],
        "window": window,
        "windows": [(f"{address}?window={each.slug}", each.name, each == window) for each in windows],
        "corrects": Right.CORRECT_MARKS in who.rights,
        "list_url": f"{reverse('attendance:minutes_late')}?window={window.slug}",
    }
    return render(request, "attendance/minutes_late_student.html", context)
