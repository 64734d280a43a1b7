"""Whether a week's sheets were opened, and what tutors answered about a student of theirs."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone

from pastoral.core.versions import version_of
from reports.models.rag import RagDocument
from reports.querysets.reading import RagAnswerQuerySet, RagOpeningQuerySet
from students.models import Student


class RagOpening(models.Model):
    """The first time that somebody opened a sheet, on the screen or as a PDF."""

    document = models.ForeignKey(RagDocument, on_delete=models.CASCADE, related_name="openings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = RagOpeningQuerySet.as_manager()

    class Meta:
        ordering = ("document", "opened_at")
        constraints = (models.UniqueConstraint(fields=["document", "user"], name="rag_opening_once"),)

    def __str__(self) -> str:
        return f"{self.document_id} {self.user_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class RagAnswer(models.Model):
    """What a tutor did about one student of a week's sheet: one answer at a time, changed by tapping another."""

    class Answer(models.TextChoices):
        """What is said with one tap; "" is an answer taken back."""

        SPOKEN = "spoken", "Spoken to"
        KNOWN = "known", "Known reason"
        CALL = "call", "Please call"

    document = models.ForeignKey(RagDocument, on_delete=models.PROTECT, related_name="answers")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="rag_answers")
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RagAnswerQuerySet.as_manager()

    class Meta:
        ordering = ("document", "student")
        constraints = (models.UniqueConstraint(fields=["document", "student"], name="rag_answer_once"),)

    def __str__(self) -> str:
        return f"{self.document_id} {self.student_id} {self.answer}"

    @property
    def said_as(self) -> str:
        """Return what tells this answer from any other: what a page sends along that changes it; "" for none given."""
        return version_of(self, ("answer", "note", "by_id")) if self.answer else ""
