"""Enquiries, by who may see them and by when they are owed a reply."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from pastoral.core.models import User
from pastoral.core.rights import Right
from pastoral.core.withdrawal import WithdrawableQuerySet
from students.models import ParentCarerLink, Student
from students.scopes import scope_of

if TYPE_CHECKING:
    from contacts.models import Enquiry  # noqa: F401 named in quotes below

_DUE_BY = """
    SELECT CASE WHEN r.acknowledge = 'same_day' THEN %s
                ELSE (SELECT (max(d.day) + r.office_closes) AT TIME ZONE 'Europe/London'
                        FROM students_schoolday d WHERE d.day <= %s) END
      FROM contacts_contactrules r"""


class EnquiryQuerySet(WithdrawableQuerySet["Enquiry"]):
    """Enquiries."""

    def visible_to(self, user: User) -> Self:
        """Return one's own, and those about students of the person's desk.

        One about nobody on roll yet may name anybody: beside its own people, only who keeps the whole school's desk
        reads it.
        """
        own = Q(owner=user) | Q(taken_by=user)
        desk = Student.objects.with_right(user, Right.KEEP_ENQUIRIES)
        return self.filter(own | Q(student__in=desk) | self._unplaced(user))

    def unacknowledged(self) -> Self:
        """Return those of which nobody has told the sender anything yet."""
        return self.standing(acknowledged_at=None)

    def with_sender(self) -> Self:
        """Add `relationship` of the parent or carer to the student, and `is_barred`: a court order bars them from it.

        With whom the rest names: student, parent or carer, owner and who acknowledged it.
        """
        link = ParentCarerLink.objects.filter(student=OuterRef("student"), parent_carer=OuterRef("parent_carer"))
        return self.annotate(
            relationship=Subquery(link.values("relationship")[:1]), is_barred=Exists(link.filter(has_court_order=True))
        ).select_related("student", "parent_carer", "owner", "acknowledged_by", "taken_by", "closed_by")

    def owed_reply(self) -> Self:
        """Return those whose sender was told nothing yet, but for whom a court order bars from the student."""
        barred = ParentCarerLink.objects.filter(
            student=OuterRef("student"), parent_carer=OuterRef("parent_carer"), has_court_order=True
        )
        return self.unacknowledged().filter(~Exists(barred))

    def came_to_be_told_by(self, day: date, ends: datetime) -> Self:
        """Return those whose sender is told by the end of the day, as `AckClock.due_by` says; no query for the rule.

        ends: when the day ends.
        """
        return self.filter(received_at__lt=RawSQL(_DUE_BY, [ends, day], output_field=models.DateTimeField()))  # noqa: S611 no input

    def open(self) -> Self:
        """Return those that are not closed."""
        return self.standing(closed_at=None)

    def _unplaced(self, user: User) -> Q:
        is_whole = Right.KEEP_ENQUIRIES in scope_of(user).rights_over(None)
        return Q(student=None) if is_whole else Q(pk__in=[])
