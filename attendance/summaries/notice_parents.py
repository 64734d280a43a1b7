"""Parents in law of students, and how many penalty notices count against each."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from attendance.figures.notices import (
    NOTICE_LIMIT,
)
from attendance.models import PenaltyNotice
from attendance.summaries.notice_issued import FIRST_AMOUNT, NO_THIRD, SECOND_AMOUNT
from students.models import ParentCarerLink


@dataclass(frozen=True, slots=True)
class ParentCount:
    """A parent and how many notices count for this student in the three years up to the date."""

    name: str
    notices: int

    @property
    def is_at_limit(self) -> bool:
        """Test for two: no third notice may be issued."""
        return self.notices >= NOTICE_LIMIT


def counted_notices(on: date) -> Coalesce:
    """Return the annotation of parents' links that counts the notices to that parent for that student."""
    notices = (
        PenaltyNotice.objects.counting(on)
        .filter(student=OuterRef("student"), parent_carer=OuterRef("parent_carer"))
        .order_by()
        .values("student")
    )
    return Coalesce(Subquery(notices.values(number=Count("pk")), output_field=IntegerField()), 0)


# Whoever has parental responsibility or care of the child is a parent in law (Education Act 1996 s.576).
IS_LIABLE = Q(has_parental_responsibility=True) | Q(lives_with=True)


def parents_of(students: Collection[int], on: date) -> dict[int, list[ParentCount]]:
    """Return each student's parents in law with their count of notices on the date."""
    links = (
        ParentCarerLink.objects.filter(IS_LIABLE, student__in=students)
        .select_related("parent_carer")
        .annotate(notices=counted_notices(on))
        .order_by("student", "priority")
    )
    found: dict[int, list[ParentCount]] = defaultdict(list)
    for link in links:
        found[link.student_id].append(ParentCount(str(link.parent_carer), link.notices))
    return dict(found)


@dataclass(frozen=True)
class Parent:
    """A parent in law of the student and the notices that count against the limit today."""

    link: ParentCarerLink
    notices: int

    @property
    def is_at_limit(self) -> bool:
        """Test for two in three years."""
        return self.notices >= NOTICE_LIMIT

    @property
    def next_amount(self) -> str:
        """What a notice issued today would cost, or why none can be."""
        if self.is_at_limit:
            return NO_THIRD
        return SECOND_AMOUNT if self.notices else FIRST_AMOUNT


def links_of(student_id: int, on: date) -> Any:
    """Return the links to every adult of the student, with notices counted and `is_liable` for parents in law."""
    return (
        ParentCarerLink.objects.filter(student=student_id)
        .select_related("parent_carer")
        .annotate(notices=counted_notices(on), is_liable=IS_LIABLE)
        .order_by("priority")
    )
