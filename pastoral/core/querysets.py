"""Core's querysets; each begins with who may see what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from pastoral.core.rights import Right

if TYPE_CHECKING:
    from pastoral.core.models import AccessRecord, Draft, ImportRun, Job, User  # noqa: F401 named in quotes below


# What the access log calls a concern, and an incident of a type that is the DSL's alone, before its key.
DSL_CONCERN, DSL_INCIDENT = "concern:", "dsl-incident:"


def counts_together(**rows: models.QuerySet[Any]) -> dict[str, int]:
    """Return how many rows each of the querysets has, by name, in one query."""
    counted = [
        held.order_by().annotate(kind_counted=models.Value(name)).values("kind_counted").annotate(n=models.Count("pk"))
        for name, held in rows.items()
    ]
    found = counted[0].union(*counted[1:], all=True) if counted else []
    return dict.fromkeys(rows, 0) | {row["kind_counted"]: row["n"] for row in found}


class UserManager(BaseUserManager["User"]):
    """Makes accounts; nobody registers themselves."""

    def create_user(self, staff_code: str, email: str, password: str | None = None, **fields: str) -> User:
        """Create an account; without a password it signs in only after a reset or through the school's own sign-in."""
        user: User = self.model(staff_code=staff_code, email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs."""

    def visible_to(self, user: User) -> Self:
        """Return the jobs this person started."""
        return self.filter(started_by=user)

    def unfinished(self) -> Self:
        """Return jobs waiting or running."""
        return self.filter(status__in=["queued", "running"])

    def with_refusal(self) -> Self:
        """Add `is_refused`: every file that the job was about was refused whole."""
        from pastoral.core.models import ImportRun

        runs = ImportRun.objects.filter(job=models.OuterRef("pk"))
        refused = models.Q(status=ImportRun.Status.REFUSED)
        return self.annotate(
            is_refused=models.Exists(runs.filter(refused)) & ~models.Exists(runs.exclude(refused)),
        )

    def silent_since(self, moment: datetime) -> Self:
        """Return unfinished jobs with no sign of life since the moment."""
        return self.unfinished().filter(beat_at__lt=moment)


class DraftQuerySet(models.QuerySet["Draft"]):
    """What people typed and have not sent."""

    def visible_to(self, user: User) -> Self:
        """Return the person's own; nobody reads another's."""
        return self.filter(user=user)


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    """The access log."""

    def visible_to(self, user: User) -> Self:
        """Return the log for those who oversee it; nothing for anybody else.

        That somebody read a concern, or an incident that is the DSL's alone, is for the DSL, as these are: when and by
        whom it was read would tell the others, next to the student's page, whom it is about.
        """
        if not user.may(Right.SEE_ACCESS_LOG):
            return self.none()
        if user.may(Right.READ_DSL_CONCERNS):
            return self
        return self.exclude(subject__startswith=DSL_CONCERN).exclude(subject__startswith=DSL_INCIDENT)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports."""

    def visible_to(self, user: User) -> Self:
        """Return every import to those who import; nothing to anybody else."""
        return self if user.may(Right.IMPORT_FILES) else self.none()

    def holding_files(self) -> Self:
        """Return the runs that hold a file of personal data: what was handed in, or the lines that were refused."""
        return self.exclude(upload="", rejects="")

    def with_newer(self) -> Self:
        """Add `newer`, the key of the last check of a file of the same name that waits beside this one, or None."""
        waiting = self.model._default_manager.filter(
            file_name=models.OuterRef("file_name"), status="preview", pk__gt=models.OuterRef("pk")
        )
        newest = models.Subquery(waiting.order_by("-pk").values("pk")[:1])
        return self.annotate(newer=models.Case(models.When(status="preview", then=newest), default=None))
