"""Plans laid for tests: from Friday 20 November 2026 on unless told otherwise."""

from datetime import date
from typing import Any

from attendance.codes import code_on
from attendance.models import PlannedMark
from attendance.summaries.planned import Span
from pastoral.core.models import User
from students.models import ParentCarer, ParentCarerLink, Student

FRIDAY = date(2026, 11, 20)


def key(letters: str, day: date = FRIDAY) -> int:
    """Return the key of the code as it stands on the day."""
    code = code_on(letters, day)
    assert code is not None, letters
    return code.key


def plan(
    student: Student, letters: str, *, by: User, first: date = FRIDAY, last: date | None = None, **facts: Any
) -> PlannedMark:
    """Lay a plan: plan(kai, "M", by=officer, first=monday, starts_session="PM")."""
    return PlannedMark.objects.create(
        student=student,
        code_id=key(letters, first),
        starts_on=first,
        ends_on=last or first,
        created_by=by,
        **{"kind": "planned", **facts},
    )


def span(first: date, last: date | None = None, *, begins: str = "AM", ends: str = "PM", week: str = "") -> Span:
    """Return a span: span(monday, wednesday), span(monday, friday, week="MON-AM FRI-PM")."""
    return Span(first, begins, last or first, ends, week.split())


def parent(student: Student, surname: str = "O'Brien", *, lives_with: bool = True, priority: int = 1) -> ParentCarer:
    """Give the student a parent."""
    adult = ParentCarer.objects.create(title="Mrs", forename="Niamh", surname=surname, telephone="01632 960001")
    ParentCarerLink.objects.create(
        student=student,
        parent_carer=adult,
        priority=priority,
        relationship="Mother",
        lives_with=lives_with,
        has_parental_responsibility=True,
    )
    return adult
