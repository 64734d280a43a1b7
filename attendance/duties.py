"""What of attendance somebody is to look at again by a day, for the one list of everybody's actions."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, CharField, Exists, OuterRef, Value, When

from attendance.models import NoticeDecision, PlannedMark
from attendance.summaries.notices import watched
from pastoral.core.duties import Kept
from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student
from students.names import sort_name_at


def duties(user: User, on: date) -> Iterator[Kept]:
    """Return the reviews of what the person planned, and when they look again at what they decided on a notice.

    Of students still on roll, while what was planned runs and nothing newer was decided.
    """
    name = sort_name_at("student")
    if user.may(Right.PLAN_MARKS):
        theirs = Student.objects.with_right(user, Right.PLAN_MARKS).on_roll(on)
        agreed = PlannedMark.objects.filter(created_by=user, status="agreed", review_on__isnull=False, ends_on__gte=on)
        yield Kept(
            "Review", agreed.filter(student__in=theirs), _planned(), name, "review_on", "attendance:planned_detail"
        )
    if user.may(Right.DECIDE_NOTICES):
        seen = watched(user).filter(student__in=Student.objects.on_roll(on)).values("student")
        mine = NoticeDecision.objects.filter(decided_by=user, review_on__isnull=False, student__in=seen)
        newer = NoticeDecision.objects.filter(student=OuterRef("student"), decided_at__gt=OuterRef("decided_at"))
        page, keys = "attendance:notice_detail", ("student_id",)
        yield Kept("Look again", mine.filter(~Exists(newer)), _decided(), name, "review_on", page, keys)


def _planned() -> Case:
    return Case(
        *(When(kind=kind, then=Value(label)) for kind, label in PlannedMark.Kind.choices), output_field=CharField()
    )


def _decided() -> Case:
    words = ((value, f"Penalty notice: {label.lower()}") for value, label in NoticeDecision.Decision.choices)
    return Case(*(When(decision=value, then=Value(label)) for value, label in words), output_field=CharField())
