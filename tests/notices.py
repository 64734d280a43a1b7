"""Penalty notices for tests."""

from datetime import date

from attendance.models import PenaltyNotice
from pastoral.core.models import User
from students.models import ParentCarer, ParentCarerLink, Student


def parent_of(
    student: Student, surname: str = "Price", *, priority: int = 1, has_pr: bool = True, lives_with: bool = True
) -> ParentCarer:
    """Give the student a parent, Mrs Price unless told otherwise, who is the first to be telephoned."""
    parent = ParentCarer.objects.create(title="Mrs", surname=surname)
    ParentCarerLink.objects.create(
        student=student,
        parent_carer=parent,
        priority=priority,
        relationship="Mother",
        has_parental_responsibility=has_pr,
        lives_with=lives_with,
    )
    return parent


def penalty_notice(student: Student, *, by: User, issued_on: date = date(2026, 11, 18)) -> PenaltyNotice:
    """Record a notice to the student's first parent, who is made where there is none."""
    link = student.parent_carer_links.order_by("priority").first()
    parent = link.parent_carer if link else parent_of(student, priority=9)
    return PenaltyNotice.objects.create(student=student, parent_carer=parent, issued_on=issued_on, recorded_by=by)
