"""Core's querysets; each begins with who may see what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from pastoral.core.rights import Right

if TYPE_CHECKING:
    from pastoral.core.models import AccessRecord, ImportRun, Job, User  # noqa: F401 named in quotes below


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

    def silent_since(self, moment: datetime) -> Self:
        """Return unfinished jobs with no sign of life since the moment."""
        return self.unfinished().filter(beat_at__lt=moment)


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    """The access log."""

    def visible_to(self, user: User) -> Self:
        """Return the log for those who oversee it; nothing for anybody else."""
        return self if user.may(Right.SEE_ACCESS_LOG) else self.none()


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports."""

    def visible_to(self, user: User) -> Self:
        """Return every import to those who import; nothing to anybody else."""
        return self if user.may(Right.IMPORT_FILES) else self.none()
