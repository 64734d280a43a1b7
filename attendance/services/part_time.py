"""Writes to part-time timetables: agreed with a parent, temporary, one at a time."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from attendance.codes import code_on
from attendance.models import PlannedMark
from attendance.services.plan_rules import PlanFault, plan_made, review_fits, span_fits, student_locked
from attendance.summaries.absences import span_words
from attendance.summaries.planned import Span, overlap
from pastoral.core.models import User
from students.calendar import end_of_compulsory_age
from students.models import Student


@transaction.atomic
def part_time_agree(
    *,
    student: Student,
    span: Span,
    review_on: date,
    agreed_with: str,
    agreed_on: date,
    note: str,
    by: User,
    at: datetime,
) -> PlannedMark:
    """Lay down a part-time timetable: the sessions of the week that the student is away (C2), and until when.

    Raises PlanFault: of compulsory age alone, one at a time, with a review before it ends and some sessions in school.
    Source: domain.md 1.1 (reg 11(6)), 1.6: agreed with a parent the student lives with, temporary, reviewed.
    """
    student_locked(student)
    code = code_on("C2", span.starts_on)
    if code is None:
        raise PlanFault("starts_on", "C2 came into force on 19 August 2024.")
    _some_sessions(span)
    span_fits(student, span, code.key)
    of_compulsory_age(student, span)
    alone(student, span)
    review_fits(span, review_on)
    facts = {"kind": PlannedMark.Kind.PART_TIME, "code_id": code.key, "note": note, "review_on": review_on}
    return plan_made(student, span, by, at, **facts, agreed_with=agreed_with, agreed_on=agreed_on)


def _some_sessions(span: Span) -> None:
    if not span.sessions:
        raise PlanFault("sessions", "Tick the sessions that the student is away.")
    if len(span.sessions) == 10:
        raise PlanFault("sessions", "Some sessions have to be in school: that is what makes it a timetable.")


def of_compulsory_age(student: Student, span: Span) -> None:
    """Refuse a timetable beyond compulsory school age."""
    last = end_of_compulsory_age(student.born_on)
    if span.ends_on > last:
        raise PlanFault(
            "ends_on",
            f"{student.forename} is of compulsory school age up to {last:%a %-d %b %Y}; C2 can be planned until then.",
        )


def alone(student: Student, span: Span, besides: int | None = None) -> None:
    """Refuse a second timetable at the same time. besides: the key of the one that is moved."""
    others = PlannedMark.objects.filter(student=student, kind=PlannedMark.Kind.PART_TIME)
    for other in others.exclude(status=PlannedMark.Status.WITHDRAWN):
        if other.pk != besides and overlap(replace(span, sessions=[]), other):
            raise PlanFault(
                "starts_on",
                f"{student.forename} already has a part-time timetable {span_words(other)}. "
                "End or extend that one, or begin after it.",
            )
