"""What rules look at, read for a date, and how the school has set them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any

from django.db import connection

from attendance.codes import CODES_BY_KEY, CodeClass
from attendance.figures import Counts
from attendance.models import ProposalRule, RuleException
from attendance.querysets import COUNTS
from attendance.rules.data import Excused, Mark, RuleData, Setting
from attendance.rules.found import Found
from attendance.rules.registry import findings
from students.calendar import academic_year_of, monday_of
from students.models import CalendarSpan, ParentCarerLink, SchoolDay, Student
from students.strands import Happening, happened
from students.summaries import SchoolCalendar

# Rules look back as far as the longest is set, and some weeks more: a window is still looked at when it has just ended.
MORE_WEEKS = 3
_MISSED_OR_LATE = {
    key: code.letters
    for key, code in CODES_BY_KEY.items()
    if code.code_class in (CodeClass.AUTHORISED, CodeClass.UNAUTHORISED) or code.letters == "L"
}


def rule_settings() -> tuple[Setting, ...]:
    """Read the rules as the school has set them, in their order, in one query."""
    names = ("slug", "title", "count", "weeks", "proposes", "is_on", "strand", "counts", "person", "grace_days")
    rows = ProposalRule.objects.values_list(*names)
    return tuple(Setting(*row) for row in rows)


def rule_data(on: date, settings: Collection[Setting], calendar: SchoolCalendar | None = None) -> RuleData:
    """Read what these rules look at on the date, for everybody on roll, in seven queries and the sources' own.

    What none of them looks at is not read: marks, weeks and families for those that only count what others record.
    """
    calendar = calendar or SchoolCalendar.load()
    weeks = max((setting.weeks or 1 for setting in settings), default=1)
    half_terms = _half_terms(on)
    mondays = calendar.school_weeks(on, weeks + MORE_WEEKS) or (monday_of(on),)
    begun = [first for first, _ in half_terms[-2:]]
    admitted = dict(Student.objects.on_roll(on).order_by().values_list("pk", "admitted_on"))
    first = min([mondays[0], *begun])
    reads_marks = any(not setting.counts for setting in settings)
    return RuleData(
        on=on,
        calendar=calendar,
        half_terms=half_terms,
        admitted=admitted,
        marks=_marks(first, on, admitted) if reads_marks else {},
        weeks=_weeks(mondays[0], on) if reads_marks else {},
        families=_families(on) if any(setting.slug == "siblings" for setting in settings) else (),
        happened=_happened(first, on) if any(setting.counts for setting in settings) else {},
        excused=_excused(first),
    )


def found_on(on: date) -> dict[str, tuple[Found, ...]]:
    """Return what every rule that is on finds on the date, by slug: the night's proposals, and what reports say."""
    settings = rule_settings()
    return findings(rule_data(on, settings), settings)


def last_day_over(today: date) -> date | None:
    """Return the last school day before today: the day whose marks the morning's proposals rest on; None if none."""
    return SchoolDay.objects.filter(day__lt=today).order_by("-day").values_list("day", flat=True).first()


def _half_terms(on: date) -> tuple[tuple[date, date], ...]:
    spans = CalendarSpan.objects.filter(kind=CalendarSpan.Kind.TERM, first_day__lte=on).order_by("first_day")
    return tuple(spans.values_list("first_day", "last_day"))


# By hand: tens of thousands of rows, which a query set hands out a hundred at a time.
_MARKS = """
    SELECT student_id, date, session, code_id, coalesce(minutes_late, 0)
      FROM attendance_sessionmark
     WHERE date BETWEEN %(first)s AND %(on)s AND code_id = ANY(%(codes)s) AND student_id = ANY(%(students)s)
     ORDER BY student_id, date, session
"""


def _marks(first: date, on: date, students: Iterable[int]) -> dict[int, tuple[Mark, ...]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    asked: dict[str, Any] = {"first": first, "on": on, "codes": list(_MISSED_OR_LATE), "students": list(students)}
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, asked)
        for student, day, session, code, minutes in cursor.fetchall():
            found[student].append(Mark(day, session, _MISSED_OR_LATE[code], minutes))
    return {student: tuple(marks) for student, marks in found.items()}


# The weeks before those looked at come added up, as one row.
_WEEKS = f"""
    SELECT student_id, greatest(monday, %(before)s::date), {", ".join(f"sum({name})::int" for name in COUNTS)}
      FROM attendance_attendanceweek
     WHERE academic_year = %(year)s AND monday <= %(on)s
     GROUP BY 1, 2
     ORDER BY 1, 2
"""  # noqa: S608 - the names of the counts, not input


def _weeks(first: date, on: date) -> dict[int, tuple[tuple[date, Counts], ...]]:
    found: dict[int, list[tuple[date, Counts]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_WEEKS, {"before": first - timedelta(days=7), "year": academic_year_of(on), "on": on})
        for student, monday, *counts in cursor.fetchall():
            found[student].append((monday, Counts(*counts)))
    return {student: tuple(weeks) for student, weeks in found.items()}


def _families(on: date) -> tuple[frozenset[int], ...]:
    rows = ParentCarerLink.objects.filter(student__in=Student.objects.on_roll(on).order_by(), has_court_order=False)
    children: dict[int, set[int]] = defaultdict(set)
    for carer, student in rows.values_list("parent_carer_id", "student_id"):
        children[carer].add(student)
    return tuple(frozenset(held) for held in children.values() if len(held) > 1)


def _happened(first: date, on: date) -> dict[int, tuple[Happening, ...]]:
    found: dict[int, list[Happening]] = defaultdict(list)
    for one in sorted(happened(first, on), key=lambda each: (each.day, each.kind, each.key)):
        found[one.student_id].append(one)
    return {student: tuple(ones) for student, ones in found.items()}


def _excused(first: date) -> tuple[Excused, ...]:
    rows = RuleException.objects.standing(last_day__gte=first).order_by("pk")
    return tuple(
        Excused(*row) for row in rows.values_list("pk", "student_id", "strand", "rule", "first_day", "last_day")
    )
