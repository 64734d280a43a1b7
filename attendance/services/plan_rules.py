"""What every plan must be, whatever its kind: within school and roll, in order, new; and how one is written down."""

from datetime import date, datetime, timedelta

from attendance.codes import CODES_BY_KEY
from attendance.models import PlannedMark
from attendance.summaries.absences import span_words
from attendance.summaries.planned import Span, sessions_of
from pastoral.core.models import User
from students.models import Student
from students.summaries import SchoolCalendar

LONGEST_SPAN = timedelta(days=366)


class PlanFault(Exception):
    """A plan cannot stand as it was put in. field: where in the form; the message is fit for it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class AlreadyDecided(Exception):
    """Somebody else was there first; the message says who, what and when."""


def student_locked(student: Student) -> None:
    """Let one person at a time plan for a student: two tabs make one plan."""
    Student.objects.select_for_update().get(pk=student.pk)


def in_order(span: Span) -> None:
    """Refuse a span that ends before it begins."""
    if not span.is_in_order:
        raise PlanFault("ends_on", "It has to end after it begins.")


def span_fits(student: Student, span: Span, code: int) -> None:
    """Refuse a span that school never meets in, outside the student's time here, or beyond the code's."""
    in_order(span)
    if span.ends_on - span.starts_on > LONGEST_SPAN:
        raise PlanFault("ends_on", "That is more than a year. Plan up to a year, and go on from there.")
    if student.left_on and student.left_on < span.starts_on:
        raise PlanFault("starts_on", f"{student.forename} left on {student.left_on:%a %-d %b %Y}.")
    if student.admitted_on > span.ends_on:
        raise PlanFault("ends_on", f"{student.forename} starts here on {student.admitted_on:%a %-d %b %Y}.")
    meaning = CODES_BY_KEY[code]
    if not (meaning.is_valid_on(span.starts_on) and meaning.is_valid_on(span.ends_on)):
        raise PlanFault("code", f"{meaning.letters} is not valid on all of those days.")
    _meets_school(span)


def _meets_school(span: Span) -> None:
    calendar = SchoolCalendar.load()
    if sessions_of(span, calendar):
        return
    following = calendar.next_school_day(span.ends_on)
    hint = f" The next school day is {following:%a %-d %b}." if following else " The calendar holds no later day."
    raise PlanFault("starts_on", f"School does not meet in {span_words(span)}.{hint}")


def plan_is_new(student: Student, kind: str, code: int, span: Span) -> None:
    """Refuse what is planned already in just these sessions."""
    standing = PlannedMark.objects.filter(student=student, kind=kind, code_id=code).exclude(status="withdrawn")
    if any(Span.of(each) == span for each in standing.filter(starts_on=span.starts_on, ends_on=span.ends_on)):
        raise PlanFault("starts_on", "This is planned already, in just these sessions: nothing was added.")


def review_fits(span: Span, review_on: date | None) -> None:
    """Want a review within the span."""
    if review_on is None or not span.starts_on <= review_on <= span.ends_on:
        raise PlanFault("review_on", f"The review has to be in {span_words(span)}, not after it has ended.")


def plan_made(student: Student, span: Span, by: User, at: datetime, **facts: object) -> PlannedMark:
    """Write a plan down."""
    return PlannedMark.objects.create(
        student=student,
        starts_on=span.starts_on,
        starts_session=span.starts_session,
        ends_on=span.ends_on,
        ends_session=span.ends_session,
        sessions=span.sessions,
        created_by=by,
        created_at=at,
        **facts,
    )


def decided(held: PlannedMark, status: str, reason: str, by: User, at: datetime) -> None:
    """Put down what was decided, by whom, when and why; the caller saves it."""
    held.status, held.decision_reason, held.decided_by, held.decided_at = status, reason, by, at
