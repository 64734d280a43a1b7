"""Records that nobody deletes: withdrawn with a reason, they leave every list and figure and stay in the history."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from pastoral.core.templatetags.pastoral import daytime

M = TypeVar("M", bound=models.Model)


class Withdrawable(models.Model):
    """A record that its keeper may withdraw: who, when and why, all three or none."""

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
                name="%(app_label)s_%(class)s_withdrawn",
                violation_error_message="A record is withdrawn by somebody, with a reason.",
            ),
        )


class WithdrawableQuerySet(models.QuerySet[M]):
    """Records of which some are withdrawn."""

    def standing(self, **also: Any) -> Self:
        """Return those that are not withdrawn."""
        return self.filter(withdrawn_at=None, **also)


def withdrawn_already(request: HttpRequest, record: Withdrawable, back: str) -> HttpResponse | None:
    """Say of a record that is withdrawn that it is, and lead where the first sending led; None while it stands."""
    if record.withdrawn_at is None:
        return None
    who = f", by {record.withdrawn_by.formal_name}" if record.withdrawn_by else ""
    messages.info(request, f"It was withdrawn already, {daytime(record.withdrawn_at)}{who}.")
    return redirect(back)
