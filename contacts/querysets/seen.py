"""Students seen, and those on target lists."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db.models import Exists, OuterRef

from students.querysets import OfStudents

if TYPE_CHECKING:
    from contacts.models import Seen, TargetStudent  # noqa: F401 named in quotes below


class SeenQuerySet(OfStudents["Seen"]):
    """Times when a student was seen."""

    def review_due(self, by: date) -> Self:
        """Return those whose review falls due by the day, and whom nobody has seen since it did."""
        after = self.model._default_manager.standing(
            student=OuterRef("student"), seen_at__date__gte=OuterRef("review_on"), seen_at__gt=OuterRef("seen_at")
        )
        return self.standing(review_on__lte=by).filter(~Exists(after))


class TargetStudentQuerySet(OfStudents["TargetStudent"]):
    """Students on target lists."""

    def running(self, on: date) -> Self:
        """Return those that run on the day."""
        return self.standing(starts_on__lte=on, ends_on__gte=on)
