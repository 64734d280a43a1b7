"""Who opened a week's sheets, and tutors' answers, by the sheets and students that a person sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from pastoral.core.models import User
from pastoral.core.rights import Right
from students.models import Student

if TYPE_CHECKING:
    from reports.models import RagAnswer, RagOpening  # noqa: F401 named in quotes below


class RagOpeningQuerySet(models.QuerySet["RagOpening"]):
    """First openings of sheets."""

    def visible_to(self, user: User) -> Self:
        """Return those of sheets that the person sees, to who sees years' sheets; else one's own."""
        from reports.models import RagDocument

        if not user.may(Right.SEE_YEAR_RAG):
            return self.filter(user=user)
        return self.filter(document__in=RagDocument.objects.visible_to(user))


class RagAnswerQuerySet(models.QuerySet["RagAnswer"]):
    """Tutors' answers."""

    def visible_to(self, user: User) -> Self:
        """Return those about students whose weekly RAG the person may see today."""
        if not user.may(Right.SEE_WEEKLY_RAG):
            return self.none()
        return self.filter(student__in=Student.objects.visible_to(user))

    def given(self) -> Self:
        """Return those not taken back."""
        return self.exclude(answer="")
