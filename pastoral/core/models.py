"""People who sign in, the jobs they start and the record of what they read."""

from functools import cached_property
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from pastoral.core.querysets import (
    AccessRecordQuerySet,
    DraftQuerySet,
    ImportRunQuerySet,
    JobQuerySet,
    UserManager,
)
from pastoral.core.rights import Right, Role, rights_of


class User(AbstractBaseUser):
    """A member of staff who may sign in. Their roles are dated and come from `PASTORAL_ROLE_SOURCE`."""

    staff_code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=20, blank=True)
    forename = models.CharField(max_length=100)
    surname = models.CharField(max_length=100)
    email = models.CharField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    added_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "staff_code"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "forename", "surname"]

    objects = UserManager()

    class Meta:
        ordering = ("surname", "forename", "staff_code")

    def __str__(self) -> str:
        return self.formal_name

    @property
    def formal_name(self) -> str:
        """The name used among staff: title and surname."""
        return f"{self.title} {self.surname}".strip()

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """The roles held today, in the order of the role table."""
        if not self.is_active:
            return ()
        held = set(import_string(settings.PASTORAL_ROLE_SOURCE)(self, timezone.localdate()))
        return tuple(role for role in Role if role in held)

    @cached_property
    def rights(self) -> frozenset[Right]:
        """What this person may do today."""
        return rights_of(self.roles)

    def may(self, right: Right) -> bool:
        """Test for one right."""
        return right in self.rights


class Job(models.Model):
    """Long work done by a worker, with progress that anyone who started it can come back to."""

    class Status(models.TextChoices):
        """How far a job is."""

        QUEUED = "queued", "Waiting for a worker"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    title = models.CharField(max_length=200)
    task = models.CharField(max_length=200, help_text="dotted name of the task, given the job's key")
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    steps_total = models.PositiveIntegerField(default=0)
    steps_done = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    asked_at = models.DateTimeField(default=timezone.now)
    beat_at = models.DateTimeField(default=timezone.now, help_text="last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)

    is_refused: bool  # from `with_refusal`

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(steps_done__lte=models.F("steps_total")),
                name="job_not_more_than_all",
            ),
        )
        indexes = (models.Index(fields=["status", "beat_at"], name="job_status_beat"),)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the job's page."""
        return reverse("core:job_detail", args=[self.pk])

    @property
    def percent(self) -> int:
        """Whole per cent of the steps done, 0 to 100."""
        if self.status == self.Status.DONE:
            return 100
        return self.steps_done * 100 // self.steps_total if self.steps_total else 0

    @property
    def is_finished(self) -> bool:
        """Test for an end, good or bad."""
        return self.status in {self.Status.DONE, self.Status.FAILED}


class Draft(models.Model):
    """What somebody typed into a form and has not sent: theirs alone, until the form is sent or thirty days are over.

    key: which form, with what it is about: "contacts:contact_add?student=7".
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=200)
    fields = models.JSONField(default=list, help_text="[name, value] in the order of the form")
    saved_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="draft_once"),)
        indexes = (models.Index(fields=["saved_at"], name="draft_saved"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"


class AccessRecord(models.Model):
    """One reading of a student's page, document or export: who, when, what and why they may see it.

    Append-only: the application has no way to change or delete one.
    """

    class Kind(models.TextChoices):
        """What was read."""

        PAGE = "page", "Page"
        DOCUMENT = "document", "Document"
        EXPORT = "export", "Export"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_records")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=60, help_text='a key such as "student:123", never a name')
    reason = models.CharField(max_length=100)
    path = models.CharField(max_length=300)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["subject", "-at"], name="access_subject_at"),
            models.Index(fields=["user", "-at"], name="access_user_at"),
        )
        triggers = (pgtrigger.Protect(name="access_append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.subject}"


class ImportRun(models.Model):
    """One file handed in: what was found in it and what became of its lines."""

    class Status(models.TextChoices):
        """How far an import is."""

        CHECKING = "checking", "Being checked"
        PREVIEW = "preview", "Checked, not applied"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        REFUSED = "refused", "Refused whole"
        DROPPED = "dropped", "Not applied"

    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.CHECKING)
    upload = models.FileField(upload_to="imports/%Y/%m", blank=True)
    rejects = models.FileField(upload_to="imports/%Y/%m", blank=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    first_refusals = models.JSONField(default=list, help_text="up to 200 of {line, column, reason}")
    first_changes = models.JSONField(default=list, help_text="up to 50 of {line, what, was, becomes}")
    notes = models.JSONField(default=list, help_text="sentences for the person who looks at the preview")
    started_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="import_runs",
    )
    job = models.ForeignKey(
        Job,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="import_runs",
    )
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    newer: int | None  # from `with_newer`

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Return the address of the import's page."""
        return reverse("core:import_detail", args=[self.pk])
