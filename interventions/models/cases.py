"""Attendance cases: a student's place on the ladder, what was found, asked for and said, and every move."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contacts.models import Contact, LetterCopy
from interventions.models.settings import Barrier, CaseStage
from interventions.querysets import OfCaseQuerySet, PACaseQuerySet, PupilViewQuerySet
from pastoral.core.withdrawal import Withdrawable
from students.models import ParentCarer, Student


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PACase(Withdrawable):
    """One student's attendance case, open until it has an outcome; one at a time.

    What is to be done stands in its actions, whether they are overdue is derived. A restricted case is known to exist
    by whoever sees cases of the student; what it says is for the owner and for those who read restricted text.
    target_permille: the attendance to reach, in tenths of a percent.
    """

    class Outcome(models.TextChoices):
        """How it ended; "" while it is open."""

        IMPROVED = "improved", "Attendance improved"
        PARTLY = "partly", "Improved in part"
        LEGAL = "legal", "Passed to the local authority"
        ELSEWHERE = "elsewhere", "Passed to another service"
        LEFT = "left", "Left the school"
        NOT = "not", "Not improved"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="pa_cases")
    stage = models.ForeignKey(CaseStage, on_delete=models.PROTECT, related_name="cases")
    stage_since = models.DateField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, help_text="why it was opened")
    summary = models.TextField(blank=True, help_text="where it stands, in the owner's words")
    target_permille = models.PositiveSmallIntegerField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True, help_text="by when")
    review_on = models.DateField(help_text="when it is looked at again")
    is_restricted = models.BooleanField(default=False, help_text="what it says is for few")
    opened_on = models.DateField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    outcome_note = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    barriers = models.ManyToManyField(Barrier, through="CaseBarrier", related_name="cases")

    objects = PACaseQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-opened_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.UniqueConstraint(
                fields=["student"],
                condition=Q(closed_on=None, withdrawn_at=None),
                name="pa_case_one_at_a_time",
                violation_error_message="There is an open case for this student already.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_by=None, outcome="", outcome_note="")
                | Q(closed_on__gte=F("opened_on"), closed_by__isnull=False) & ~Q(outcome="") & ~Q(outcome_note=""),
                name="pa_case_closed_with_outcome",
                violation_error_message="A case is closed with how it ended and what came of it.",
            ),
            models.CheckConstraint(
                condition=Q(target_permille=None, target_on=None)
                | Q(target_permille__range=(1, 1000), target_on__isnull=False),
                name="pa_case_target_by_when",
                violation_error_message="A target needs its date, and is up to 100 %.",
            ),
            models.CheckConstraint(condition=Q(stage_since__gte=F("opened_on")), name="pa_case_stage_since"),
        )
        indexes = (models.Index(fields=["review_on"], condition=Q(closed_on=None), name="pa_case_review"),)

    def __str__(self) -> str:
        return f"Attendance case {self.pk}"


class StageMove(models.Model):
    """A case came to a stage, up or down or at its opening, and why. Append-only."""

    case = models.ForeignKey(PACase, on_delete=models.CASCADE, related_name="moves")
    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    from_stage = models.ForeignKey(CaseStage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    to_stage = models.ForeignKey(CaseStage, on_delete=models.PROTECT, related_name="+")
    moved_on = models.DateField()
    because = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("case", "at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(because=""), name="stage_move_because"),
            models.CheckConstraint(condition=~Q(from_stage=F("to_stage")), name="stage_move_moves"),
        )
        triggers = (pgtrigger.Protect(name="stage_move_append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.case_id} to {self.to_stage_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CaseBarrier(models.Model):
    """A barrier found in a case; eased_on: since when it no longer stands in the way."""

    case = models.ForeignKey(PACase, on_delete=models.CASCADE, related_name="found")
    barrier = models.ForeignKey(Barrier, on_delete=models.PROTECT, related_name="found")
    note = models.CharField(max_length=300, blank=True)
    found_on = models.DateField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    eased_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("case", "found_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["case", "barrier"],
                name="case_barrier_once",
                violation_error_message="It is among the barriers already.",
            ),
            models.CheckConstraint(
                condition=Q(eased_on=None) | Q(eased_on__gte=F("found_on")), name="case_barrier_eased"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.barrier_id}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class PupilView(Withdrawable):
    """What the student says, in their own words; or that they were asked and would rather not."""

    class How(models.TextChoices):
        """How they told it."""

        SPOKEN = "spoken", "Spoken, written down by an adult"
        WRITTEN = "written", "Written by the student"
        DRAWN = "drawn", "Drawn or on a scale"
        ADVOCATE = "advocate", "Through somebody they chose"
        DECLINED = "declined", "Asked, would rather not"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="views")
    case = models.ForeignKey(PACase, null=True, blank=True, on_delete=models.PROTECT, related_name="views")
    told_on = models.DateField()
    how = models.CharField(max_length=8, choices=How, default=How.SPOKEN)
    words = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = PupilViewQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-told_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(how="declined") | ~Q(words=""),
                name="pupil_view_has_words",
                violation_error_message="Write what the student said.",
            ),
        )

    def __str__(self) -> str:
        return f"View {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class MedicalRequest(Withdrawable):
    """Medical evidence asked of a family, from when absence is not authorised without it, and what came.

    A mark is never changed by this (domain.md 3.2): authorised_until tells the family, and who codes the marks.
    """

    class Answer(models.TextChoices):
        """What came; "" while it is waited for."""

        ACCEPTED = "accepted", "Evidence accepted"
        NOT_ENOUGH = "not_enough", "Evidence not enough"
        NONE = "none", "None came"
        TAKEN_BACK = "taken_back", "No longer needed"

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    case = models.ForeignKey(PACase, on_delete=models.PROTECT, related_name="medical_requests")
    asked_of = models.ForeignKey(ParentCarer, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    about = models.CharField(max_length=200, help_text="which absence, and what is asked for")
    authorised_until = models.DateField(
        null=True, blank=True, help_text="later absence for illness is not authorised without evidence"
    )
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    copy = models.ForeignKey(LetterCopy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    answer_note = models.CharField(max_length=300, blank=True, help_text="what it says, as far as school needs it")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OfCaseQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("-asked_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | Q(answered_on__gte=F("asked_on")) & ~Q(answer=""),
                name="medical_request_answered",
                violation_error_message="Say what came and when, not before it was asked for.",
            ),
        )

    def __str__(self) -> str:
        return f"Medical request {self.pk}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(row=pghistory.Old))
class CaseFinding(Withdrawable):
    """One part of the evidence that no other record shows, answered by somebody: it was looked at, or does not apply.

    part: a key of `interventions.figures.evidence`: whether illness was ruled out, bullying was asked about, siblings
    were looked at, or why a letter is not needed.
    """

    token = models.UUIDField(unique=True, help_text="the sending it was made by")
    case = models.ForeignKey(PACase, on_delete=models.PROTECT, related_name="findings")
    part = models.CharField(max_length=30)
    applies = models.BooleanField(default=True, help_text="no: why it does not apply")
    words = models.CharField(max_length=300)
    found_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = OfCaseQuerySet.as_manager()

    class Meta(Withdrawable.Meta):
        ordering = ("case", "part", "-found_on", "-pk")
        constraints = (
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(words=""), name="case_finding_words", violation_error_message="Say what was found."
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"
