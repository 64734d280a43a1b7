"""A small school for the weekly RAG's tests: the week of Monday 16 November 2026."""

from datetime import date, timedelta

from attendance.codes import code_on
from attendance.models import SessionMark
from reports import services
from reports.models import WeeklyRagRun
from students.models import SchoolDay, Student
from tests.factories import copy_in
from tests.marks import COLUMNS

MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)
NEXT_MONDAY = date(2026, 11, 23)
TERM = date(2026, 9, 2)

Marks = dict[tuple[date, str], str]


def week_of(letters: str, monday: date = MONDAY) -> Marks:
    """Read a week's marks from ten signs: "//// O/ …" is Monday AM, Monday PM, …; "-" is no mark, "/" present."""
    signs = letters.split()
    return {(monday + timedelta(days=n // 2), ("AM", "PM")[n % 2]): sign for n, sign in enumerate(signs) if sign != "/"}


def attend(student: Student, marks: Marks | None = None, *, first: date = TERM, last: date = FRIDAY) -> None:
    """Mark a student present on every school day from first to last, but for the marks given."""
    special = marks or {}
    rows = []
    for day in SchoolDay.objects.filter(day__range=(max(first, student.admitted_on), last)).values_list(
        "day", flat=True
    ):
        for session, present in (("AM", "/"), ("PM", "\\")):
            letters, _, minutes = special.get((day, session), present).partition(":")
            if letters != "-":
                late = int(minutes) if minutes else None
                rows.append((student.pk, day, session, code_on(letters, day).key, late, ""))
    copy_in(SessionMark, COLUMNS, rows)


def absent(count: int, letters: str = "O", *, first: date = TERM) -> Marks:
    """Return marks that make a student miss the first `count` sessions from a date."""
    days = SchoolDay.objects.filter(day__gte=first).values_list("day", flat=True)[: (count + 1) // 2]
    sessions = [(day, session) for day in days for session in ("AM", "PM")]
    return dict.fromkeys(sessions[:count], letters)


def made(week: date = MONDAY, today: date = NEXT_MONDAY, *, tells_tutors: bool = True) -> WeeklyRagRun:
    """Make a week's run with its documents, without a worker."""
    run = services.weekly_rag_begin(week=week, by=None, today=today, tells_tutors=tells_tutors)
    services.weekly_rag_freeze(run_id=run.pk, today=today)
    for kind, name in run.documents.values_list("kind", "name"):
        services.rag_document_draw(run_id=run.pk, kind=kind, name=name)
    services.weekly_rag_complete(run_id=run.pk)
    run.refresh_from_db()
    return run


def frozen(week: date = MONDAY, today: date = NEXT_MONDAY) -> WeeklyRagRun:
    """Freeze a week's run and draw nothing."""
    run = services.weekly_rag_begin(week=week, by=None, today=today)
    return services.weekly_rag_freeze(run_id=run.pk, today=today)
